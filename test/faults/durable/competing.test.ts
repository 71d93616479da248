import { expect, test } from "vitest";
import { arena, caughtUp, isShort, report } from "../support/arena.js";
import { stop } from "../support/havoc.js";
import { ledger, overlaps } from "../support/ledger.js";

const WORKERS = 8;
const [AGGREGATES, COMMITS] = isShort ? [60, 15] : [200, 60];

test("8 workers on one log share it, each event held by one of them at a time, without a deadlock", async () => {
  await using place = await arena();
  const subscribers = [
    { name: "notes", effect: "span", takes: [1, 5], options: { timeout: 30_000, backOff: { first: 20, longest: 40 } } },
  ] as const;
  const options = { batch: 50, poll: 200, lease: 5000 };
  const workers = await Promise.all(
    Array.from({ length: WORKERS }, (_, number) => place.start("worker", { name: `worker${number}`, subscribers, options })),
  );
  await Promise.all(workers.map((worker) => worker.says("ready")));
  await Promise.all(
    Array.from({ length: AGGREGATES }, async () => {
      let id: string | undefined;
      for (let commit = 0; commit < COMMITS; commit++) {
        // Some fail twice, so that what waits is retaken and settled beside what is new.
        ({ id } = (await place.write.alone(id, 3, Math.random() < 0.05 ? "flaky" : "flash"))._unsafeUnwrap());
      }
    }),
  );
  await caughtUp(place, 30_000);
  await stop(workers);

  const notes = await ledger(place.sql, "notes");
  const overlapping = await overlaps(place.sql, "notes");
  const [counted] = await place.sql`select deadlocks::int as deadlocks from pg_stat_database where datname = current_database()`;
  const rows = await place.sql`select worker, count(*)::int as calls from faults_calls group by worker order by worker`;
  const shares = rows.map((row) => Math.round((100 * Number(row["calls"])) / notes.calls));
  report(
    `${WORKERS} competing relays`,
    `${notes.events} events`,
    `${overlapping} handlers of one publisher at once`,
    `${counted?.["deadlocks"]} deadlocks`,
    `${notes.lost} lost`,
    `${notes.twice} delivered twice`,
    `${notes.outOfOrder} out of order`,
    `shares ${shares.join(" ")} %`,
  );
  expect(notes).toMatchObject({ events: AGGREGATES * COMMITS * 3, lost: 0, twice: 0, outOfOrder: 0, backwards: 0 });
  expect(overlapping).toBe(0);
  expect(counted?.["deadlocks"]).toBe(0);
  expect(shares).toHaveLength(WORKERS);
  expect(Math.min(...shares)).toBeGreaterThan(0);
}, 300_000);
