import { drizzle } from "denizen/drizzle";
import { denizenAccounts } from "../subjects/accounts-subject.js";
import { rate } from "../harness/compare.js";
import type { Calls } from "../harness/compare.js";
import { connect, migratedDatabase, raw } from "../harness/database.js";
import { fill, filledPerson } from "../scale/filled.js";
import { interleaved, isShort, median, milliseconds, printTable, ratios, spread } from "../harness/measure.js";
import { countingProxy } from "../harness/proxy.js";
import type { CountingProxy } from "../harness/proxy.js";
import { sameRows } from "../harness/same-rows.js";
import { callsFor } from "../scale/calls.js";
import { pagesOf } from "../scale/lists.js";
import { worldOf } from "../scale/world.js";
import type { World } from "../scale/world.js";
import { atLeast, judged, targetText } from "../harness/targets.js";
import { trafficOf } from "../harness/traffic.js";

const SIZES = isShort ? [0, 1_000, 10_000] : [0, 100_000, 1_000_000];
/** As many callers, too, each with members of its own. */
const CONNECTIONS = 8;
const TARGET = atLeast(0.9);
const [ROUNDS, BATCH] = isShort ? [2, 15] : [8, 40];
/** For each page so many times as many milliseconds. */
const [TURNS, TURN] = isShort ? [1, 5] : [3, 25];

/** What is done in one of the worlds. */
interface Contestant extends AsyncDisposable {
  readonly world: World;
  /** On a pool. */
  readonly callers: readonly Calls[];
  /** On one connection, whose traffic is counted. */
  readonly single: Calls;
  readonly pages: Calls;
  readonly proxy: CountingProxy;
}

async function enter(world: World): Promise<Contestant> {
  const proxy = await countingProxy(world.url);
  const [pool, one] = [connect("postgres.js", world.url, CONNECTIONS), connect("postgres.js", proxy.url, 1)];
  const [store, counted] = [drizzle(pool.database), drizzle(one.database, { wakeUps: false })];
  const membersOf = (caller: number) => world.members.filter((_, index) => index % CONNECTIONS === caller);
  return {
    world,
    callers: Array.from({ length: CONNECTIONS }, (_, caller) => callsFor(store, membersOf(caller))),
    single: callsFor(counted, world.members),
    pages: await pagesOf(counted, world),
    proxy,
    [Symbol.asyncDispose]: async () => {
      await pool[Symbol.asyncDispose]();
      await one[Symbol.asyncDispose]();
      await proxy[Symbol.asyncDispose]();
      await world[Symbol.asyncDispose]();
    },
  };
}

const labelOf = ({ world }: Contestant): string => world.size.toLocaleString("en").replaceAll(",", " ");

/** The same of every contestant, in turn. */
async function compare(rounds: number, all: readonly Contestant[], figureOf: (one: Contestant) => Promise<number>) {
  const figures = await interleaved(rounds, Object.fromEntries(all.map((one) => [labelOf(one), () => figureOf(one)])));
  return all.map((one) => figures[labelOf(one)] ?? []);
}

const callOf = (calls: Calls | undefined, name: string): (() => Promise<unknown>) => {
  const call = calls?.[name];
  if (call === undefined) throw new Error(`there is no ${name}`);
  return call;
};

/** Statements and round trips of a call, which must be the same whatever there is. */
async function countsOf(all: readonly Contestant[], name: string, calls: "single" | "pages"): Promise<string> {
  const counts: string[] = [];
  for (const one of all) {
    const { statements, roundTrips } = await trafficOf(one.proxy, callOf(one[calls], name));
    counts.push(`${statements} / ${roundTrips}`);
  }
  if (new Set(counts).size === 1) return String(counts[0]);
  process.exitCode = 1;
  return `**${counts.join(", ")}**`;
}

async function compareRates(all: readonly Contestant[]): Promise<void> {
  const [none = "", ...labels] = all.map(labelOf);
  const rows = [];
  for (const operation of Object.keys(all[0]?.single ?? {})) {
    const counts = await countsOf(all, operation, "single");
    const figureOf = ({ callers }: Contestant) =>
      rate(
        BATCH,
        callers.map((calls) => callOf(calls, operation)),
      );
    // Everybody once.
    await compare(3, all, figureOf);
    const [empty = [], ...others] = await compare(ROUNDS, all, figureOf);
    const beside = others.flatMap((figures, index) => {
      const compared = ratios(figures, empty);
      const figure = `${operation} /s with ${labels[index] ?? "?"} users, to none`;
      return [Math.round(median(figures)), judged(figure, median(compared), spread(compared), TARGET)];
    });
    rows.push([operation, Math.round(median(empty)), ...beside, counts]);
  }
  const head = labels.flatMap((label) => [`${label} /s`, `ratio, ${targetText(TARGET)}`]);
  printTable([`${CONNECTIONS} connections, not durable; users:`, `${none} /s`, ...head, "statements / round trips"], rows);
}

async function comparePages(all: readonly Contestant[]): Promise<void> {
  const rows = [];
  for (const page of Object.keys(all[0]?.pages ?? {})) {
    const counts = await countsOf(all, page, "pages");
    const figures = await compare(TURNS, all, ({ pages }) => timeOf(callOf(pages, page)));
    rows.push([page, ...figures.map((each) => milliseconds(median(each))), counts]);
  }
  printTable(["a page of 20, one connection; users:", ...all.map(labelOf), "statements / round trips"], rows);
}

/** Milliseconds of a call, of as many as there is time for. */
async function timeOf(call: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  let calls = 0;
  do {
    await call();
    calls++;
  } while (performance.now() - began < TURN);
  return (performance.now() - began) / calls;
}

/** Whoever was filled in is as if he had signed up. */
async function checkRows(): Promise<void> {
  await using fresh = await migratedDatabase({ durable: false });
  await using connected = connect("postgres.js", fresh.url, 1);
  const client = raw(fresh.url, 1);
  const subject = denizenAccounts(drizzle(connected.database));
  await sameRows(
    client,
    () => subject.signUp(filledPerson(10)),
    () => fill(client, 10, 10),
  );
  await client.end();
}

await checkRows();
const contestants: Contestant[] = [];
try {
  for (const size of SIZES) contestants.push(await enter(await worldOf(size)));
  printTable(
    ["filled with users who have signed up", "seconds", "bytes of a user on the disk"],
    contestants
      .slice(1)
      .map((one) => [
        labelOf(one),
        one.world.seconds.toFixed(1),
        Math.round((one.world.bytes - (contestants[0]?.world.bytes ?? 0)) / one.world.size),
      ]),
  );
  await compareRates(contestants);
  await comparePages(contestants);
} finally {
  for (const one of contestants) await one[Symbol.asyncDispose]();
}
