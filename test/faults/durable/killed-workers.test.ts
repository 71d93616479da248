import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { arena, caughtUp, isShort, report } from "../support/arena.js";
import { havoc, stop } from "../support/havoc.js";
import { effects, ledger, unwritten } from "../support/ledger.js";

const KILLS = isShort ? 4 : 30;
const BATCH = 50;
/** The batch that a worker handles, and the next one. */
const IN_HAND = 2 * BATCH;

test("workers and writers killed -9 at random points lose nothing, repeat no more than was in hand, and stay in order", async () => {
  await using place = await arena();
  const subscribers = [
    { name: "notes", effect: "call", takes: [0, 4], options: { timeout: 5000 } },
    { name: "effects", effect: "unit", options: { timeout: 5000, concurrency: 6 } },
  ] as const;
  const options = { batch: BATCH, poll: 200, lease: 2500 };
  const [workers, writers] = await Promise.all([
    havoc((number) => place.start("worker", { name: `worker${number}`, subscribers, options }), {
      living: 3,
      kills: KILLS,
      every: [500, 2500],
    }),
    havoc((number) => place.start("writer", { name: `writer${number}`, lanes: 3, pause: 15 }), {
      living: 2,
      kills: KILLS / 2,
      every: [1000, 5000],
    }),
  ]);
  await sleep(500);
  await stop(writers.living);
  await caughtUp(place, 30_000);
  await stop(workers.living);

  const notes = await ledger(place.sql, "notes");
  const effect = await effects(place.sql, "effects");
  const written = await unwritten(place.sql, writers.all);
  report(
    "relay killed",
    `${workers.kills} kills and ${writers.kills} of writers`,
    `${notes.events} events`,
    `${notes.lost} lost`,
    `${notes.twice} delivered twice (at most ${notes.mostOfOneWorker} of one worker, ${IN_HAND} in its hand)`,
    `${notes.outOfOrder} out of order`,
    `effects in the delivery's unit of work: ${effect.missing} missing, ${effect.twice} twice`,
    `${written.acknowledged} acknowledged commits, ${written.unwritten} of them lost`,
  );
  expect(notes).toMatchObject({ lost: 0, outOfOrder: 0, backwards: 0 });
  expect(notes.mostOfOneWorker).toBeLessThanOrEqual(IN_HAND);
  expect(effect).toEqual({ missing: 0, twice: 0 });
  expect(written.unwritten).toBe(0);
  expect(notes.events).toBeGreaterThan(KILLS * 50);
}, 240_000);
