import { drizzle } from "denizen/drizzle";
import { accountsFloor } from "../subjects/accounts-floor.js";
import { accountCallsOf, denizenAccounts, signUpMany } from "../subjects/accounts-subject.js";
import type { AccountsSubject } from "../subjects/accounts-subject.js";
import { compareRates } from "../harness/compare.js";
import { connect, migratedDatabase, raw } from "../harness/database.js";
import { isShort } from "../harness/measure.js";
import { countingProxy } from "../harness/proxy.js";

/** As many callers, too, each with members of its own. */
const CONNECTIONS = 8;
const MEMBERS = 50;
/** Milliseconds in each direction: a database in the next room. */
const DELAY = 1;

async function compare(title: string, url: string, rounds: number, calls: number): Promise<void> {
  await using connected = connect("postgres.js", url, CONNECTIONS);
  const client = raw(url, CONNECTIONS);
  const callersOf = (subject: AccountsSubject) =>
    Promise.all(Array.from({ length: CONNECTIONS }, async () => accountCallsOf(subject, await signUpMany(subject, MEMBERS))));
  const callers = {
    denizen: await callersOf(denizenAccounts(drizzle(connected.database))),
    floor: await callersOf(accountsFloor(client)),
  };
  await client.unsafe("analyze");
  await compareRates(title, callers, { rounds, calls });
  await client.end();
}

await using fresh = await migratedDatabase({ durable: true });
await compare("loopback, the server on the same cores, durable", fresh.url, isShort ? 2 : 6, isShort ? 20 : 60);
await using proxy = await countingProxy(fresh.url, DELAY);
await compare(`${2 * DELAY} ms of network for each round trip, durable`, proxy.url, isShort ? 2 : 4, isShort ? 10 : 30);
