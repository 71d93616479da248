import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { arena, caughtUp, isShort, report } from "../support/arena.js";
import type { Arena } from "../support/arena.js";
import { stop } from "../support/havoc.js";
import { ledger } from "../support/ledger.js";

const DOWN = isShort ? 3000 : 60_000;

/** Milliseconds that commits take, one after another for so long: the median and the slowest but one in a hundred. */
async function latency(
  { write }: Arena,
  milliseconds: number,
): Promise<{ readonly median: number; readonly p99: number; readonly ids: string[] }> {
  const [times, ids]: [number[], string[]] = [[], []];
  for (const end = Date.now() + milliseconds; Date.now() < end;) {
    const from = performance.now();
    const { id } = (await write.alone(ids.length < 50 ? undefined : ids[times.length % 50], 1))._unsafeUnwrap();
    times.push(performance.now() - from);
    if (ids.length < 50) ids.push(id);
    await sleep(5);
  }
  times.sort((one, other) => one - other);
  const at = (part: number): number => Number((times[Math.floor(times.length * part)] ?? 0).toFixed(1));
  return { median: at(0.5), p99: at(0.99), ids };
}

test("while the sender is down commands go on as ever; afterwards everything is sent once, in order", async () => {
  await using place = await arena();
  const subscribers = [
    { name: "mail", effect: "call", heedsSwitches: true, options: { attempts: 1000, backOff: { first: 100, longest: 1000 } } },
  ] as const;
  const workers = await Promise.all(
    ["one", "two"].map((name) => place.start("worker", { name, subscribers, options: { batch: 100, poll: 200, lease: 3000 } })),
  );
  await Promise.all(workers.map((worker) => worker.says("ready")));
  const up = await latency(place, DOWN / 2);
  await place.sql`insert into faults_switches values ('down')`;
  const down = await latency(place, DOWN);
  const sent = await ledger(place.sql, "mail");
  await place.sql`delete from faults_switches`;
  const took = await caughtUp(place, 30_000);
  await stop(workers);

  const notes = await ledger(place.sql, "mail");
  const [status] = (await place.application.durable.status())._unsafeUnwrap();
  report(
    "sender down",
    `${DOWN} ms, ${sent.lost} events waiting at its end`,
    `commands ${up.median} ms (p99 ${up.p99}) before, ${down.median} ms (p99 ${down.p99}) meanwhile`,
    `all sent ${took} ms after it was up`,
    `${notes.lost} lost`,
    `${notes.twice} sent twice`,
    `${notes.outOfOrder} out of order`,
    `${status?.deadLetters} dead letters`,
  );
  expect(notes).toMatchObject({ lost: 0, twice: 0, outOfOrder: 0, backwards: 0 });
  expect(sent.lost).toBeGreaterThan(100);
  expect(status?.deadLetters).toBe(0);
  expect(down.median).toBeLessThan(up.median * 3 + 5);
}, 240_000);
