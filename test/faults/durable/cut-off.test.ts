import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { arena, caughtUp, report } from "../support/arena.js";
import { freezingProxy } from "../support/freezing-proxy.js";
import { stop } from "../support/havoc.js";
import { ledger } from "../support/ledger.js";

const LEASE = 1000;

test("a worker that is cut off from the database begins nothing more once its leases may be another's", async () => {
  await using place = await arena();
  const proxy = await freezingProxy(place.url);
  const subscribers = [{ name: "notes", effect: "span", takes: [40, 60], options: { concurrency: 2 } }] as const;
  const options = { batch: 100, poll: 200, lease: LEASE };
  const beacons = await Promise.all(Array.from({ length: 6 }, async () => (await place.write.alone(undefined, 30))._unsafeUnwrap().id));
  const cutOff = await place.start("worker", { name: "cut off", through: proxy.url, subscribers, options });
  await cutOff.says("ready");
  await sleep(1000);
  proxy.freeze();
  const [frozen] = await place.sql`select clock_timestamp() as at`;
  const other = await place.start("worker", { name: "other", subscribers, options });
  await sleep(3 * LEASE);
  const [late] = await place.sql`
    select count(*)::int as begun, count(*) filter (where began > ${frozen?.["at"]}::timestamptz + ${LEASE + 250} * interval '1 ms')::int as late
    from faults_calls where worker = 'cut off' and began > ${frozen?.["at"]}::timestamptz`;
  proxy.thaw();
  await caughtUp(place, 30_000);
  await stop([cutOff, other]);
  await proxy.close();
  const notes = await ledger(place.sql, "notes");
  report(
    "worker cut off from the database",
    `${beacons.length * 30} events`,
    `${late?.["begun"]} handlers begun by it since, ${late?.["late"]} after its leases had ended`,
    `${notes.lost} lost`,
    `${notes.twice} delivered twice`,
    `${notes.outOfOrder} out of order`,
  );
  expect(late?.["begun"]).toBeGreaterThan(0);
  expect(late?.["late"]).toBe(0);
  expect(notes).toMatchObject({ lost: 0, outOfOrder: 0 });
}, 90_000);
