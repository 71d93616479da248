import { sql } from "drizzle-orm";
import { afterEach, beforeEach, expect, test } from "vitest";
import { open } from "../support/drivers.js";
import type { Opened } from "../support/drivers.js";
import { AT, must, Reader, trace } from "./log-world.js";
import { rowsOf } from "./restored.js";

let opened: Opened;
beforeEach(async () => {
  opened = await open("postgres.js");
});
afterEach(() => opened.close());

const lease = { subscriber: "reader", worker: "worker", duration: 60_000, at: AT };

test("what is swept while it is replayed holds nothing back of what its publisher tells later", async () => {
  const { store } = opened;
  const { deliveries, retention } = store;
  const reader = await new Reader(store).enlist();
  await must(trace(store, "somebody"));
  expect(await reader.readAll(1)).toHaveLength(1);
  const publisher = { tenant: "default", kind: "user", id: "somebody" };
  const replaying: PromiseLike<number>[] = [];
  await opened.transaction(async (tx) => {
    await tx.execute(sql`select 1 from denizen_cursors for update`);
    replaying.push(must(deliveries.replay({ ...lease, types: null, selection: { kind: "publisher", publisher } })));
    const waits = "select 1 as one from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    await expect.poll(() => rowsOf(opened.database, waits)).toHaveLength(1);
    expect(await must(retention.sweep({ what: "traces", before: "2027-01-01T00:00:00.000Z", limit: 10 }))).toBe(1);
  });
  expect(await Promise.all(replaying)).toEqual([1]);

  await must(trace(store, "somebody"));
  await expect.poll(async () => (await reader.take(0)).heldBack).toBe(false);
  const taken = await reader.take();
  const [batch] = taken.batches;
  const [behind] = batch?.events ?? [];
  expect(behind?.behind).toBe(true);
  const waiting = { partition: batch?.partition ?? 0, position: behind?.position ?? "", eventId: behind?.event.id ?? "" };
  await reader.settle(taken, [{ ...waiting, publisher, attempts: 0, delay: 0, error: null }]);

  const retaken = async () => (await must(deliveries.retake({ ...lease, limit: 10 }))).flatMap(({ events }) => events);
  expect(await retaken()).toEqual([]);
  expect((await retaken()).map(({ event }) => event.id)).toEqual([behind?.event.id]);
  expect((await must(deliveries.status(AT)))[0]).toMatchObject({ waiting: 1, deadLetters: 0 });
});
