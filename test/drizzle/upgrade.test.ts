import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Counted } from "denizen/ports";
import { migrate, migrations } from "denizen/drizzle";
import { open } from "../support/drivers.js";
import type { Opened } from "../support/drivers.js";

const AT = "2026-01-01T00:00:00.000Z";
const HOUR = 3_600_000;
const LOCKOUT = { limit: 5, first: 60_000, longest: HOUR, memory: 24 * HOUR };
const after = (milliseconds: number): string => new Date(Date.parse(AT) + milliseconds).toISOString();

let opened: Opened;
const run = (text: string) => opened.database.execute(sql.raw(text));

// A database of the version before accounts, which has counted guesses; then this version comes.
beforeAll(async () => {
  opened = await open("postgres.js", { migrates: false });
  const [first] = migrations();
  for (const text of first?.sql.split(/;\s*\n/).filter((part) => part.trim() !== "") ?? []) await run(text);
  await run(`create table denizen_migrations (id text primary key, at timestamp with time zone not null default now())`);
  await run(`insert into denizen_migrations (id) values ('${String(first?.id)}')`);
  for (const counter of ["few", "some", "many"]) await guessAsBefore(counter, AT);
  for (let guess = 1; guess < 4; guess++) await guessAsBefore("some", after(guess));
  for (let guess = 1; guess < 9; guess++) await guessAsBefore("many", after(guess));
  expect((await migrate(opened.database))._unsafeUnwrap()).toEqual(["0002-accounts", "0003-log", "0004-proofs"]);
});
afterAll(() => opened.close());

/** The statement by which the version before counted, word for word. */
const guessAsBefore = (counter: string, at: string, windowStart = "2025-12-31T00:00:00.000Z") =>
  run(`insert into denizen_attempts as c (tenant, method, counter, count, since)
  select 'default', 'password', '${counter}', 1, '${at}'::timestamptz
  on conflict (tenant, method, counter) do update set
    count = case when c.since <= '${windowStart}'::timestamptz then 1 else c.count + 1 end,
    since = case when c.since <= '${windowStart}'::timestamptz then excluded.since else c.since end
  returning counter, count, since`);

async function guess(stranger: string, at: string): Promise<Pick<Counted, "count" | "refusedUntil">> {
  const target = { kind: "user", id: "nobody" };
  const counted = await opened.store.attempts.count({ tenant: "default", target, method: "password", stranger, at, lockout: LOCKOUT });
  const { count, refusedUntil } = counted._unsafeUnwrap();
  return { count, refusedUntil };
}

test("guesses that the version before has counted still count", async () => {
  expect(await guess("some", after(1000))).toEqual({ count: 5, refusedUntil: null });
  expect(await guess("some", after(2000))).toEqual({ count: 5, refusedUntil: after(61_000) });
});

test("a guess beyond the limit of the version before locks at once, for as long as it had been guessed", async () => {
  expect(await guess("many", after(1000))).toEqual({ count: 10, refusedUntil: null });
  expect(await guess("many", after(2000))).toEqual({ count: 10, refusedUntil: after(1000 + 32 * 60_000) });
});

test("guesses of the version before are forgotten after their time", async () => {
  expect(await guess("few", after(24 * HOUR))).toEqual({ count: 1, refusedUntil: null });
});

test("the version before goes on beside this one: both count on what the other has counted", async () => {
  expect((await guess("both", AT)).count).toBe(1);
  await guessAsBefore("both", after(1));
  expect((await guess("both", after(2))).count).toBe(3);
  // It begins a run of its own, after which this version's guesses are long ago.
  await guessAsBefore("both", after(30 * HOUR), after(29 * HOUR));
  expect((await guess("both", after(30 * HOUR + 1))).count).toBe(2);
  await guessAsBefore("made by it", AT);
  expect((await guess("made by it", after(1))).count).toBe(2);
});

test("a lock holds, whatever the version before counts", async () => {
  for (let made = 1; made <= 5; made++) expect((await guess("locked", after(made))).refusedUntil).toBeNull();
  await guessAsBefore("locked", after(6));
  expect((await guess("locked", after(7))).refusedUntil).toBe(after(5 + 60_000));
});

test("who was there before has a profile, and no account", async () => {
  await run(`insert into denizen_users (tenant, id, display_name, attributes, created_at) values ('default', 'ada', 'Ada', '{}', '${AT}')`);
  expect((await opened.store.queries.profile("default", "ada"))._unsafeUnwrap()?.name).toEqual({ display: "Ada" });
  expect((await opened.store.queries.account("default", "ada"))._unsafeUnwrap()).toBeUndefined();
});
