import { sql } from "drizzle-orm";
import { afterEach, beforeEach, expect, test } from "vitest";
import { open } from "../support/drivers.js";
import type { Opened } from "../support/drivers.js";
import { AT, changes, commit, must, Reader, record } from "./log-world.js";
import { rowsOf } from "./restored.js";

const GATE = 4711;
const PUBLISHER = { tenant: "default", kind: "planet", id: "a" };

let opened: Opened;
beforeEach(async () => {
  opened = await open("postgres.js");
});
afterEach(() => opened.close());

/** From here on whoever reads the log waits, after its statement has begun, as long as somebody holds the gate. */
async function gateLog(): Promise<void> {
  for (const text of [
    "alter table denizen_events rename to real_events",
    `create function gate() returns boolean language plpgsql as
      'begin perform pg_advisory_lock_shared(${GATE}); perform pg_advisory_unlock_shared(${GATE}); return true; end'`,
    "create view denizen_events as select * from real_events where gate()",
  ])
    await rowsOf(opened.database, text);
}

/** Until a statement waits at the gate. */
const waits = () =>
  expect
    .poll(async () => await rowsOf(opened.database, "select 1 as one from pg_locks where locktype = 'advisory' and not granted"))
    .toHaveLength(1);

test("a lease that is renewed while another worker's take is under way is not taken over", async () => {
  const { store } = opened;
  const { deliveries } = store;
  const asked = { subscriber: "subscriber", worker: "late", duration: 1, types: null, limit: 10, at: AT };
  await must(deliveries.enlist([{ name: "subscriber", from: "beginning" }], AT));
  await must(commit(store, { id: "a", version: 1 }));
  await expect.poll(async () => (await must(deliveries.take({ ...asked, limit: 0 }))).heldBack).toBe(false);
  const { batches } = await must(deliveries.take(asked));
  expect(batches).toHaveLength(1);
  const partitions = batches.map(({ partition, token }) => ({ partition, token }));
  const renewal = { ...asked, duration: 60_000, partitions, publishers: [] };
  await gateLog();
  const taking: PromiseLike<unknown>[] = [];
  await opened.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(${sql.raw(String(GATE))})`);
    taking.push(must(deliveries.take({ ...asked, worker: "other", duration: 60_000 })));
    await waits();
    await must(deliveries.renew(renewal));
  });
  expect(await Promise.all(taking)).toMatchObject([{ batches: [] }]);
  expect((await must(deliveries.renew(renewal))).partitions).toHaveLength(1);
});

test.each([
  ["of which some waits from before there", 1],
  ["all of which comes again", 0],
])("who renews his lease while a replay is under way loses what he tries all the same: %s", async (_, before) => {
  const { store } = opened;
  const { deliveries } = store;
  const reader = await new Reader(store, "subscriber").enlist();
  const time = "2026-06-01T00:00:00.000Z";
  for (const version of [1, 2, 3]) {
    const change = changes({ id: "a", version });
    const occurredAt = version <= before ? AT : time;
    await must(store.commit({ ...change, events: change.events.map((event) => ({ ...event, occurredAt })) }, record()));
  }
  await expect.poll(async () => (await reader.take(0)).heldBack).toBe(false);
  const park = async (): Promise<void> => {
    const taken = await reader.take();
    const waiting = taken.batches.flatMap(({ partition, events }) =>
      events.map(({ position, event }) => ({
        ...{ partition, position, publisher: PUBLISHER, eventId: event.id, attempts: 0, delay: 0, error: null },
      })),
    );
    await reader.settle(taken, waiting);
  };
  await park();
  const lease = { subscriber: "subscriber", worker: "late", duration: 60_000, at: AT };
  const [retaken] = await must(deliveries.retake({ ...lease, limit: 10 }));
  const [token, first, done] = [retaken?.token ?? "", retaken?.events[0]?.position ?? "", retaken?.events[2]?.position ?? ""];
  const replaying: PromiseLike<unknown>[] = [];
  await opened.transaction(async (tx) => {
    await tx.execute(sql`select 1 from denizen_cursors for update`);
    replaying.push(must(deliveries.replay({ ...lease, types: null, selection: { kind: "from", from: { time } } })));
    const blocked = "select 1 as one from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    await expect.poll(() => rowsOf(opened.database, blocked)).toHaveLength(1);
    const publishers = [{ publisher: PUBLISHER, token, first }];
    expect(await must(deliveries.renew({ ...lease, partitions: [], publishers }))).toEqual({ partitions: [], publishers });
  });
  expect(await Promise.all(replaying)).toEqual([3 - before]);
  await park();
  await must(deliveries.resettle({ ...lease, publisher: PUBLISHER, token, first, done, delivered: 3, failed: null }));
  const again = await must(deliveries.retake({ ...lease, worker: "other", limit: 10 }));
  expect(again.flatMap(({ events }) => events.map(({ event }) => event.publisher.version))).toEqual([1, 2, 3]);
});
