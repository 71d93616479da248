import { sql } from "drizzle-orm";
import { Application, ok } from "denizen";
import { drizzle } from "denizen/drizzle";
import { connect, migratedDatabase, raw } from "../harness/database.js";
import type { Driver } from "../harness/database.js";
import { interleaved, median, printTable } from "../harness/measure.js";
import { countingProxy } from "../harness/proxy.js";
import { newPerson, noHashing, PASSWORD, unwrap } from "../subjects/subject.js";
import { countTraffic, trafficOf } from "../harness/traffic.js";
import type { Operations } from "../harness/traffic.js";

const DELAY = 10;

let named = 0;

async function timeOf(run: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await run();
  return performance.now() - began;
}

/** The counter itself, on sequences whose round trips are known. A delay in the proxy shows the same by the clock. */
async function validateCounter(url: string): Promise<void> {
  await using proxy = await countingProxy(url, DELAY);
  const client = raw(proxy.url, 1);
  const known: readonly (readonly [string, number, () => Promise<unknown>])[] = [
    ["simple query", 1, () => client.unsafe("select 1")],
    ["unnamed statement with a parameter", 2, () => client.unsafe("select $1::int", [1])],
    ["prepared statement with a parameter", 1, () => client.unsafe("select $1::int", [1], { prepare: true })],
    ["BEGIN, prepared statement, COMMIT", 3, () => client.begin((tx) => tx.unsafe("select $1::int", [1], { prepare: true }))],
    [
      "three prepared statements at once",
      1,
      () => Promise.all([1, 2, 3].map((n) => client.unsafe("select $1::int", [n], { prepare: true }))),
    ],
  ];
  const rows: (readonly (string | number)[])[] = [];
  for (const [name, expected, run] of known) {
    const { roundTrips, syncs, statements, parses } = await trafficOf(proxy, run);
    const { clock } = await interleaved(5, { clock: () => timeOf(run) });
    const byClock = (median(clock) / (2 * DELAY)).toFixed(2);
    proxy.take();
    rows.push([name, expected, roundTrips, byClock, syncs, statements, parses]);
    if (roundTrips !== expected) process.exitCode = 1;
  }
  await client.end();
  printTable(["postgres.js, the counter itself", "known", "round trips", "time / delay", "syncs", "statements", "parses"], rows);
}

async function operationsOn(driver: Driver, url: string): Promise<Operations> {
  const connected = connect(driver, url, 1);
  const { database } = connected;
  await database.execute(sql`create table if not exists audit (phone text not null)`);
  const application = new Application({ store: drizzle(database, { wakeUps: false }), passwordHasher: noHashing });
  const rename = () => `Jim Beam ${++named}`;

  const person = newPerson();
  const email = person.emails[0];
  let id = "";
  let commitId = "";

  const create = async () => {
    await using users = application.users();
    const user = unwrap(await users.create(newPerson()));
    unwrap(await users.save(user));
  };

  {
    await using users = application.users();
    const user = unwrap(await users.create(person));
    ({ commitId } = unwrap(await users.save(user)));
    ({ id } = user);
  }

  return {
    create,
    "create, with a subscriber in the transaction": async () => {
      await using users = application.users();
      users.subscribe("phone-added", () => undefined);
      const user = unwrap(await users.create(newPerson()));
      unwrap(await users.save(user));
    },
    "create, with a subscriber that writes through tx": async () => {
      await using users = application.users();
      users.subscribe("phone-added", ({ payload }, { tx }) => tx.execute(sql`insert into audit values (${payload.phone})`));
      const user = unwrap(await users.create(newPerson()));
      unwrap(await users.save(user));
    },
    "read by id": async () => {
      await using users = application.users();
      unwrap(await users.read({ id }));
    },
    "read by e-mail": async () => {
      await using users = application.users();
      unwrap(await users.read({ email }));
    },
    "save without a change": async () => {
      await using users = application.users();
      unwrap(await users.save());
    },
    "load + save": async () => {
      await using users = application.users();
      const user = unwrap(await users.read({ id }));
      unwrap(user.rename(rename()));
      unwrap(await users.save(user));
    },
    "load + save as a command with an id": async () => {
      await using users = application.users();
      const user = unwrap(await users.read({ id }));
      unwrap(user.rename(rename()));
      unwrap(await users.save(user, { command: { id: rename() } }));
    },
    "load with lock + save": async () => {
      await using users = application.users();
      const user = unwrap(await users.read({ id }, { lock: "update" }));
      unwrap(user.rename(rename()));
      unwrap(await users.save(user));
    },
    "read + user.verify": async () => {
      await using users = application.users();
      const user = unwrap(await users.read({ email }));
      unwrap(await user.verify({ password: PASSWORD }));
    },
    "users.verify": async () => {
      await using users = application.users();
      unwrap(await users.verify({ email }, { password: PASSWORD }));
    },
    "users.verify, nobody": async () => {
      await using users = application.users();
      const verified = await users.verify({ email: "nobody@example.com" }, { password: PASSWORD });
      if (verified.isOk()) throw new Error("nobody is somebody");
    },
    "transact: read, change": async () => {
      unwrap(
        await application.transact(async function* ({ uow }) {
          const user = yield* uow.users.get(id);
          yield* user.rename(rename());
          return ok();
        }),
      );
    },
    "join the host's transaction: create, commit": () =>
      database.transaction(async (tx) => {
        await using uow = application.unitOfWork({ within: tx });
        unwrap(await uow.users.create(newPerson()));
        unwrap(await uow.commit());
      }),
    outcome: async () => unwrap(await application.outcome(commitId)),
    [Symbol.asyncDispose]: () => connected[Symbol.asyncDispose](),
  };
}

const TARGETS: Readonly<Record<string, number>> = { create: 1, "read by id": 1, "read by e-mail": 1, "load + save": 2 };

await using fresh = await migratedDatabase({ durable: false });
await validateCounter(fresh.url);

await countTraffic(fresh.url, TARGETS, operationsOn);
