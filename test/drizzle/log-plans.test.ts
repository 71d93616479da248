import { sql } from "drizzle-orm";
import type { Sql } from "postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ResultAsync } from "denizen";
import type { ChangeSet, CommitFailure, HistoryFilter, Store } from "denizen/ports";
import { open } from "../support/drivers.js";
import type { Opened } from "../support/drivers.js";
import { overheard, plansOf, wholeTables } from "./explained.js";

const AT = "2026-01-01T00:00:00.000Z";

let opened: Opened;
let client: Sql;
let store: Store<unknown>;
let said: string[];

// Twenty thousand events; three subscribers, of which one is behind and has much that waits, dead letters among it.
beforeAll(async () => {
  opened = await open("postgres.js");
  ({ client, store, said } = overheard(opened));
  await opened.database.execute(sql`insert into denizen_events
    (pos, id, tenant, type, type_version, occurred_at, kind, publisher, version, subject, payload, personal, actor, commit_id, correlation_id)
    select 1 + n / 100, 'event ' || n, 'default', 'type ' || n % 20, 1, timestamptz '2025-01-01' + n * interval '1 minute', 'user', 'user ' || n % 2000,
      case when n % 4 > 0 then n end, 'user ' || n % 2000, '{}', '{}', 'user:' || n % 500, 'commit ' || n, 'commit ' || n
    from generate_series(1, 20000) n`);
  for (const name of ["one", "two", "three"]) expect((await store.deliveries.enlist([{ name, from: "beginning" }], AT)).isOk()).toBe(true);
  await opened.database.execute(sql`update denizen_cursors set pos = 100 where subscriber <> 'two'`);
  await opened.database.execute(sql`insert into denizen_deliveries
    select s.name, e.tenant, e.kind, e.publisher, e.pos, e.seq, e.id, 7, 1,
      case when e.seq % 3 = 0 then now() + e.seq * interval '1 second' end, case when e.seq % 50 = 1 then now() end, 'code', 'message'
    from denizen_events e, denizen_subscribers s where e.seq < 9000`);
  await opened.database.execute(sql`insert into denizen_commits select 'commit ' || n, 'default', ${AT} from generate_series(1, 9000) n`);
  await opened.database.execute(
    sql`insert into denizen_attempts select 'default', 'password', 'user:' || n, 1, now() from generate_series(1, 9000) n`,
  );
  await opened.database.execute(sql`insert into denizen_sessions
    (tenant, id, account_id, security_version, methods, family, refresh, started_at, last_used_at, idle_expires_at, expires_at)
    select 'default', n::text, n::text, 1, '[]', n::text, '', now(), now(), now(), now() from generate_series(1, 9000) n`);
  await opened.database.execute(sql`analyze`);
  // Whether the log is this cluster's is looked at once.
  expect((await store.deliveries.take({ ...lease, subscriber: "nobody", types: null, limit: 1 })).isOk()).toBe(true);
});
afterAll(async () => {
  await client.end();
  await opened.close();
});

const lease = { subscriber: "one", worker: "worker", duration: 30_000, at: AT };
const publisher = { tenant: "default", kind: "user", id: "user 7" };
const position = "3.20";
const failed = { position, attempts: 2, delay: 1000, error: { code: "code", message: "message" } };
const waiting = { partition: 7, position, publisher, eventId: "event 20", attempts: 1, delay: 1000, error: null };
const replay = { subscriber: "one", types: ["type 1"], at: AT };
const erasing: ChangeSet = { tenant: "default", aggregates: [], events: [], vault: [], erased: ["user 7"] };
const many = Array.from({ length: 100 }, (_, index) => ({ publisher: { ...publisher, id: `user ${index}` }, token: "1", first: position }));

type Call = (store: Store<unknown>) => ResultAsync<unknown, CommitFailure>;

