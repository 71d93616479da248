import { sql } from "drizzle-orm";
import { pgTable, text } from "drizzle-orm/pg-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Application, attempt, domainError, err, ok } from "denizen";
import { fastHasher } from "denizen/testing";
import { drivers, everything, open } from "../support/drivers.js";
import type { Opened } from "../support/drivers.js";
import { tableRepositoryCases } from "./table-repository-cases.js";

const audit = pgTable("audit", { entry: text().primaryKey() });

describe.each(drivers)("on %s", (driver) => {
  let opened: Opened;
  const application = () => new Application({ store: opened.store, passwordHasher: fastHasher(), subscriberTimeout: 2000 });

  beforeAll(async () => {
    opened = await open(driver);
    await opened.database.execute(sql`create table audit (entry text primary key)`);
  });
  afterAll(() => opened.close());

  describe("table repositories", () => tableRepositoryCases(driver, () => opened));

  const create = (app: ReturnType<typeof application>, email: string) =>
    attempt(async function* () {
      await using users = app.users();
      const user = yield* users.create({ name: "Ada", emails: [email], password: "correct horse battery" });
      yield* users.save(user);
      return ok(user.id);
    });

  test("a subscriber inside the transaction writes the host's table in the same commit", async () => {
    const app = application();
    app.inTransaction.subscribe("email-added", (event, { tx }) => tx.insert(audit).values({ entry: event.payload.email }));
    expect((await create(app, "one@example.com")).isOk()).toBe(true);
    expect(await opened.database.select().from(audit)).toContainEqual({ entry: "one@example.com" });
  });

  test.each([
    ["returns an err", () => err(domainError("no", "no"))],
    [
      "throws",
      () => {
        throw new Error("no");
      },
    ],
    ["rejects", () => Promise.reject(new Error("no"))],
    ["breaks the SQL", (tx: Opened["database"]) => tx.execute(sql`select 1/0`)],
    ["never answers", () => new Promise(() => undefined)],
  ] as const)("a subscriber that %s leaves the database row for row as it was", async (_, refuse) => {
    const app = new Application({ store: opened.store, passwordHasher: fastHasher(), subscriberTimeout: 200 });
    const heard: string[] = [];
    app.bus.subscribe("*", (event) => heard.push(event.type));
    app.inTransaction.subscribe("user-created", (_event, { tx }) => tx.insert(audit).values({ entry: "never" }));
    app.inTransaction.subscribe("email-added", (_event, { tx }) => refuse(tx as never));
    const before = await everything(opened.database);
    const created = await create(app, "refused@example.com");
    expect(created._unsafeUnwrapErr()).toMatchObject({ code: "vetoed" });
    expect(await everything(opened.database)).toBe(before);
    expect(await opened.database.select().from(audit)).not.toContainEqual({ entry: "never" });
    expect(heard).toEqual([]);
  });

  test("a subscriber that swallows an SQL error is told of, and nothing is written", async () => {
    const app = application();
    app.inTransaction.subscribe("email-added", async (_event, { tx }) => {
      await tx.execute(sql`select 1/0`).catch(() => undefined);
    });
    const before = await everything(opened.database);
    const created = await create(app, "swallowed@example.com");
    expect(created._unsafeUnwrapErr()).toMatchObject({ code: "vetoed", reason: { code: "transaction-broken" } });
    expect(await everything(opened.database)).toBe(before);
  });

  test("a transaction that has ended is revoked: nothing can be written through it any more", async () => {
    const app = application();
    let leaked: { insert(table: typeof audit): { values(row: { entry: string }): PromiseLike<unknown> } } | undefined;
    let builder: PromiseLike<unknown> | undefined;
    app.inTransaction.subscribe("email-added", (_event, { tx }) => {
      leaked = tx;
      builder = tx.insert(audit).values({ entry: "late builder" });
    });
    expect((await create(app, "leak@example.com")).isOk()).toBe(true);
    expect(() => leaked?.insert(audit).values({ entry: "late" })).toThrow("ended");
    await expect((async () => builder)()).rejects.toThrow("ended");
    const entries = await opened.database.select().from(audit);
    expect(entries.map(({ entry }) => entry).filter((entry) => entry.startsWith("late"))).toEqual([]);
  });

  test("transact writes the host's table and the users in one commit, and rolls both back on an err", async () => {
    const app = application();
    const good = await app.transact(async function* ({ uow, tx }) {
      await tx.insert(audit).values({ entry: "transact good" });
      yield* uow.users.create({ name: "Grace", emails: ["grace@example.com"] });
      return ok("done");
    });
    expect(good._unsafeUnwrap()).toBe("done");
    const bad = await app.transact(async function* ({ uow, tx }) {
      await tx.insert(audit).values({ entry: "transact bad" });
      yield* uow.users.create({ name: "Grace", emails: ["grace@example.org"] });
      return err(domainError("changed-my-mind", "no"));
    });
    expect(bad._unsafeUnwrapErr().code).toBe("changed-my-mind");
    const entries = (await opened.database.select().from(audit)).map(({ entry }) => entry);
    expect(entries).toContain("transact good");
    expect(entries).not.toContain("transact bad");
    await using users = app.users();
    expect((await users.read({ email: "grace@example.org" })).isErr()).toBe(true);
  });

  test("joined to the host's transaction: the host's commit decides, and the bus rings when it is told", async () => {
    const app = application();
    const heard: string[] = [];
    app.bus.subscribe("email-added", (event) => heard.push(event.payload.email));
    await opened.database.transaction(async (tx) => {
      await using uow = app.unitOfWork({ within: tx as never });
      expect((await uow.users.create({ name: "Host", emails: ["host@example.com"] })).isOk()).toBe(true);
      expect((await uow.commit()).isOk()).toBe(true);
      await tx.insert(audit).values({ entry: "host" });
    });
    expect(heard).toEqual([]);
    await using users = app.users();
    expect((await users.read({ email: "host@example.com" })).isOk()).toBe(true);

    const uows: { committed(): void }[] = [];
    await opened.database
      .transaction(async (tx) => {
        const uow = app.unitOfWork({ within: tx as never });
        uows.push(uow);
        expect((await uow.users.create({ name: "Gone", emails: ["gone@example.com"] })).isOk()).toBe(true);
        expect((await uow.commit()).isOk()).toBe(true);
        throw new Error("the host changed its mind");
      })
      .catch(() => undefined);
    expect((await users.read({ email: "gone@example.com" }))._unsafeUnwrapErr().code).toBe("user-not-found");

    const kept = await opened.database.transaction(async (tx) => {
      const uow = app.unitOfWork({ within: tx as never });
      expect((await uow.users.create({ name: "Rung", emails: ["rung@example.com"] })).isOk()).toBe(true);
      expect((await uow.commit()).isOk()).toBe(true);
      return uow;
    });
    kept.committed();
    kept.committed();
    expect(heard).toEqual(["rung@example.com"]);
  });

  test("a taken e-mail inside the host's transaction leaves that transaction usable", async () => {
    const app = application();
    expect((await create(app, "taken@example.com")).isOk()).toBe(true);
    await opened.database.transaction(async (tx) => {
      await using uow = app.unitOfWork({ within: tx as never });
      expect((await uow.users.create({ name: "Second", emails: ["TAKEN@example.com"] })).isOk()).toBe(true);
      expect((await uow.commit())._unsafeUnwrapErr()).toMatchObject({ code: "email-taken" });
      await tx.insert(audit).values({ entry: "the host goes on" });
    });
    expect(await opened.database.select().from(audit)).toContainEqual({ entry: "the host goes on" });
  });

  test("a joined unit reads what the host's transaction has written, and a proof inside it is refused", async () => {
    const app = application();
    await opened.database.transaction(async (tx) => {
      await using first = app.unitOfWork({ within: tx as never });
      expect((await first.users.create({ name: "Own", emails: ["own@example.com"], password: "correct horse battery" })).isOk()).toBe(true);
      expect((await first.commit()).isOk()).toBe(true);
      await using second = app.unitOfWork({ within: tx as never });
      const found = await second.users.find({ kind: "email", key: "own@example.com" });
      const verified = await found._unsafeUnwrap().verify({ password: "correct horse battery" });
      expect(verified._unsafeUnwrapErr().code).toBe("proof-inside-transaction");
    });
  });
});
