import { drizzle } from "denizen/drizzle";
import { compareRates } from "../harness/compare.js";
import { connect, migratedDatabase, populate, raw } from "../harness/database.js";
import { floor } from "../subjects/floor.js";
import { isShort } from "../harness/measure.js";
import { atLeast } from "../harness/targets.js";
import { countingProxy } from "../harness/proxy.js";
import { callsOf, denizen } from "../subjects/subject.js";

/** As many callers, too, each with people of its own. */
const CONNECTIONS = 8;
const PEOPLE = 800;
/** Milliseconds in each direction: a database in the next room. */
const DELAY = 1;

const TARGETS = { read: atLeast(0.85) };

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
  await compareRates(title, { denizen: callersOf("denizen"), floor: callersOf("floor") }, { rounds, calls, targets: TARGETS });
  await client.end();
}

await using fresh = await migratedDatabase({ durable: true });
await compare("loopback, the server on the same cores, durable", fresh.url, isShort ? 2 : 6, isShort ? 20 : 60);
await using proxy = await countingProxy(fresh.url, DELAY);
await compare(`${2 * DELAY} ms of network for each round trip, durable`, proxy.url, isShort ? 2 : 4, isShort ? 10 : 30);