const calls: Readonly<Record<string, Call>> = {
  "taking all types": ({ deliveries }) => deliveries.take({ ...lease, types: null, limit: 100 }),
  "taking some types": ({ deliveries }) => deliveries.take({ ...lease, types: ["type 1", "type 2"], limit: 100 }),
  settling: ({ deliveries }) =>
    deliveries.settle({ ...lease, batches: [{ partition: 7, token: "1", to: position, delivered: 1 }], waiting: [] }),
  "settling with events that wait": ({ deliveries }) =>
    deliveries.settle({ ...lease, batches: [{ partition: 7, token: "1", to: position, delivered: 1 }], waiting: [waiting] }),
  retaking: ({ deliveries }) => deliveries.retake({ ...lease, limit: 100 }),
  resettling: ({ deliveries }) =>
    deliveries.resettle({ ...lease, publisher, token: "1", first: position, done: position, delivered: 1, failed }),
  "renewing leases": ({ deliveries }) => deliveries.renew({ ...lease, partitions: [{ partition: 7, token: "1" }], publishers: many }),
  "enlisting from now": ({ deliveries }) => deliveries.enlist([{ name: "new", from: "now" }], AT),
  "replaying a publisher": ({ deliveries }) => deliveries.replay({ ...replay, selection: { kind: "publisher", publisher } }),
  "replaying an event": ({ deliveries }) =>
    deliveries.replay({ ...replay, selection: { kind: "event", tenant: "default", id: "event 7" } }),
  discarding: ({ deliveries }) => deliveries.discard("one", "default", "event 40"),
  "listing dead letters": ({ deliveries }) => deliveries.deadLetters({ limit: 20 }),
  "listing dead letters of one, from one on": ({ deliveries }) =>
    deliveries.deadLetters({ subscriber: "one", after: { position, subscriber: "one" }, limit: 20 }),
  "sweeping commits": ({ retention }) => retention.sweep({ what: "commits", before: "2020-01-01T00:00:00.000Z", limit: 100 }),
  erasing: (all) => all.commit(erasing, { commitId: "erasing", tenant: "default", at: AT }),
};

describe("one statement, which reads no whole table:", () => {
  test.each(Object.entries(calls))("%s", async (_, call) => {
    said.length = 0;
    const answer = await call(store);
    expect(answer.isOk(), JSON.stringify(answer)).toBe(true);
    expect(said).toHaveLength(1);
    const [plan] = await plansOf(client, said);
    expect(wholeTables(plan?.lines ?? []), plan?.lines.join("\n")).toEqual([]);
  });
});

const histories: Readonly<Record<string, readonly [HistoryFilter, string]>> = {
  "of everything": [{}, "denizen_events_position"],
  "of a subject": [{ subject: "user 7" }, "denizen_events_subject"],
  "of an actor": [{ actor: "user:7" }, "denizen_events_actor"],
  "of a type": [{ type: "type 7" }, "denizen_events_type"],
};

describe.each(["ascending", "descending"] as const)(
  "a page of the history, %s, goes by an index and reads no more than the page:",
  (direction) => {
    describe.each([undefined, "50.5000"])("after %s", (after) => {
      test.each(Object.entries(histories))("%s", async (_, [filter, index]) => {
        said.length = 0;
        const read = await store.log.read({ tenant: "default", filter, direction, limit: 20, ...(after === undefined ? {} : { after }) });
        expect(read.isOk()).toBe(true);
        const [plan] = await plansOf(client, said);
        expect(plan?.lines.join("\n")).toMatch(new RegExp(`Limit .*\\n\\s+->  Index Scan (Backward )?using ${index} `));
      });
    });
  },
);

test("old traces are found among the old events without reading those", async () => {
  said.length = 0;
  expect((await store.retention.sweep({ what: "traces", before: "2025-01-01T02:00:00.000Z", limit: 100 })).isOk()).toBe(true);
  const [plan] = await plansOf(client, said);
  expect(plan?.lines.join("\n")).toContain("denizen_events_traces");
  expect(wholeTables(plan?.lines ?? [])).toEqual([]);
});
