import { expect, test } from "vitest";
import { arena, caughtUp, report } from "../support/arena.js";
import { stop } from "../support/havoc.js";
import { effects } from "../support/ledger.js";

/** Handlers hold their connections for as long as a worker's default lease expects of the slowest: half of it. */
const LEASE = 3000;

test("handlers that hold every connection, so that no lease is renewed meanwhile, come to their end, each once", async () => {
  await using place = await arena();
  await Promise.all(Array.from({ length: 6 }, () => place.write.alone(undefined, 2)));
  const subscribers = [{ name: "effects", effect: "unit", takes: [LEASE / 2, LEASE / 2], options: { concurrency: 4 } }] as const;
  const from = Date.now();
  const worker = await place.start("worker", { name: "one", subscribers, connections: 2, options: { batch: 50, poll: 200, lease: LEASE } });
  await caughtUp(place, 30_000);
  const took = Date.now() - from;
  await stop([worker]);
  const effect = await effects(place.sql, "effects");
  report(
    "small pool",
    `2 connections, 4 handlers at once with a transaction of ${LEASE / 2} ms each (lease ${LEASE})`,
    `12 events in ${took} ms`,
    `${effect.missing} effects missing, ${effect.twice} twice`,
  );
  expect(effect).toEqual({ missing: 0, twice: 0 });
}, 90_000);
