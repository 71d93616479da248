import { drizzle } from "denizen/drizzle";
import { connect, migratedDatabase, populate, raw } from "./database.js";
import { floor } from "./floor.js";
import { interleaved, isShort, median, printTable, ratios, times } from "./measure.js";
import { countingProxy } from "./proxy.js";
import { callsOf, denizen, OPERATIONS } from "./subject.js";

/** As many callers, too, each with people of its own. */
const CONNECTIONS = 8;
const PEOPLE = 800;
/** Milliseconds in each direction: a database in the next room. */
const DELAY = 1;

/** Calls a second of all callers. */
async function rate(calls: number, callers: readonly (() => Promise<unknown>)[]): Promise<number> {
  const began = performance.now();
  await Promise.all(
    callers.map(async (call) => {
      for (let index = 0; index < calls; index++) await call();
    }),
  );
  return (calls * callers.length * 1000) / (performance.now() - began);
}

async function compare(title: string, url: string, rounds: number, calls: number): Promise<void> {
  await using connected = connect("postgres.js", url, CONNECTIONS);
  const client = raw(url, CONNECTIONS);
  const subjects = { denizen: denizen(drizzle(connected.database)), floor: floor(client) };
  const people = await populate(client, subjects.floor, PEOPLE);
  const callersOf = (who: keyof typeof subjects) =>
    Array.from({ length: CONNECTIONS }, (_, caller) =>
      callsOf(
        subjects[who],
        people.filter((_, index) => index % CONNECTIONS === caller),
      ),
    );
  const callers = { denizen: callersOf("denizen"), floor: callersOf("floor") };
  const rows = [];
  for (const operation of OPERATIONS) {
    const run = (who: keyof typeof callers, count: number) => () =>
      rate(
        count,
        callers[who].map((caller) => caller[operation]),
      );
    await interleaved(1, { denizen: run("denizen", 2 * calls), floor: run("floor", 2 * calls) });
    const figures = await interleaved(rounds, { denizen: run("denizen", calls), floor: run("floor", calls) });
    const perSecond = (who: keyof typeof callers): string => Math.round(median(figures[who])).toString();
    rows.push([operation, perSecond("denizen"), perSecond("floor"), times(median(ratios(figures.denizen, figures.floor)))]);
  }
  await client.end();
  printTable([title, "denizen /s", "by hand /s", "ratio"], rows);
}

await using fresh = await migratedDatabase({ durable: true });
await compare("loopback, the server on the same cores, durable", fresh.url, isShort ? 4 : 20, isShort ? 20 : 100);
await using proxy = await countingProxy(fresh.url, DELAY);
await compare(`${2 * DELAY} ms of network for each round trip, durable`, proxy.url, isShort ? 3 : 10, isShort ? 10 : 50);
