import { callsOf, perCall, perSecond } from "../better-auth/calls.js";
import { whileOpen } from "../better-auth/house.js";
import type { House } from "../better-auth/house.js";
import { byHand, denizen, denizenMemory } from "../better-auth/ours.js";
import { letsIn, letsInAndWrites } from "../better-auth/refusals.js";
import { betterAuthDrizzle, betterAuthMemory, betterAuthPg } from "../better-auth/theirs.js";
import { isShort, microseconds, printTable } from "../harness/measure.js";
import { installPeers, versionOf } from "../harness/peer.js";
import { countingProxy } from "../harness/proxy.js";
import { analyze, databasesOf, eachOf, relax } from "../harness/sides.js";
import type { Named } from "../harness/sides.js";
import { trafficOf } from "../harness/traffic.js";
import { atLeast, atMost, judged, targetText } from "../harness/targets.js";
import type { Target } from "../harness/targets.js";
import { versus } from "../harness/versus.js";

/** As many callers, too, each with members of its own: so many that a plan made for them is one for more. */
const CONNECTIONS = 8;
const MEMBERS = isShort ? 25 : 200;

/** denizen first, and then the one that its targets are about. */
const RIVALS: Named<House> = { denizen: denizen(), "better-auth, pg": betterAuthPg() };
const HOUSES: Named<House> = {
  ...RIVALS,
  "better-auth, pg, joins": betterAuthPg({ joins: true }),
  "better-auth, drizzle": betterAuthDrizzle,
  "by hand": byHand,
};

const RATES = { "sign-up": atLeast(2.3), "log-in": atLeast(1.8), "session check": atLeast(5) };
const CPU: Named<Target> = { "session check": atMost(0.2) };
const ROUND_TRIPS: Named<Target> = {
  "sign-up": atMost(2, ""),
  "log-in": atMost(2, ""),
  "session check": atMost(1, ""),
  refresh: atMost(1, ""),
};

const whole = (figure: number): string => String(Math.round(figure));

/** What writes takes longer, and so needs fewer calls to be measured. */
const callsFor = (writes: number, reads: number) => (operation: string) =>
  operation === "sign-up" || operation === "log-in" ? writes : reads;

async function compareRates(urls: Named<string>): Promise<void> {
  const [rounds, calls, warm] = isShort ? [2, callsFor(5, 15), 15] : [6, callsFor(25, 60), 100];
  await whileOpen(HOUSES, urls, { connections: CONNECTIONS, hashing: "none" }, async (doors) => {
    const sides = await eachOf(doors, (door) => perSecond(door, CONNECTIONS, MEMBERS));
    await analyze(urls);
    const title = `calls /s at ${CONNECTIONS} connections, durable, a hasher that does nothing`;
    await versus({ title, sides, rounds, calls, warm, show: whole, targets: RATES });
  });
}

/** Hashing takes most of it, whatever the rest is done with. Sessions know nothing of that. */
async function compareHashedRates(urls: Named<string>): Promise<void> {
  const [rounds, calls, warm] = isShort ? [2, callsFor(3, 0), 3] : [6, callsFor(4, 0), 4];
  await whileOpen(RIVALS, urls, { connections: CONNECTIONS, hashing: "argon2id" }, async (doors) => {
    const sides = await eachOf(doors, async (door) => {
      const { "sign-up": signUp, "log-in": logIn } = await perSecond(door, CONNECTIONS, 2);
      return { ...(signUp && { "sign-up": signUp }), ...(logIn && { "log-in": logIn }) };
    });
    await versus({ title: "the same with argon2id, 19 MiB, t=2, p=1", sides, rounds, calls, warm, show: whole });
  });
}

async function countTraffic(urls: Named<string>): Promise<void> {
  const names = Object.keys(HOUSES);
  const rows = new Map<string, Record<string, string>>();
  for (const [name, house] of Object.entries({ ...HOUSES, denizen: denizen({ wakeUps: false }) })) {
    await using proxy = await countingProxy(urls[name] ?? "");
    await using door = await house.open(proxy.url, { connections: 1, hashing: "none" });
    for (const [operation, call] of Object.entries(await callsOf(door, 4))) {
      const { roundTrips, statements, bytes } = await trafficOf(proxy, call);
      const target = name === "denizen" ? ROUND_TRIPS[operation] : undefined;
      if (target !== undefined && roundTrips > target.bound) process.exitCode = 1;
      const shown = judged(`round trips: ${operation}`, roundTrips, `${roundTrips} · ${statements} · ${bytes}`, target);
      rows.set(operation, { ...rows.get(operation), [name]: shown });
    }
  }
  printTable(
    ["round trips · statements · bytes of an operation", ...names, "target"],
    [...rows].map(([operation, row]) => [operation, ...names.map((name) => row[name] ?? "–"), targetText(ROUND_TRIPS[operation])]),
  );
}

async function compareCpu(urls: Named<string>): Promise<void> {
  const [rounds, calls, warm] = isShort ? [2, callsFor(20, 40), 60] : [6, callsFor(60, 120), 250];
  await whileOpen(HOUSES, urls, { connections: 1, hashing: "none" }, async (doors) => {
    const sides = await eachOf(doors, async (door) => perCall(await callsOf(door, 50)));
    const title = "CPU of this process on PostgreSQL, a hasher that does nothing";
    await versus({ title, sides, rounds, calls, warm, show: microseconds, targets: CPU });
  });
}

async function compareCpuInMemory(): Promise<void> {
  const [rounds, calls, warm] = isShort ? [2, callsFor(30, 100), 300] : [6, callsFor(200, 400), 1500];
  const [ours, theirs] = [denizenMemory(), await betterAuthMemory()];
  await letsIn("denizen/memory", ours.door, ours.endSession);
  await letsIn("better-auth, memory", theirs.door, theirs.endSession);
  const sides = {
    denizen: perCall(await callsOf(ours.door, 8)),
    "better-auth, memory": perCall(theirs.forgetting(await callsOf(theirs.door, 8))),
  };
  await versus({ title: "CPU in memory, a hasher that does nothing", sides, rounds, calls, warm, show: microseconds, targets: CPU });
}

await installPeers();
await using databases = await databasesOf(HOUSES);
const { urls } = databases;
for (const [name, house] of Object.entries(HOUSES)) await letsInAndWrites(name, house, urls[name] ?? "");

console.log(
  `${versionOf("better-auth")}; its drizzle adapter on node-postgres. Beside a figure: how many times as much denizen's is. A session check
of better-auth's always says who it is; it has no refresh tokens, and writes no events and counts no guesses.\n`,
);
await compareRates(urls);
await compareHashedRates(urls);
await relax(urls);
await countTraffic(urls);
await compareCpu(urls);
await compareCpuInMemory();
