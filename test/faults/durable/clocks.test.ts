import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { arena, caughtUp, isShort, report } from "../support/arena.js";
import { stop } from "../support/havoc.js";
import { ledger, overlaps } from "../support/ledger.js";

const FIVE_MINUTES = 5 * 60_000;
const LEASE = 1500;
const WRITING = isShort ? 5000 : 40_000;

test("workers whose clocks are five minutes off, or go back, hold nothing twice and keep order and pace", async () => {
  await using place = await arena();
  const subscribers = [{ name: "notes", effect: "span", takes: [0, 6], options: { backOff: { first: 100, longest: 400 } } }] as const;
  const clocks = {
    ahead: { off: FIVE_MINUTES },
    behind: { off: -FIVE_MINUTES },
    back: { off: 0, back: 3000 },
    leap: { off: FIVE_MINUTES, back: 60_000 },
  };
  const workers = await Promise.all(
    Object.entries(clocks).map(([name, clock]) =>
      place.start("worker", { name, subscribers, options: { batch: 50, poll: 200, lease: LEASE }, clock }),
    ),
  );
  await Promise.all(workers.map((worker) => worker.says("ready")));
  const writing = async (): Promise<void> => {
    let id: string | undefined;
    for (const end = Date.now() + WRITING; Date.now() < end; await sleep(100)) {
      ({ id } = (await place.write.alone(id, 2, Math.random() < 0.05 ? "flaky" : "flash"))._unsafeUnwrap());
    }
  };
  const written = Promise.all(Array.from({ length: 12 }, writing));
  await sleep(WRITING / 2);
  // A lease that the one ahead had reckoned by its own clock would last for another five minutes.
  workers[0]?.signal("SIGKILL");
  await written;
  const took = await caughtUp(place, 30_000);
  await stop(workers.slice(1));

  const notes = await ledger(place.sql, "notes");
  const overlapping = await overlaps(place.sql, "notes");
  const [late] = await place.sql`
    select round(extract(epoch from percentile_cont(0.99) within group (order by c.began - e.occurred_at)) * 1000)::int as p99,
      round(extract(epoch from max(c.began - e.occurred_at)) * 1000)::int as most
    from denizen_events e join (select event, min(began) as began from faults_calls group by event) c on c.event = e.id`;
  report(
    "clocks ±5 min, going back",
    `${notes.events} events`,
    `${overlapping} handlers of one publisher at once`,
    `${notes.outOfOrder + notes.backwards} inversions`,
    `${notes.lost} lost`,
    `${notes.twice} delivered twice after one kill`,
    `delivered after at most ${late?.["most"]} ms (p99 ${late?.["p99"]}), caught up in ${took} ms`,
  );
  expect(notes).toMatchObject({ lost: 0, outOfOrder: 0, backwards: 0 });
  expect(notes.mostOfOneWorker).toBeLessThanOrEqual(2 * 50);
  expect(overlapping).toBe(0);
  expect(Number(late?.["most"])).toBeLessThan(LEASE * 4);
}, 180_000);
