import { expect, test } from "vitest";
import { arena, caughtUp, isShort, report } from "../support/arena.js";
import { havoc, stop } from "../support/havoc.js";
import { ledger, overlaps } from "../support/ledger.js";

const [AGGREGATES, EVENTS, KILLS] = isShort ? [30, 60, 3] : [100, 500, 12];

test("events of one publisher stay in order with 4 workers, slow handlers and crashes", async () => {
  await using place = await arena();
  const subscribers = [{ name: "notes", effect: "span", takes: [0, 8], heedsSwitches: false, options: { timeout: 10_000 } }] as const;
  const options = { batch: 100, poll: 200, lease: 2500 };
  const writing = Promise.all(
    Array.from({ length: AGGREGATES }, async () => {
      let id: string | undefined;
      for (let version = 0; version < EVENTS;) {
        const times = Math.min(EVENTS - version, 1 + Math.floor(Math.random() * 5));
        ({ id, version } = (await place.write.alone(id, times))._unsafeUnwrap());
      }
    }),
  );
  const workers = await havoc((number) => place.start("worker", { name: `worker${number}`, subscribers, options }), {
    living: 4,
    kills: KILLS,
    every: [300, 1500],
  });
  await writing;
  await caughtUp(place, 30_000);
  await stop(workers.living);

  const notes = await ledger(place.sql, "notes");
  const overlapping = await overlaps(place.sql, "notes");
  report(
    "order per aggregate",
    `${AGGREGATES} aggregates × ${EVENTS} events`,
    `4 workers, ${KILLS} kills`,
    `${notes.outOfOrder + notes.backwards} inversions`,
    `${overlapping} handlers of one publisher at once`,
    `${notes.lost} lost`,
    `${notes.twice} delivered twice`,
  );
  expect(notes).toMatchObject({ events: AGGREGATES * EVENTS, lost: 0, outOfOrder: 0, backwards: 0 });
  expect(overlapping).toBe(0);
}, 400_000);
