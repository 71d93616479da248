import { sql } from "drizzle-orm";
import { afterAll, beforeAll, expect, test } from "vitest";
import { migrate, migrations } from "denizen/drizzle";
import { open } from "../support/drivers.js";
import type { Opened } from "../support/drivers.js";
import { AT, commit, must, nameOf, Reader, versionsOf } from "./log-world.js";

let opened: Opened;
let events = 0;

// A database of the version before durable subscribers, in which something has happened; then this version comes.
beforeAll(async () => {
  opened = await open("postgres.js", { migrates: false });
  await opened.database.execute(
    sql`create table denizen_migrations (id text primary key, at timestamp with time zone not null default now())`,
  );
  for (const { id, sql: steps } of migrations().slice(0, 2)) {
    for (const text of steps.split(/;\s*\n/).filter((part) => part.trim() !== "")) await opened.database.execute(sql.raw(text));
    await opened.database.execute(sql`insert into denizen_migrations (id) values (${id})`);
  }
  await createAsBefore("old");
  await updateAsBefore("old", 2);
  expect(await must(migrate(opened.database))).toEqual(["0003-log", "0004-proofs"]);
});
afterAll(() => opened.close());

const XID = "pg_current_xact_id()::text::bigint";
const eventOf = (id: string, version: number) => [{ id: `before ${++events}`, type: "planet-changed", version, publisher: id }];

/** What both statements of the version before say of events, of the heads that are called `h`. */
const logged = (heads: string, parameter: string) => `insert into denizen_events
    (pos, id, tenant, type, type_version, occurred_at, kind, publisher, version, subject, payload, personal, actor, commit_id, correlation_id)
  select coalesce(h.pos, ${XID}), r.id, $1, r.type, 1, '${AT}', 'planet', r.publisher,
    case when r.version is null or h.id is not null then r.version else 0 end, null, '{}', null, 'user:before', 'c', 'c'
  from jsonb_to_recordset(${parameter}::text::jsonb) as r (id text, type text, version bigint, publisher text)
  left join ${heads} h on h.kind = 'planet' and h.id = r.publisher`;

/** As the version before wrote positions: the transaction's id, or what the aggregate has where that is higher. */
const createAsBefore = (id: string) =>
  say(
    `with inserted as (
  insert into denizen_aggregates (tenant, kind, id, version, pos, state) values ($1, 'planet', $2, 1, ${XID}, '{}') returning kind, id, version, pos)
${logged("inserted", "$3")}`,
    ["default", id, JSON.stringify(eventOf(id, 1))],
  );

const updateAsBefore = (id: string, version: number) =>
  say(
    `with updated as (
  update denizen_aggregates a set version = $4::text::bigint, pos = greatest(a.pos, ${XID}), state = '{}'
  where a.tenant = $1 and a.kind = 'planet' and a.id = $2 and a.version = $4::text::bigint - 1 returning a.kind, a.id, a.version, a.pos)
${logged("updated", "$3")}`,
    ["default", id, JSON.stringify(eventOf(id, version)), String(version)],
  );

const say = (text: string, params: readonly string[]) => {
  const parts = text.split(/\$(\d)/).map((part, index) => (index % 2 === 0 ? sql.raw(part) : sql`${params[Number(part) - 1]}`));
  return opened.database.execute(sql.join(parts));
};

test("the version before goes on beside this one: their events are one log, in order, to this one's subscribers", async () => {
  const reader = await new Reader(opened.store).enlist();
  expect((await reader.readAll(2)).map(nameOf)).toEqual(["old.1", "old.2"]);
  await must(commit(opened.store, { id: "old", version: 3 }, { id: "new", version: 1 }));
  await updateAsBefore("old", 4);
  await updateAsBefore("new", 2);
  await createAsBefore("newest");
  await must(commit(opened.store, { id: "old", version: 5 }, { id: "newest", version: 2 }));
  const seen = await reader.readAll(7);
  expect(versionsOf(seen)).toEqual({ old: [3, 4, 5], new: [1, 2], newest: [1, 2] });
});

test("what it had written before is in everybody's history", async () => {
  const read = await must(opened.store.log.read({ tenant: "default", filter: { actor: "user:before" }, direction: "ascending", limit: 2 }));
  expect(read.map(({ event }) => event.publisher)).toEqual([
    { kind: "planet", id: "old", version: 1 },
    { kind: "planet", id: "old", version: 2 },
  ]);
});
