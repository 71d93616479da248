import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { UserState } from "denizen";
import { migrate, migrations } from "denizen/drizzle";
import { open } from "../support/drivers.js";
import type { Opened } from "../support/drivers.js";

const AT = "2026-01-01T00:00:00.000Z";

let opened: Opened;
const run = (text: string) => opened.database.execute(sql.raw(text));

// A database of the version before proofs, with a user who has a second factor; then this version comes.
beforeAll(async () => {
  opened = await open("postgres.js", { migrates: false });
  await run("create table denizen_migrations (id text primary key, at timestamp with time zone not null default now())");
  for (const { id, sql: steps } of migrations().slice(0, 3)) {
    for (const text of steps.split(/;\s*\n/).filter((part) => part.trim() !== "")) await run(text);
    await run(`insert into denizen_migrations (id) values ('${id}')`);
  }
  await run(`insert into denizen_aggregates (tenant, kind, id, version, pos) values ('default', 'user', 'ada', 3, 1)`);
  await run(`insert into denizen_users (tenant, id, display_name, attributes, created_at) values ('default', 'ada', 'Ada', '{}', '${AT}')`);
  await credentialAsBefore("before", "fob", 0);
  expect((await migrate(opened.database))._unsafeUnwrap()).toEqual(["0004-proofs"]);
});
afterAll(() => opened.close());

const credentialAsBefore = (id: string, kind: string, ordinal: number) =>
  run(`insert into denizen_user_credentials (tenant, user_id, id, ordinal, kind, label, created_at)
    values ('default', 'ada', '${id}', ${ordinal}, '${kind}', null, '${AT}')`);

async function ada(): Promise<UserState> {
  const [stored] = (await opened.store.load("default", { kind: "user", id: "ada" }, { limit: 1 }))._unsafeUnwrap();
  // It was written as a user's.
  return stored?.state as UserState;
}

test("a second factor that asked for itself goes on doing so, and nobody has to reset a password", async () => {
  expect(await ada()).toMatchObject({ passwordResetRequired: false, credentials: [{ id: "before", confirmedAt: AT }] });
});

test("the version before goes on beside this one: what it adds is not proved, unless it is a password", async () => {
  await credentialAsBefore("fob of then", "fob", 1);
  await credentialAsBefore("password of then", "password", 2);
  expect((await ada()).credentials.map(({ id, confirmedAt }) => [id, confirmedAt])).toEqual([
    ["before", AT],
    ["fob of then", null],
    ["password of then", AT],
  ]);
});
