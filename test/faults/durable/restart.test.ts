import { setTimeout as sleep } from "node:timers/promises";
import postgresJs from "postgres";
import { afterAll, beforeAll, expect, test } from "vitest";
import { arena, caughtUp, isShort, report, until } from "../support/arena.js";
import { stop } from "../support/havoc.js";
import { effects, ledger, unwritten } from "../support/ledger.js";
import { crashingServer } from "../server.js";
import type { CrashingServer } from "../server.js";

const CRASHES = isShort ? 1 : 15;

let server: CrashingServer;
beforeAll(async () => {
  server = await crashingServer();
}, 60_000);
afterAll(() => server.end());

/** Asked over a new connection each time: those from before a crash may never answer. */
async function newest(url: string): Promise<number> {
  const sql = postgresJs(url, { max: 1, connect_timeout: 2, onnotice: () => undefined });
  try {
    return Number((await sql`select coalesce(max(n), 0)::int as n from faults_calls`)[0]?.["n"]);
  } catch {
    return 0;
  } finally {
    await sql.end({ timeout: 1 });
  }
}

test("PostgreSQL stopped at once and started again under load: all that was acknowledged is there and delivered, workers are back in 5 s", async () => {
  await using place = await arena(server.url);
  const { url } = place;
  const options = { timeout: 3000, backOff: { first: 100, longest: 1000 }, attempts: 1000 };
  const subscribers = [
    { name: "notes", effect: "call", options },
    { name: "effects", effect: "unit", options: { ...options, concurrency: 4 } },
  ] as const;
  const workers = await Promise.all(
    ["one", "two"].map((name) => place.start("worker", { name, subscribers, options: { batch: 50, poll: 200, lease: 2000 } })),
  );
  const writers = await Promise.all(["red", "blue"].map((name) => place.start("writer", { name, lanes: 4, pause: 20 })));
  const recoveries: number[] = [];
  for (let crash = 0; crash < CRASHES; crash++) {
    await sleep(5000);
    await server.crash();
    await server.restart();
    const before = await newest(url);
    recoveries.push(await until("events are delivered again", 30_000, async () => (await newest(url)) > before));
  }
  await sleep(1000);
  await stop(writers);
  await caughtUp(place, 30_000);
  // They have said that their work is done; that their driver also closes its sockets after a crash is not what is asked here.
  for (const worker of workers) worker.signal("SIGTERM");
  await Promise.all(workers.map((worker) => worker.says("stopped")));

  const notes = await ledger(place.sql, "notes");
  const effect = await effects(place.sql, "effects");
  const written = await unwritten(place.sql, writers);
  const unhandled = [...workers, ...writers].flatMap(({ said }) => said.filter((line) => line.startsWith("unhandled")));
  report(
    "PostgreSQL restarted",
    `${CRASHES} crashes, one every 5 s`,
    `${written.acknowledged} acknowledged commits, ${written.unwritten} lost`,
    `${notes.events} events, ${notes.lost} not delivered, ${notes.outOfOrder} out of order, ${notes.twice} twice`,
    `effects: ${effect.missing} missing, ${effect.twice} twice`,
    `delivering again after at most ${Math.max(...recoveries)} ms`,
    `${unhandled.length} unhandled rejections`,
  );
  expect(written.unwritten).toBe(0);
  expect(notes).toMatchObject({ lost: 0, outOfOrder: 0 });
  expect(effect).toEqual({ missing: 0, twice: 0 });
  expect(Math.max(...recoveries)).toBeLessThan(5000);
  expect(unhandled).toEqual([]);
}, 300_000);
