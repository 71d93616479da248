import { Application } from "denizen";
import { drizzle } from "denizen/drizzle";
import { rate } from "../harness/compare.js";
import { connect, migratedDatabase, raw } from "../harness/database.js";
import { interleaved, isShort, median, printTable, ratios, spread } from "../harness/measure.js";
import { atLeast, judged, targetText } from "../harness/targets.js";
import { newPerson, noHashing, unwrap } from "../subjects/subject.js";

/** As many writers. */
const CONNECTIONS = 32;
const [ROUNDS, CALLS] = isShort ? [2, 20] : [10, 40];
const TARGET = atLeast(0.95);

await using fresh = await migratedDatabase({ durable: true });
await using connected = connect("postgres.js", fresh.url, CONNECTIONS);
const { wakeUps, ...silent } = drizzle(connected.database);
if (wakeUps === undefined) throw new Error("this store tells nobody of commits");
await using telling = new Application({ store: { ...silent, wakeUps }, passwordHasher: noHashing });
await using untold = new Application({ store: silent, passwordHasher: noHashing });

// Somebody hears it, and does nothing: what a worker does then is not what is measured.
let heard = 0;
await using ear = connect("postgres.js", fresh.url, 1);
const stop = await drizzle(ear.database).wakeUps?.listen(() => heard++);

const writersOf = (application: typeof telling) =>
  Array.from({ length: CONNECTIONS }, () => async () => {
    await using users = application.users();
    const user = unwrap(await users.create(newPerson()));
    unwrap(await users.save(user));
  });
const writers = { told: writersOf(telling), untold: writersOf(untold) };
const contest = (calls: number) => ({ told: () => rate(calls, writers.told), untold: () => rate(calls, writers.untold) });
await interleaved(2, contest(CALLS));
const client = raw(fresh.url, 1);
await client.unsafe("analyze");
await client.end();
heard = 0;
const figures = await interleaved(ROUNDS, contest(CALLS));
const factors = ratios(figures.told, figures.untold);
const ratio = median(factors);
printTable(
  [`${CONNECTIONS} writers, each a user at a time`, "workers are told", "nobody is", "ratio", "target", "told"],
  [
    [
      "users created /s, durable",
      Math.round(median(figures.told)),
      Math.round(median(figures.untold)),
      judged(`writes with wake-ups at ${CONNECTIONS} connections, to without`, ratio, spread(factors), TARGET),
      targetText(TARGET),
      `${heard} times for ${ROUNDS * CALLS * CONNECTIONS} commits`,
    ],
  ],
);
if (heard === 0) process.exitCode = 1;
await stop?.();
