import { expect, test } from "vitest";
import { arena, caughtUp, isShort, report, until } from "../support/arena.js";
import { stop } from "../support/havoc.js";
import { ledger } from "../support/ledger.js";

const EVENTS = isShort ? 1000 : 10_000;
const ATTEMPTS = 4;
const BEHIND = 7;

test("one bad event holds back its own publisher only, becomes a dead letter, and is delivered on command with what is behind it", async () => {
  await using place = await arena();
  await place.sql`insert into faults_switches values ('poison')`;
  const subscribers = [
    { name: "notes", effect: "call", heedsSwitches: true, options: { attempts: ATTEMPTS, backOff: { first: 50, longest: 400 } } },
  ] as const;
  const workers = await Promise.all(
    ["one", "two"].map((name) => place.start("worker", { name, subscribers, options: { batch: 100, poll: 200, lease: 2000 } })),
  );
  const { id } = (await place.write.alone(undefined, 3))._unsafeUnwrap();
  (await place.write.alone(id, 1, "poison"))._unsafeUnwrap();
  const others = EVENTS - 4 - BEHIND;
  await Promise.all(
    Array.from({ length: Math.ceil(others / 10) }, (_, index) => place.write.alone(undefined, Math.min(10, others - index * 10))),
  );
  (await place.write.alone(id, BEHIND))._unsafeUnwrap();

  const count = async (): Promise<number> => Number((await place.sql`select count(*)::int as count from faults_calls`)[0]?.["count"]);
  await until("everything else is delivered", 60_000, async () => (await count()) === EVENTS - 1 - BEHIND);
  const letters = async () => (await place.application.durable.deadLetters({ subscriber: "notes" }))._unsafeUnwrap().items;
  await until("it is a dead letter", 20_000, async () => (await letters())[0]?.behind === BEHIND);
  const [letter] = await letters();
  const before = await ledger(place.sql, "notes");
  const held = await place.sql`select version from faults_calls where publisher = ${id} order by n`;
  expect(held.map((row) => row["version"])).toEqual([1, 2, 3]);

  await place.sql`delete from faults_switches`;
  const replayed = (await place.application.durable.replay({ subscriber: "notes", deadLetters: true }))._unsafeUnwrap();
  const took = await caughtUp(place, 20_000);
  const after = await ledger(place.sql, "notes");
  await stop(workers);
  report(
    "poison",
    `1 bad event in ${EVENTS}`,
    `${before.events - before.lost} delivered beside it`,
    `a dead letter after ${letter?.attempts} tries (${letter?.error.code}) with ${letter?.behind} behind it`,
    `replayed ${replayed.events}, all there ${took} ms later`,
    `${after.lost} lost`,
    `${after.twice} delivered twice`,
    `${after.outOfOrder} out of order`,
  );
  expect(letter).toMatchObject({ attempts: ATTEMPTS, behind: BEHIND, error: { code: "handler-threw", message: "poison is on" } });
  expect(before).toMatchObject({ events: EVENTS, lost: 1 + BEHIND, twice: 0 });
  expect(after).toMatchObject({ lost: 0, twice: 0, outOfOrder: 0, backwards: 0 });
  expect(await letters()).toEqual([]);
}, 180_000);
