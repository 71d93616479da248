import { readFileSync } from "node:fs";
import { drizzle as drizzlePostgresJs } from "drizzle-orm/postgres-js";
import postgresJs from "postgres";
import { drizzle, migrate } from "denizen/drizzle";
import { createDatabase, startPostgres } from "../../examples/support/postgres.js";
import { changes, record } from "./log-world.js";

const server = await startPostgres(["-c", "max_connections=50", "-c", "fsync=off", "-c", "synchronous_commit=off"]);
const database = await createDatabase(server.url);
const said: { q: string; p: any[] }[] = [];
const client = postgresJs(database.url, { max: 1, onnotice: () => undefined });
const db = drizzlePostgresJs(client, {
  logger: {
    logQuery: (q, p) => {
      said.push({ q, p: p as any });
    },
  },
});
(await migrate(db))._unsafeUnwrap();
const store = drizzle(db);
await client.unsafe(`insert into denizen_events (pos, id, tenant, type, type_version, occurred_at, kind, publisher, version, subject, payload, personal, actor, commit_id, correlation_id)
 select pg_current_xact_id()::text::bigint, 'event-' || n, 'default', 'user-renamed', 1, now(), 'user', 'user-' || (n % 1000), n / 1000 + 1, 'user-' || (n % 1000),
 '{"one": 1, "two": ["a", "b"], "three": null}', '{"name": "Ada Lovelace", "email": "ada@example.com"}', 'user:user-' || (n % 1000), 'commit-' || n, 'commit-' || n from generate_series(0, 99999) n`);
await client.unsafe("vacuum analyze");
said.length = 0;
(await store.commit(changes({ id: "a", version: 1 }), record()))._unsafeUnwrap();
const text = said[0]!.q;
const old = text.replace(
  /place as materialized \([\s\S]*?\),\n(?=inserted as)/,
  "place as materialized (select pg_current_xact_id()::text::bigint as pos),\n",
);
if (old === text) throw new Error(text);
const cpu = (pid: number) => {
  const f = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]!.split(" ");
  return (Number(f[11]) + Number(f[12])) * 10;
};
const connect = async (q: string) => {
  const c = postgresJs(database.url, { max: 1 });
  const [{ pid }] = (await c`select pg_backend_pid() as pid`) as any;
  return { c, pid, q };
};
const contestants = { old: await connect(old), new: await connect(text) };
let n = 0;
const params = () => {
  n++;
  const c = changes({ id: `p${n}`, version: 1 });
  const r = record();
  return [
    "default",
    JSON.stringify([{ kind: "planet", id: `p${n}`, expected: 0, version: 1, state: {} }]),
    JSON.stringify(
      c.events.map((e) => ({
        id: `x${n}`,
        type: e.type,
        type_version: 1,
        occurred_at: e.occurredAt,
        kind: "planet",
        publisher: `p${n}`,
        version: 1,
        subject: null,
        payload: {},
        personal: null,
        actor: "user:1",
        commit_id: "c",
        correlation_id: "c",
      })),
    ),
    JSON.stringify([{ commit_id: `c${n}`, at: r.at }]),
  ];
};
const round = async (name: "old" | "new", count: number) => {
  const { c, q, pid } = contestants[name];
  const before = cpu(pid);
  const t = performance.now();
  for (let i = 0; i < count; i++) await c.unsafe(q, params(), { prepare: true });
  return { cpu: ((cpu(pid) - before) / count) * 1000, wall: ((performance.now() - t) / count) * 1000 };
};
for (const name of ["old", "new"] as const) await round(name, 300);
const sums = { old: [0, 0], new: [0, 0] };
for (let i = 0; i < 10; i++)
  for (const name of (i % 2 ? ["old", "new"] : ["new", "old"]) as ("old" | "new")[]) {
    const r = await round(name, 500);
    sums[name]![0]! += r.cpu / 10;
    sums[name]![1]! += r.wall / 10;
  }
console.log("µs per flush [server cpu, wall]", sums);
for (const [name, { c }] of Object.entries(contestants)) console.log(name, await c.unsafe("select generic_plans::int, custom_plans::int, left(statement, 30) as s from pg_prepared_statements"));
for (const { c } of Object.values(contestants)) await c.end();
await client.end();
await database[Symbol.asyncDispose]();
await server[Symbol.asyncDispose]();
