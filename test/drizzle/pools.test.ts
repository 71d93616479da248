import { sql } from "drizzle-orm";
import { afterEach, describe, expect, test } from "vitest";
import { Application, attempt, domainError, err, ok } from "denizen";
import { fastHasher } from "denizen/testing";
import { open, servers } from "../support/drivers.js";
import type { Opened } from "../support/drivers.js";

const text = async (opened: Opened, query: string): Promise<string> => {
  const result: unknown = await opened.database.execute(sql.raw(query));
  const rows: unknown = Array.isArray(result) ? result : Reflect.get(Object(result), "rows");
  return String(Object.values((rows as Record<string, unknown>[])[0] ?? {})[0]);
};

describe.each(servers)("on %s", (driver) => {
  let opened: Opened;
  afterEach(() => opened.close());

  test.each([1, 2])("500 commands through a pool of %i end, and leak nothing", async (connections) => {
    opened = await open(driver, { connections });
    const application = new Application({ store: opened.store, passwordHasher: fastHasher() });
    application.inTransaction.subscribe("name-changed", () => undefined);
    const answers = await Promise.all(
      Array.from({ length: 500 }, (_, index) =>
        attempt(async function* () {
          await using users = application.users();
          const user = yield* users.create({ name: `User ${index}`, emails: [`user${index % 400}@example.com`] });
          yield* users.save(user);
          if (index % 3 === 0) yield* user.rename(`Renamed ${index}`);
          yield* users.save(user);
          if (index % 7 === 0) return err(domainError("abandoned", "on purpose"));
          return ok(user.id);
        }),
      ),
    );
    const codes = new Set(answers.map((answer) => (answer.isOk() ? "ok" : answer.error.code)));
    expect([...codes].sort()).toEqual(["abandoned", "email-taken", "ok"]);
    expect(await text(opened, "select count(*) from denizen_users")).toBe("400");
    expect(
      await text(opened, "select count(*) from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'"),
    ).toBe("0");
  });

  test("a second transaction inside the first, on a pool of one, is store-busy instead of a deadlock", async () => {
    opened = await open(driver, { connections: 1, acquireTimeout: 200 });
    const application = new Application({ store: opened.store });
    const answer = await application.transact(async function* () {
      const inner = await application.transact(async function* () {
        return ok("inside");
      });
      return inner.isErr() ? err(inner.error) : ok("never");
    });
    expect(answer._unsafeUnwrapErr().code).toBe("store-busy");
    // The one that waited has given up its place: the connection is free again.
    const after = await application.transact(async function* () {
      return ok("free");
    });
    expect(after._unsafeUnwrap()).toBe("free");
  });

  test("300 units that are opened and forgotten, thrown out of, or left by an err give their connection back", async () => {
    opened = await open(driver, { connections: 2 });
    const application = new Application({ store: opened.store });
    for (let index = 0; index < 100; index++) {
      {
        await using uow = application.unitOfWork();
        expect((await uow.transaction()).isOk()).toBe(true);
      }
      expect(
        (
          await application.transact(async function* () {
            throw new Error("thrown");
          })
        ).isErr(),
      ).toBe(true);
      expect(
        (
          await attempt(async function* () {
            await using uow = application.unitOfWork();
            yield* uow.transaction();
            yield* err(domainError("left", "by an err"));
            return ok(undefined);
          })
        ).isErr(),
      ).toBe(true);
    }
    const left = await attempt(async function* () {
      await using uow = application.unitOfWork();
      yield* uow.transaction();
      yield* err(domainError("left", "by an err"));
      return ok(undefined);
    });
    // The answer is there, so the transaction is over: nobody waits for it to be.
    expect(left.isErr()).toBe(true);
    expect(
      await text(opened, "select count(*) from pg_stat_activity where datname = current_database() and state like 'idle in transaction%'"),
    ).toBe("0");
  });
});
