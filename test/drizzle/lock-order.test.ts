import { sql } from "drizzle-orm";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { ResultAsync } from "denizen";
import type { Store } from "denizen/ports";
import { open } from "../support/drivers.js";
import type { Opened } from "../support/drivers.js";
import { changes, must, Reader, record } from "./log-world.js";
import { rowsOf } from "./restored.js";

let opened: Opened;
beforeEach(async () => {
  opened = await open("postgres.js");
});
afterEach(() => opened.close());

const ERROR = { code: "handler-failed", message: "it failed" };

/** Events about somebody that a subscriber could not handle, of one publisher after another. */
async function failing({ store, database }: Opened, ...ids: readonly string[]): Promise<void> {
  const reader = await new Reader(store).enlist();
  for (const id of ids) {
    const change = changes({ id, version: 1 });
    await must(store.commit({ ...change, events: change.events.map((event) => ({ ...event, subject: "somebody" })) }, record()));
    await expect.poll(async () => (await reader.take(0)).heldBack).toBe(false);
    const taken = await reader.take();
    const waiting = taken.batches.flatMap(({ partition, events }) =>
      events.map(({ event, position }) => ({
        ...{ partition, position, eventId: event.id, attempts: 1, delay: null, error: ERROR },
        publisher: { tenant: "default", kind: "planet", id: event.publisher.id },
      })),
    );
    await reader.settle(taken, waiting);
  }
  // It is a small table then, which is read in the order of its rows.
  await rowsOf(database, "analyze denizen_deliveries");
}

const calls: Readonly<Record<string, (store: Store<unknown>) => ResultAsync<unknown, unknown>>> = {
  "somebody is erased": (store) => store.commit({ ...changes(), erased: ["somebody"] }, record()),
  "a subscriber is forgotten": ({ deliveries }) => deliveries.forget("reader"),
};

test.each(Object.entries(calls))("while %s workers go on: what waits is locked in the order in which they lock it", async (_, call) => {
  await failing(opened, "c", "b", "a");
  const lock = (id: string) => sql`select 1 from denizen_deliveries where publisher = ${id} for update`;
  const called: PromiseLike<unknown>[] = [];
  await opened.transaction(async (tx) => {
    await tx.execute(lock("a"));
    called.push(must(call(opened.store)));
    const waits = "select 1 as one from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    await expect.poll(() => rowsOf(opened.database, waits)).toHaveLength(1);
    for (const id of ["b", "c"]) await tx.execute(lock(id));
  });
  await Promise.all(called);
  // Servers count with a second's delay. Whoever was its victim may have been tried again.
  await new Promise((resolve) => setTimeout(resolve, 1200));
  const counted = "select deadlocks::int as deadlocks from pg_stat_database where datname = current_database()";
  expect(await rowsOf(opened.database, counted)).toEqual([{ deadlocks: 0 }]);
  expect(await rowsOf(opened.database, "select 1 as one from denizen_deliveries where error_message <> ''")).toEqual([]);
});
