import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { arena, caughtUp, isShort, report, until } from "../support/arena.js";
import { stop } from "../support/havoc.js";
import { ledger } from "../support/ledger.js";

const STOPS = isShort ? 3 : 12;
/** So long that nobody could wait for it to run out. */
const LEASE = 120_000;

test("SIGTERM under load: what runs ends, the next worker goes on at once, and nothing is delivered twice", async () => {
  await using place = await arena();
  const subscribers = [{ name: "notes", effect: "span", takes: [10, 60] }] as const;
  const options = { batch: 50, poll: 200, lease: LEASE };
  const next = (number: number) => place.start("worker", { name: `worker${number}`, subscribers, options });
  const living = await Promise.all([next(0), next(1)]);
  const writer = await place.start("writer", { name: "writer", lanes: 6, pause: 20 });
  const took: number[] = [];
  const codes: (number | null)[] = [];
  for (let count = 0; count < STOPS; count++) {
    await sleep(1000 + Math.random() * 1000);
    const [oldest] = living.splice(0, 1);
    if (oldest === undefined) break;
    living.push(await next(count + 2));
    const from = Date.now();
    oldest.signal("SIGTERM");
    await oldest.says("stopped");
    took.push(Date.now() - from);
    codes.push(await oldest.ended);
  }
  await stop([writer]);
  const caught = await caughtUp(place, 30_000);
  await stop(living);

  const notes = await ledger(place.sql, "notes");
  const [cut] = await place.sql`select count(*)::int as cut from faults_calls where ended is null`;
  report(
    "stop",
    `${STOPS} × SIGTERM under load`,
    `stopped after at most ${Math.max(...took)} ms`,
    `${notes.events} events`,
    `${cut?.["cut"]} handlers cut off`,
    `${notes.lost} lost`,
    `${notes.twice} delivered twice`,
    `${notes.outOfOrder} out of order`,
    `caught up ${caught} ms after the last commit (leases of ${LEASE} ms)`,
  );
  expect(codes).toEqual(codes.map(() => 0));
  expect(cut?.["cut"]).toBe(0);
  expect(notes).toMatchObject({ lost: 0, twice: 0, outOfOrder: 0, backwards: 0 });
  expect(Math.max(...took)).toBeLessThan(2000);
}, 120_000);

test("a handler that outlasts the grace is cut off, and its event is another worker's at once", async () => {
  await using place = await arena();
  const plan = (name: string) => ({
    name,
    subscribers: [{ name: "notes", effect: "span", hangs: 60_000 }] as const,
    options: { batch: 50, poll: 200, lease: LEASE, grace: 500 },
  });
  const first = await place.start("worker", plan("first"));
  const { id } = (await place.write.alone(undefined, 1, "hang"))._unsafeUnwrap();
  (await place.write.alone(id, 5))._unsafeUnwrap();
  await until("a handler hangs", 10_000, async () => (await place.sql`select from faults_hung`).length > 0);
  const second = await place.start("worker", plan("second"));
  const from = Date.now();
  first.signal("SIGTERM");
  await first.says("stopped");
  const took = Date.now() - from;
  const caught = await caughtUp(place, 30_000);
  expect(await first.ended).toBe(0);
  await stop([second]);
  const notes = await ledger(place.sql, "notes");
  const attempts = await place.sql`select attempt from faults_calls where version = 1 order by n`;
  report(
    "stop beyond the grace",
    `stopped after ${took} ms (grace 500)`,
    `caught up ${caught} ms later`,
    `${notes.lost} lost`,
    `${notes.outOfOrder} out of order`,
  );
  expect(took).toBeLessThan(1500);
  expect(notes).toMatchObject({ lost: 0, twice: 1, outOfOrder: 0 });
  // Nobody refused it: that it was cut off counts as no try.
  expect(attempts.map((row) => row["attempt"])).toEqual([1, 1]);
}, 60_000);
