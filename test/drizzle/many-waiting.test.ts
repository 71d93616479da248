import { afterAll, beforeAll, expect, test } from "vitest";
import { drivers, open } from "../support/drivers.js";
import type { Opened } from "../support/drivers.js";
import { AT, must } from "./log-world.js";
import { rowsOf } from "./restored.js";

/** More than are looked at in one go. */
const DEAD = 1500;

const opened: Opened[] = [];
beforeAll(async () => {
  for (const driver of drivers) opened.push(await open(driver));
});
afterAll(() => Promise.all(opened.map(({ close }) => close())));

test("many events that a dead letter holds back, though due for a replay, keep nobody else's from being tried again", async () => {
  for (const { store, database } of opened) {
    await must(store.deliveries.enlist([{ name: "subscriber", from: "beginning" }], AT));
    await rowsOf(
      database,
      `insert into denizen_events
        (pos, id, tenant, type, type_version, occurred_at, kind, publisher, version, payload, actor, commit_id, correlation_id)
       select 1, 'event ' || n, 'default', 'planet-changed', 1, now(), 'planet', 'planet ' || n / 2, 1 + n % 2, '{}', 'user:a', 'c', 'c'
       from generate_series(0, ${2 * DEAD + 1}) n`,
    );
    await rowsOf(
      database,
      `insert into denizen_deliveries (subscriber, tenant, kind, publisher, pos, seq, event_id, partition, attempts, due_at, dead_at)
       select 'subscriber', tenant, kind, publisher, pos, seq, id, 1, 1,
         case when version = 2 then now() - interval '1 hour' when publisher = 'planet 0' then now() end,
         case when version = 1 and publisher <> 'planet 0' then now() end
       from denizen_events`,
    );
    const lease = { subscriber: "subscriber", worker: "worker", duration: 60_000, at: AT };
    const retaken = await must(store.deliveries.retake({ ...lease, limit: 10 }));
    expect(retaken.map(({ publisher }) => publisher.id)).toEqual(["planet 0"]);
    expect(retaken.flatMap(({ events }) => events.map(({ event }) => event.publisher.version))).toEqual([1, 2]);
  }
});
