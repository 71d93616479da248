import { inspect } from "node:util";
import { drizzle as drizzlePostgresJs } from "drizzle-orm/postgres-js";
import { sql } from "drizzle-orm";
import postgresJs from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Application, attempt, ok } from "denizen";
import { argon2 } from "denizen/argon2";
import { drizzle } from "denizen/drizzle";
import { fastHasher } from "denizen/testing";
import { everything, open } from "../support/drivers.js";
import type { Opened } from "../support/drivers.js";

const MARKER = "xyzzy-marker-secret-4711";

let opened: Opened;
beforeAll(async () => {
  opened = await open("postgres.js");
});
afterAll(() => opened.close());

test("a marker secret, put in by every path, is in no column, event, error or answer in the clear", async () => {
  const application = new Application({ store: opened.store, passwordHasher: argon2() });
  const seen: unknown[] = [];
  application.bus.subscribe("*", (event) => seen.push(event));
  application.inTransaction.subscribe("*", (event) => void seen.push(event));
  const id = await attempt(async function* () {
    await using users = application.users();
    const user = yield* users.create({ name: "Ada", emails: ["ada@example.com"], password: MARKER });
    yield* users.save(user);
    yield* user.changePassword({ current: MARKER, next: `${MARKER}-two` });
    yield* users.save(user);
    seen.push(user, await user.verify({ password: `${MARKER}-two` }), await user.verify({ password: MARKER }));
    return ok(user.id);
  });
  await using users = application.users();
  seen.push(id, await users.verify({ email: "ada@example.com" }, { password: MARKER }));
  // A password in the wrong field, too.
  seen.push(await users.verify({ username: MARKER }, { password: MARKER }));
  seen.push((await opened.store.history("default", { kind: "user", id: id._unsafeUnwrap() }))._unsafeUnwrap());
  const attempts: unknown = await opened.database.execute(sql`select * from denizen_attempts`);
  const text =
    [...seen, attempts].map((item) => `${inspect(item, { depth: 12, showHidden: true })} ${JSON.stringify(item)}`).join("\n") +
    (await everything(opened.database));
  expect(text).toContain("password-changed");
  expect(text).toContain("$argon2id$");
  expect(text).not.toContain(MARKER);
});

test("an unknown user, a wrong password, no password and a removed user cost the same statements and hashes", async () => {
  const statements: string[] = [];
  const client = postgresJs(opened.url, { max: 1, onnotice: () => undefined });
  // Workers are told of what was committed at some time after: that is nobody's cost.
  const logQuery = (query: string): void => {
    if (!query.includes("pg_notify")) statements.push(query);
  };
  const logged = drizzlePostgresJs(client, { logger: { logQuery } });
  const hasher = fastHasher();
  const application = new Application({ store: drizzle(logged), passwordHasher: hasher });
  const made = await attempt(async function* () {
    await using users = application.users();
    yield* users.create({ name: "Known", emails: ["known@example.com"], password: "correct horse battery" });
    yield* users.create({ name: "Without", emails: ["without@example.com"] });
    const removed = yield* users.create({ name: "Removed", emails: ["removed@example.com"], password: "correct horse battery" });
    yield* users.save();
    yield* users.remove(removed);
    return ok(yield* users.save());
  });
  expect(made.isOk()).toBe(true);
  const cost = async (email: string) => {
    await using users = application.users();
    expect((await users.verify({ email: "warm@example.com" }, { password: "warm up the dummy" })).isErr()).toBe(true);
    const [before, hashed] = [statements.length, hasher.calls.verify];
    const answer = await users.verify({ email }, { password: "wrong horse battery" });
    return { error: answer._unsafeUnwrapErr(), statements: statements.slice(before), hashes: hasher.calls.verify - hashed };
  };
  const unknown = await cost("unknown@example.com");
  expect(unknown.statements).toHaveLength(2);
  for (const email of ["known@example.com", "without@example.com", "removed@example.com"]) expect(await cost(email)).toEqual(unknown);
  await client.end();
});

test("every guess leaves its event in the log, whatever became of it, and the count stays when the host rolls back", async () => {
  const application = new Application({ store: opened.store, passwordHasher: fastHasher(), attempts: { limit: 2 } });
  const id = await attempt(async function* () {
    await using users = application.users();
    const user = yield* users.create({ name: "Traced", emails: ["traced@example.com"], password: "correct horse battery" });
    yield* users.save(user);
    return ok(user.id);
  });
  const guess = async (password: string) => {
    await using users = application.users();
    return (await users.verify({ email: "traced@example.com" }, { password })).isOk();
  };
  const guesses = await opened.database
    .transaction(async (tx) => {
      await tx.execute(sql`select 1`);
      const made = [
        await guess("wrong horse battery"),
        await guess("correct horse battery"),
        await guess("wrong"),
        await guess("wrong"),
        await guess("wrong"),
      ];
      throw Object.assign(new Error("the host rolls back"), { made });
    })
    .catch((thrown: unknown) => Reflect.get(Object(thrown), "made"));
  expect(guesses).toEqual([false, true, false, false, false]);
  const traces: unknown = await opened.database.execute(
    sql`select type, payload->>'cause' as cause from denizen_events where kind = 'attempts' and subject = ${id._unsafeUnwrap()} order by seq`,
  );
  expect(traces).toEqual([
    { type: "proof-failed", cause: "wrong" },
    { type: "proof-succeeded", cause: null },
    { type: "proof-failed", cause: "wrong" },
    { type: "proof-failed", cause: "wrong" },
    { type: "proof-failed", cause: "too-many-attempts" },
  ]);
});
