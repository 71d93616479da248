import { deepStrictEqual } from "node:assert/strict";
import type { Sql } from "postgres";
import { raw } from "../harness/database.js";
import { isShort, microseconds, printTable } from "../harness/measure.js";
import { installPeers, versionOf } from "../harness/peer.js";
import { countingProxy } from "../harness/proxy.js";
import { analyze, databasesOf, eachOf } from "../harness/sides.js";
import type { Named } from "../harness/sides.js";
import { trafficOf } from "../harness/traffic.js";
import { atLeast, atMost, judged, targetText } from "../harness/targets.js";
import type { Target } from "../harness/targets.js";
import { versus } from "../harness/versus.js";
import { byHand } from "../unit-of-work/by-hand.js";
import { callersOf, callsOf, holdingsAfter, perCall, perSecond } from "../unit-of-work/calls.js";
import { denizen } from "../unit-of-work/denizen.js";
import { drizzleAlone } from "../unit-of-work/drizzle.js";
import { mikroOrm } from "../unit-of-work/mikro-orm.js";
import { typeOrm } from "../unit-of-work/typeorm.js";
import type { Holdings, Way, Writer } from "../unit-of-work/writer.js";

/** As many callers, too, each with users of its own. */
const CONNECTIONS = 8;
/** So many that a plan made for them is one for more. */
const [USERS, USERS_AFAR] = isShort ? [25, 25] : [200, 25];
/** Milliseconds in each direction: a database in the next room. */
const DELAY = 1;

/** denizen first, and then the one that its targets are about. */
const WAYS: Named<Way> = {
  denizen,
  MikroORM: mikroOrm,
  TypeORM: typeOrm,
  "drizzle, node-postgres": drizzleAlone("node-postgres"),
  "drizzle, postgres.js": drizzleAlone("postgres.js"),
  "by hand": byHand,
};
const NAMES = Object.keys(WAYS);

const NEAR: Named<Target> = { create: atLeast(2.2), "load + save": atLeast(2.4) };
const FAR: Named<Target> = { create: atLeast(3.5) };
const ROUND_TRIPS: Named<Target> = { create: atMost(1, ""), "load + save": atMost(2, ""), "two aggregates": atMost(1, "") };

/** Rows of all tables together. */
async function rowsIn(sql: Sql): Promise<number> {
  const tables = await sql<{ name: string }[]>`select relid::regclass::text as name from pg_stat_user_tables`;
  const counts = tables.map(({ name }) => `(select count(*)::integer from ${name})`);
  const [row] = await sql.unsafe<{ rows: number }[]>(`select ${counts.join(" + ")} as rows`);
  return row?.rows ?? NaN;
}

/** What an operation takes on one connection. Whoever has not written everything ends the section. */
async function countTraffic(urls: Named<string>): Promise<void> {
  const table = new Map<string, Record<string, string>>();
  for (const [name, way] of Object.entries(WAYS)) {
    await using proxy = await countingProxy(urls[name] ?? "");
    const writer = await way.open(proxy.url, { connections: 1, wakeUps: false });
    const client = raw(urls[name] ?? "", 1);
    const made: Record<string, number> = { create: 1 };
    for (const [operation, call] of Object.entries(await callsOf(writer, 1))) {
      const counted = () => {
        made[operation] = (made[operation] ?? 0) + 1;
        return call();
      };
      const { roundTrips, statements, bytes } = await trafficOf(proxy, counted);
      const before = await rowsIn(client);
      await counted();
      const rows = (await rowsIn(client)) - before;
      const target = name === "denizen" ? ROUND_TRIPS[operation] : undefined;
      if (target !== undefined && roundTrips > target.bound) process.exitCode = 1;
      const shown = judged(`round trips: ${operation}`, roundTrips, `${roundTrips} · ${statements} · ${bytes} · ${rows}`, target);
      table.set(operation, { ...table.get(operation), [name]: shown });
    }
    const [held] = await client.unsafe<Holdings[]>(way.holdings);
    deepStrictEqual({ ...held }, holdingsAfter(made), `${name} has not written what it was asked to`);
    await client.end();
    await writer.close();
  }
  printTable(
    ["round trips · statements · bytes · new rows", ...NAMES, "target"],
    [...table].map(([operation, row]) => [operation, ...NAMES.map((name) => row[name] ?? ""), targetText(ROUND_TRIPS[operation])]),
  );
}

const whole = (figure: number): string => String(Math.round(figure));

async function whileOpen(urls: Named<string>, work: (writers: Named<Writer>) => Promise<void>): Promise<void> {
  const writers = await eachOf(WAYS, (way, name) => way.open(urls[name] ?? "", { connections: CONNECTIONS }));
  await work(writers);
  for (const writer of Object.values(writers)) await writer.close();
}

const everybody = (writers: Named<Writer>, users: number) => eachOf(writers, (writer) => callersOf(writer, CONNECTIONS, users));

async function compareNear(urls: Named<string>): Promise<void> {
  const [rounds, calls, warm] = isShort ? [2, 6, 12] : [6, 20, 60];
  await whileOpen(urls, async (writers) => {
    const callers = await everybody(writers, USERS);
    await analyze(urls);
    const rates = await eachOf(callers, async (one) => perSecond(one));
    const title = `units of work /s at ${CONNECTIONS} connections, durable`;
    await versus({ title, sides: rates, rounds, calls: () => calls, warm, show: whole, targets: NEAR });
    const cpu = await eachOf(callers, async (one) => perCall(one));
    await versus({ title: "CPU of this process", sides: cpu, rounds, calls: () => (isShort ? 8 : 12), warm: 8, show: microseconds });
  });
}

async function compareFar(urls: Named<string>): Promise<void> {
  const [rounds, calls, warm] = isShort ? [2, 3, 4] : [4, 8, 8];
  const proxies = await eachOf(urls, (url) => countingProxy(url, DELAY));
  await whileOpen(await eachOf(proxies, async ({ url }) => url), async (writers) => {
    const callers = await everybody(writers, USERS_AFAR);
    const title = `the same with ${2 * DELAY} ms of network for each round trip`;
    const together = await eachOf(callers, async (all) => perSecond(all));
    await versus({ title, sides: together, rounds, calls: () => calls, warm, show: whole, targets: FAR });
    // Where two cores are not the limit.
    const alone = await eachOf(callers, async (all) => perSecond(await eachOf(all, async (calls) => calls.slice(0, 1))));
    await versus({ title: `${title}, one caller`, sides: alone, rounds, calls: () => calls, warm, show: whole, targets: FAR });
  });
  for (const proxy of Object.values(proxies)) await proxy[Symbol.asyncDispose]();
}

await installPeers();
await using databases = await databasesOf(WAYS);
console.log(`create: a user with an e-mail, two events; load + save: he gets another name, one event; two aggregates: a user with an e-mail and an
aggregate of the host's own, four events. In one commit each. Beside a figure: how many times as much denizen's is. The others write
their own leaner tables, with fewer rows and indexes than denizen's, and TypeORM's save compares no version.
${versionOf("@mikro-orm/postgresql")}, ${versionOf("typeorm")} (both on node-postgres); by hand: one prepared statement on postgres.js.\n`);
await countTraffic(databases.urls);
await compareNear(databases.urls);
await compareFar(databases.urls);
