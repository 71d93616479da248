import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Application, attempt, ok } from "denizen";
import { fastHasher } from "denizen/testing";
import { open, servers } from "../support/drivers.js";
import type { Opened } from "../support/drivers.js";

describe.each(servers)("races on %s", (driver) => {
  let opened: Opened;
  const application = () => new Application({ store: opened.store, passwordHasher: fastHasher() });
  beforeAll(async () => {
    opened = await open(driver, { connections: 20 });
  });
  afterAll(() => opened.close());

  const create = (name: string, email: string) =>
    attempt(async function* () {
      await using users = application().users();
      const user = yield* users.create({ name, emails: [email] });
      yield* users.save(user);
      return ok(user.id);
    });

  test("50 callers want one e-mail in several spellings: one gets it, 49 are told, and no row is orphaned", async () => {
    const spellings = ["one@example.com", "ONE@example.com", "One@EXAMPLE.com", "one@Example.Com"];
    const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => create(`Racer ${index}`, spellings[index % 4] ?? "")));
    expect(answers.filter((answer) => answer.isOk())).toHaveLength(1);
    const codes = answers.flatMap((answer) => (answer.isErr() ? [answer.error.code] : []));
    expect(new Set(codes)).toEqual(new Set(["email-taken"]));
    await using users = application().users();
    expect((await users.read({ name: "Racer 0" })).isErr() || answers[0]?.isOk()).toBe(true);
  });

  test.each([
    ["phone", "phone-taken", { phones: ["+34 600 999 999"] }, { phone: "+34600999999" }],
    ["username", "username-taken", { username: "the-racer" }, { username: "The-Racer" }],
  ] as const)(
    "50 callers want one %s: one gets it, the others are told %s, and nothing of them is left",
    async (_, code, wanted, found) => {
      const answers = await Promise.all(
        Array.from({ length: 50 }, (__, index) =>
          attempt(async function* () {
            await using users = application().users();
            const user = yield* users.create({ name: `Racer for a ${code} ${index}`, ...wanted });
            yield* users.save(user);
            return ok(user.id);
          }),
        ),
      );
      const winners = answers.flatMap((answer) => (answer.isOk() ? [answer.value] : []));
      expect(winners).toHaveLength(1);
      expect(answers.flatMap((answer) => (answer.isErr() ? [answer.error.code] : []))).toEqual(Array.from({ length: 49 }, () => code));
      await using users = application().users();
      expect((await users.read(found))._unsafeUnwrap().id).toBe(winners[0]);
      const left = await Promise.all(answers.map((__, index) => users.read({ name: `Racer for a ${code} ${index}` })));
      expect(left.filter((read) => read.isOk())).toHaveLength(1);
    },
  );

  test("50 writers change one user: no update is lost", async () => {
    const id = (await create("Popular", "popular@example.com"))._unsafeUnwrap();
    const versionOf = async () => {
      await using users = application().users();
      return (await users.read({ id }))._unsafeUnwrap().version;
    };
    const before = await versionOf();
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        attempt(async function* () {
          await using users = application().users();
          const user = yield* users.read({ id });
          yield* user.rename(`Popular ${index}`);
          yield* users.save(user);
          return ok(true);
        }),
      ),
    );
    const won = answers.filter((answer) => answer.isOk()).length;
    expect(won).toBeGreaterThan(0);
    expect(new Set(answers.flatMap((answer) => (answer.isErr() ? [answer.error.code] : [])))).toEqual(
      new Set(won < 50 ? ["concurrency-conflict"] : []),
    );
    expect(await versionOf()).toBe(before + won);
  });

  test("transact runs a lost race again, from fresh reads, until everybody has had his turn", async () => {
    const id = (await create("Retried", "retried@example.com"))._unsafeUnwrap();
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        application().transact(
          async function* ({ uow }) {
            const user = yield* uow.users.get(id);
            yield* user.rename(`Retried ${index}`);
            return ok(index);
          },
          { retries: 50 },
        ),
      ),
    );
    expect(answers.map((answer) => answer.isOk())).toEqual(Array.from({ length: 10 }, () => true));
  });

  test("a locked user is held against others: nobody loses, everybody waits", async () => {
    const id = (await create("Locked", "locked@example.com"))._unsafeUnwrap();
    const answers = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        attempt(async function* () {
          await using uow = application().unitOfWork();
          const user = yield* uow.users.get(id, { lock: "update" });
          yield* user.rename(`Locked ${index}`);
          yield* uow.commit();
          return ok(index);
        }),
      ),
    );
    expect(answers.filter((answer) => answer.isOk())).toHaveLength(10);
  });

  test("two units that lock the same two users crosswise: one is told to try again, and transact does", async () => {
    const [one, two] = [
      (await create("One", "cross1@example.com"))._unsafeUnwrap(),
      (await create("Two", "cross2@example.com"))._unsafeUnwrap(),
    ];
    const cross = (first: string, second: string) =>
      application().transact(async function* ({ uow }) {
        yield* uow.users.get(first, { lock: "update" });
        await new Promise((resolve) => setTimeout(resolve, 50));
        const user = yield* uow.users.get(second, { lock: "update" });
        yield* user.rename("Crossed");
        return ok(true);
      });
    const answers = await Promise.all([cross(one, two), cross(two, one)]);
    expect(answers.map((answer) => answer.isOk())).toEqual([true, true]);
  });

  test("of 50 guesses at once no more are compared than the limit allows", async () => {
    const hasher = fastHasher();
    const guarded = new Application({ store: opened.store, passwordHasher: hasher, attempts: { limit: 5 } });
    const created = await attempt(async function* () {
      await using users = guarded.users();
      const user = yield* users.create({ name: "Guessed", emails: ["guessed@example.com"], password: "correct horse battery" });
      yield* users.save(user);
      return ok(user.id);
    });
    expect(created.isOk()).toBe(true);
    const answers = await Promise.all(
      Array.from({ length: 50 }, async () => {
        await using users = guarded.users();
        return await users.verify({ email: "guessed@example.com" }, { password: "wrong password" });
      }),
    );
    const codes = answers.map((answer) => (answer.isErr() ? answer.error.code : "ok"));
    expect(codes.filter((code) => code === "invalid-credentials")).toHaveLength(5);
    expect(codes.filter((code) => code === "too-many-attempts")).toHaveLength(45);
  });

  test("20 callers with one command id: one effect, one answer", async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        application().transact(
          async function* ({ uow }) {
            const user = yield* uow.users.create({ name: "Once", emails: ["once@example.com"] });
            return ok({ id: user.id });
          },
          { commandId: "create-once", retries: 0 },
        ),
      ),
    );
    const ids = new Set(answers.map((answer) => (answer.isOk() ? answer.value.id : answer.error.code)));
    expect(ids.size).toBe(1);
  });
});
