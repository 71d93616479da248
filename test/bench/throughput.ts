import { drizzle } from "denizen/drizzle";
import { compareRates } from "./compare.js";
import { connect, migratedDatabase, populate, raw } from "./database.js";
import { floor } from "./floor.js";
import { isShort } from "./measure.js";
import { countingProxy } from "./proxy.js";
import { callsOf, denizen } from "./subject.js";

/** As many callers, too, each with people of its own. */
const CONNECTIONS = 8;
const PEOPLE = 800;
/** Milliseconds in each direction: a database in the next room. */
const DELAY = 1;

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
  await compareRates(title, { denizen: callersOf("denizen"), floor: callersOf("floor") }, { rounds, calls });
  await client.end();
}

await using fresh = await migratedDatabase({ durable: true });
await compare("loopback, the server on the same cores, durable", fresh.url, isShort ? 4 : 20, isShort ? 20 : 100);
await using proxy = await countingProxy(fresh.url, DELAY);
await compare(`${2 * DELAY} ms of network for each round trip, durable`, proxy.url, isShort ? 3 : 10, isShort ? 10 : 50);
