import { sql } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { open, servers } from "../support/drivers.js";
import type { Opened } from "../support/drivers.js";
import { changes, commit, must, nameOf, Reader, record, trace, versionsOf } from "./log-world.js";

const planet = (id: string, version = 1) => ({ id, version });

describe.each(servers)("the order of the log on %s", (driver) => {
  let opened: Opened;
  let reader: Reader;
  beforeEach(async () => {
    opened = await open(driver, { connections: 20 });
    reader = await new Reader(opened.store).enlist();
  });
  afterEach(() => opened.close());

  test("of two transactions the one with the lower id commits last: nothing is skipped, and the later waits for the earlier", async () => {
    const { store } = opened;
    const first = await must(store.begin());
    await must(first.flush(changes(planet("first"))));
    await must(commit(store, planet("second")));
    expect((await reader.take()).heldBack).toBe(true);
    expect((await reader.read()).map(nameOf)).toEqual([]);
    await must(first.commit(record()));
    const seen = await reader.readAll(2);
    expect(seen.map(nameOf).sort()).toEqual(["first.1", "second.1"]);
    const places = new Map(seen.map((one) => [nameOf(one), Number(one.position.split(".")[0])]));
    expect(places.get("first.1")).toBeLessThan(places.get("second.1") ?? 0);
    await expect.poll(async () => (await reader.take()).heldBack).toBe(false);
  });

  test("what is rolled back holds nothing back any more, and leaves nothing", async () => {
    const { store } = opened;
    const first = await must(store.begin());
    await must(first.flush(changes(planet("never"))));
    await must(commit(store, planet("one")));
    await first.rollback();
    expect((await reader.readAll(1)).map(nameOf)).toEqual(["one.1"]);
  });

  test("a host's transaction that stays open holds readers back, nobody else, and nothing is lost or in another order after it", async () => {
    const { store } = opened;
    await must(commit(store, planet("a"), planet("b")));
    expect((await reader.readAll(2)).map(nameOf).sort()).toEqual(["a.1", "b.1"]);
    await opened.transaction(async (tx) => {
      const joined = await must(store.join?.(tx).begin() ?? store.begin());
      await must(joined.flush(changes(planet("c"))));
      await must(joined.commit(record()));
      for (let version = 2; version <= 20; version++) await must(commit(store, planet("a", version)));
      await must(trace(store, "somebody"));
      await new Promise((resolve) => setTimeout(resolve, 300));
      expect(await reader.take()).toMatchObject({ batches: [], heldBack: true });
    });
    const rest = await reader.readAll(21);
    expect(rest).toHaveLength(21);
    expect(versionsOf(rest)).toMatchObject({ a: Array.from({ length: 19 }, (_, index) => index + 2), c: [1] });
  });

  test("an aggregate's events stay in order although one transaction had its id before another wrote the same aggregate", async () => {
    const { store } = opened;
    await must(commit(store, planet("disputed")));
    const early = await must(store.begin());
    await must(early.flush(changes(planet("other"))));
    await must(commit(store, planet("disputed", 2)));
    await must(early.flush(changes(planet("disputed", 3))));
    await must(early.commit(record()));
    await must(commit(store, planet("disputed", 4)));
    expect(versionsOf(await reader.readAll(5))["disputed"]).toEqual([1, 2, 3, 4]);
  });

  test("long transactions that only read hold nobody back", async () => {
    const { store } = opened;
    await opened.transaction(async (tx) => {
      await tx.execute(sql`select count(*) from denizen_events`);
      await must(commit(store, planet("a")));
      expect((await reader.readAll(1)).map(nameOf)).toEqual(["a.1"]);
    });
  });

  test("16 writers with transactions of all lengths, one reader: nothing is skipped, nothing comes twice, every aggregate is in order", async () => {
    const { store } = opened;
    let written = 0;
    const versions = new Map<string, number>();
    const write = async (writer: number): Promise<void> => {
      for (let turn = 0; turn < 12; turn++) {
        const [own, common] = [`own ${writer}`, `common ${turn % 3}`];
        const transaction = await must(store.begin());
        await must(transaction.flush(changes(planet(own, turn + 1))));
        await new Promise((resolve) => setTimeout(resolve, ((writer * 7 + turn * 13) % 5) * 4));
        const flushed = await transaction.flush(changes(planet(common, (versions.get(common) ?? 0) + 1)));
        if (flushed.isErr()) {
          // Another was faster with the one that is common: this one's own changes alone, then.
          await transaction.rollback();
          await must(commit(store, planet(own, turn + 1)));
          written += 1;
          continue;
        }
        await must(transaction.commit(record()));
        versions.set(common, (versions.get(common) ?? 0) + 1);
        written += 2;
      }
    };
    let [isOver, seen] = [false, [...(await reader.read())]];
    const reading = (async () => {
      while (!isOver) seen.push(...(await reader.read(7)));
    })();
    await Promise.all(Array.from({ length: 16 }, (_, writer) => write(writer)));
    isOver = true;
    await reading;
    seen = [...seen, ...(await reader.readAll(written - seen.length))];
    expect(new Set(seen.map(nameOf)).size).toBe(seen.length);
    expect(seen).toHaveLength(written);
    for (const [id, came] of Object.entries(versionsOf(seen))) expect(came, id).toEqual(came.map((_, index) => index + 1));
  });
});

test("the partition of a publisher is the same for ever: it is in an index, and cursors go by it", async () => {
  const opened = await open("postgres.js");
  const reader = await new Reader(opened.store).enlist();
  await must(commit(opened.store, planet("ada"), planet("bob"), planet(""), planet("🪐")));
  await must(trace(opened.store, "ada"));
  const partitions = new Map<string, number>();
  while (partitions.size < 5) {
    const taken = await reader.take();
    for (const { partition, events } of taken.batches)
      for (const { event } of events) partitions.set(`${event.publisher.kind} ${event.publisher.id}`, partition);
    await reader.settle(taken);
  }
  expect(Object.fromEntries(partitions)).toEqual({ "user ada": 14, "planet ada": 26, "planet bob": 29, "planet ": 12, "planet 🪐": 33 });
  await opened.close();
});
