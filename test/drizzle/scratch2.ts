import postgresJs from "postgres";
import { readFileSync } from "node:fs";
import { drizzle as drizzlePostgresJs } from "drizzle-orm/postgres-js";
import { migrate } from "denizen/drizzle";
import { createDatabase, startPostgres } from "../../examples/support/postgres.js";
const server = await startPostgres(["-c", "fsync=off"]);
const database = await createDatabase(server.url);
const client = postgresJs(database.url, { max: 1, onnotice: (n) => console.log(n.message) });
(await migrate(drizzlePostgresJs(client)))._unsafeUnwrap();
await client.unsafe(`insert into denizen_events (pos, id, tenant, type, type_version, occurred_at, kind, publisher, version, payload, actor, commit_id, correlation_id)
 select pg_current_xact_id()::text::bigint, 'event-' || n, 'default', 'user-renamed', 1, now(), 'user', 'user-' || (n % 1000), n / 1000 + 1, '{}', 'u', 'c', 'c' from generate_series(0, 99999) n`);
await client.unsafe("vacuum analyze");
const [{ pid }] = await client`select pg_backend_pid() as pid` as any;
const cpu = () => { const f = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]!.split(" "); return (Number(f[11]) + Number(f[12])) * 10; };
const X = "pg_current_xact_id()::text::bigint";
const variants: Record<string, string> = {
  nothing: "select 1",
  xid: `select ${X}`,
  now: `select n.xid + n.shift as pos
  from (select ${X} as xid, pg_snapshot_xmin(s)::text::bigint as xmin,
    pg_snapshot_xmax(s)::text::bigint as xmax, coalesce(l.shift, 0) as shift, coalesce(l.swept, 0) as swept
    from pg_current_snapshot() s left join denizen_log_epoch l on l.id = 1) n
  where not (n.swept >= greatest(n.xmax, n.xid + 1) + n.shift or ((select e.pos from denizen_events e where e.pos >= greatest(n.xmax, n.xid + 1) + n.shift order by e.pos, e.seq limit 1) is not null))`,
  scalar: `select n.xid + n.shift as pos
  from (select ${X} as xid, pg_snapshot_xmax(pg_current_snapshot())::text::bigint as xmax, coalesce((select l.shift from denizen_log_epoch l where l.id = 1), 0) as shift, coalesce((select l.swept from denizen_log_epoch l where l.id = 1), 0) as swept offset 0) n
  where not (n.swept >= greatest(n.xmax, n.xid + 1) + n.shift or ((select e.pos from denizen_events e where e.pos >= greatest(n.xmax, n.xid + 1) + n.shift order by e.pos, e.seq limit 1) is not null))`,
  from: `select n.xid + n.shift as pos
  from (select ${X} as xid, pg_snapshot_xmax(pg_current_snapshot())::text::bigint as xmax, l.shift, l.swept from denizen_log_epoch l where l.id = 1 offset 0) n
  where not (n.swept >= greatest(n.xmax, n.xid + 1) + n.shift or ((select e.pos from denizen_events e where e.pos >= greatest(n.xmax, n.xid + 1) + n.shift order by e.pos, e.seq limit 1) is not null))`,
  epochonly: `select l.shift, l.swept from denizen_log_epoch l where l.id = 1`,
  snapshot: `select pg_snapshot_xmax(pg_current_snapshot())::text::bigint`,
  probe: `select e.pos from denizen_events e where e.pos >= 1000000000 order by e.pos, e.seq limit 1`,
};
for (let round = 0; round < 2; round++)
for (const [name, q] of Object.entries(variants)) {
  const before = cpu(); const N = 100000;
  await client.unsafe(`do $$ declare r record; begin for i in 1..${N} loop ${q.replace(/^select/, "select").includes(" as pos") ? q.replace("as pos", "as pos").replace(/^select/, "perform") : q.replace(/^select/, "perform")}; end loop; end $$`);
  console.log(name, ((cpu() - before) / N * 1000).toFixed(2), "µs");
}
await client.end(); await database[Symbol.asyncDispose](); await server[Symbol.asyncDispose]();
