import { spawn } from "node:child_process";
import { once } from "node:events";
import { AckPolicy, jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { drizzle as overNodePostgres } from "drizzle-orm/node-postgres";
import { drizzle as overPostgresJs } from "drizzle-orm/postgres-js";
import pg from "pg";
import postgres from "postgres";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { inbox } from "denizen/inbox";
import type { InboxDatabase } from "denizen/inbox";
import { nats } from "denizen/nats";
import { createDatabase } from "../../examples/support/postgres.js";
import type { Database } from "../../examples/support/postgres.js";
import { HOW_TO_START_NATS, messageOf, natsUrl, newName, publishUntilTaken } from "../support/brokers.js";

const SERVER = process.env["POSTGRES_URL"] ?? "postgres://postgres@127.0.0.1:5432/postgres";

const HOW_TO_START = `There is no PostgreSQL at ${SERVER}. Start one, on its standard port:
  docker run --rm -p 5432:5432 -e POSTGRES_HOST_AUTH_METHOD=trust postgres:15
or set POSTGRES_URL to one of yours.`;

let database: Database;
let sql: postgres.Sql;
let pool: pg.Pool;
beforeAll(async () => {
  try {
    database = await createDatabase(SERVER);
  } catch (cause) {
    throw new Error(HOW_TO_START, { cause });
  }
  sql = postgres(database.url, { onnotice: () => undefined });
  pool = new pg.Pool({ connectionString: database.url });
  await sql.unsafe(inbox({ consumer: "any" }).migration);
});
afterAll(async () => {
  await sql?.end();
  await pool?.end();
  await database?.[Symbol.asyncDispose]();
});

type Transact = <Value>(work: (transaction: InboxDatabase) => Promise<Value>) => Promise<Value>;

const clients: readonly (readonly [string, () => InboxDatabase, Transact])[] = [
  ["postgres.js", () => sql, async (work) => (await sql.begin(async (transaction) => [await work(transaction)]))[0] as never],
  ["node-postgres", () => pool, inNodePostgres],
  ["Drizzle over postgres.js", () => overPostgresJs(sql), (work) => overPostgresJs(sql).transaction((transaction) => work(transaction))],
  [
    "Drizzle over node-postgres",
    () => overNodePostgres(pool),
    (work) => overNodePostgres(pool).transaction((transaction) => work(transaction)),
  ],
];

async function inNodePostgres<Value>(work: (transaction: InboxDatabase) => Promise<Value>): Promise<Value> {
  const client = await pool.connect();
  try {
    await client.query("begin");
    const value = await work(client);
    await client.query("commit");
    return value;
  } catch (thrown) {
    await client.query("rollback");
    throw thrown;
  } finally {
    client.release();
  }
}

describe.each(clients)("in a transaction of %s", (_, own, transact) => {
  let consumer: string;
  beforeEach(() => {
    consumer = newName("consumer");
  });

  test("a message is seen for the first time once, by each consumer", async () => {
    const seen = inbox({ consumer });
    const asked = [];
    for (let time = 0; time < 3; time++) asked.push(await transact((transaction) => seen.firstTime(transaction, "e1")));
    expect(asked).toEqual([true, false, false]);
    expect(await transact((transaction) => seen.firstTime(transaction, "it's another; --"))).toBe(true);
    expect(await transact((transaction) => inbox({ consumer: newName("consumer") }).firstTime(transaction, "e1"))).toBe(true);
  });

  test("what was rolled back was not seen", async () => {
    const seen = inbox({ consumer });
    const failing = transact(async (transaction) => {
      expect(await seen.firstTime(transaction, "e1")).toBe(true);
      throw new Error("the effect failed");
    });
    await expect(failing).rejects.toThrow("the effect failed");
    expect(await transact((transaction) => seen.firstTime(transaction, "e1"))).toBe(true);
  });

  test("of many at once one is the first, and the others wait for its end", async () => {
    const seen = inbox({ consumer });
    const all = await Promise.all(
      Array.from({ length: 8 }, () =>
        transact(async (transaction) => {
          const first = await seen.firstTime(transaction, "e1");
          await new Promise((resolve) => setTimeout(resolve, 20));
          return first;
        }),
      ),
    );
    expect(all.filter(Boolean)).toHaveLength(1);
  });

  test("what is old is swept, and what is not and what is others' stays", async () => {
    const [seen, others] = [inbox({ consumer }), inbox({ consumer: newName("other") })];
    for (const id of ["e1", "e2"]) for (const one of [seen, others]) await transact((transaction) => one.firstTime(transaction, id));
    await sql`update denizen_inbox set seen_at = now() - interval '2 days' where message_id = 'e1'`;
    expect(await seen.sweep(own(), 24 * 3_600_000)).toBe(1);
    expect(await seen.sweep(own(), 24 * 3_600_000)).toBe(0);
    expect(await transact((transaction) => seen.firstTime(transaction, "e1"))).toBe(true);
    expect(await transact((transaction) => seen.firstTime(transaction, "e2"))).toBe(false);
    expect(await transact((transaction) => others.firstTime(transaction, "e1"))).toBe(false);
  });
});

test("the table may have another name, in a schema, and its migration may run again", async () => {
  const seen = inbox({ consumer: "c", table: "Billing.inbox" });
  await sql.unsafe('create schema if not exists "Billing"');
  for (let time = 0; time < 2; time++) await sql.unsafe(seen.migration);
  expect(await seen.firstTime(sql, "e1")).toBe(true);
  expect(await sql`select consumer, message_id from "Billing".inbox`).toEqual([{ consumer: "c", message_id: "e1" }]);
});

test("a service in another process that is killed again and again has each event's effect once", async () => {
  const connection = await connect({ servers: natsUrl }).catch((cause: unknown) => {
    throw new Error(HOW_TO_START_NATS, { cause });
  });
  const manager = await jetstreamManager(connection);
  const stream = newName("denizen");
  await sql.unsafe("create table delivered (id text); create table handled (id text)");
  await using publisher = nats({ connection, stream, subject: stream, ensureStream: true });
  const ids = Array.from({ length: 100 }, (_, index) => `e${index}`);
  for (const id of ids) await publishUntilTaken(publisher, messageOf(id));
  await manager.consumers.add(stream, { durable_name: "planets", ack_policy: AckPolicy.Explicit, ack_wait: 500_000_000 });

  const handled = async (): Promise<number> => Number((await sql`select count(distinct id) from handled`)[0]?.["count"]);
  const unacknowledged = async (): Promise<number> => {
    const { num_pending, num_ack_pending } = await manager.consumers.info(stream, "planets");
    return num_pending + num_ack_pending;
  };
  let killed = 0;
  while ((await unacknowledged()) > 0) {
    const child = spawn(process.execPath, ["--import", "tsx", "test/services/inbox-consumer.ts", natsUrl, stream, database.url], {
      stdio: ["ignore", "ignore", "inherit"],
    });
    const dead = once(child, "exit");
    const done = (async () => {
      while (child.exitCode === null && child.signalCode === null && (await unacknowledged()) > 0)
        await new Promise((resolve) => setTimeout(resolve, 50));
      if (child.exitCode === null && child.signalCode === null) child.kill("SIGTERM");
      else killed++;
    })();
    await Promise.all([dead, done]);
  }
  const delivered = Number((await sql`select count(*) from delivered`)[0]?.["count"]);
  expect((await sql`select id from handled order by length(id), id`).map((row) => row["id"] as unknown)).toEqual(ids);
  expect(await handled()).toBe(100);
  expect(killed).toBe(3);
  expect(delivered).toBeGreaterThanOrEqual(103);
  console.log(`100 events, ${delivered} deliveries, a consumer killed ${killed} times: each handled once`);
  await manager.streams.delete(stream);
  await connection.close();
}, 120_000);
