import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { arena, caughtUp, isShort, report } from "../support/arena.js";
import { stop } from "../support/havoc.js";
import { ledger, unwritten } from "../support/ledger.js";

const subscribers = [{ name: "notes", effect: "call" }] as const;
const options = { batch: 100, poll: 200, lease: 2000 };

test("nothing is skipped when transactions of every length commit in every order", async () => {
  await using place = await arena();
  const beacons = await Promise.all(Array.from({ length: 40 }, async () => (await place.write.alone(undefined, 1))._unsafeUnwrap().id));
  const workers = await Promise.all(["one", "two"].map((name) => place.start("worker", { name, subscribers, options })));
  const writers = await Promise.all(
    ["red", "blue"].map((name) => place.start("writer", { name, lanes: 12, shared: beacons, hold: 300, pause: 5 })),
  );
  await sleep(isShort ? 3000 : 40_000);
  await stop(writers);
  await caughtUp(place, 30_000);
  await stop(workers);

  const notes = await ledger(place.sql, "notes");
  const written = await unwritten(place.sql, writers);
  report(
    "commits out of order",
    `${written.acknowledged} commits by 24 writers to 40 aggregates, transactions open for up to 300 ms among them`,
    `${notes.events} events`,
    `${notes.lost} skipped`,
    `${notes.outOfOrder} inversions`,
    `${notes.twice} delivered twice`,
  );
  expect(notes).toMatchObject({ lost: 0, outOfOrder: 0, backwards: 0, twice: 0 });
  expect(written.unwritten).toBe(0);
  expect(notes.events).toBeGreaterThan(500);
}, 120_000);

test("a host's transaction that stays open holds others back no longer than it lasts, and loses nothing", async () => {
  await using place = await arena();
  const held = isShort ? 4000 : 150_000;
  const workers = await Promise.all(["one", "two"].map((name) => place.start("worker", { name, subscribers, options })));
  const writer = await place.start("writer", { name: "writer", lanes: 2, pause: 50 });
  await sleep(500);
  const handled = async (): Promise<number> => Number((await place.sql`select count(*)::int as count from faults_calls`)[0]?.["count"]);
  const noted: { at: string; before: number } = { at: "", before: 0 };
  await place.store.database.transaction(async (tx) => {
    await tx.execute(sql`insert into faults_host (what) values ('long')`);
    await using uow = place.application.unitOfWork({ within: tx });
    const beacon = (await uow.beacons.create({ text: "long" }))._unsafeUnwrap();
    (await uow.commit())._unsafeUnwrap();
    noted.at = beacon.id;
    noted.before = await handled();
    await sleep(held);
  });
  const ended = Date.now();
  const during = (await handled()) - noted.before;
  const waiting = Number((await place.sql`select count(*)::int as count from denizen_events`)[0]?.["count"]) - (await handled());
  await stop([writer]);
  const caught = (await caughtUp(place, 30_000)) + 0;
  const after = Date.now() - ended;
  await stop(workers);

  const notes = await ledger(place.sql, "notes");
  report(
    "long host transaction",
    `open for ${held} ms beside writers and workers`,
    `${during} events delivered meanwhile, ${waiting} held back until it ended`,
    `all delivered ${after} ms after (${caught} ms after the writers)`,
    `${notes.lost} skipped`,
    `${notes.outOfOrder} inversions`,
    `${notes.twice} delivered twice`,
  );
  expect(notes).toMatchObject({ lost: 0, outOfOrder: 0, backwards: 0, twice: 0 });
  expect(await place.sql`select from faults_calls where publisher = ${noted.at}`).toHaveLength(1);
  // What had waited comes in one go: nobody goes on sleeping for as long as it was held back.
  expect(after).toBeLessThan(10_000);
}, 240_000);
