import type { Sweep, Sweepable } from "denizen/ports";
import type { Run } from "./database.js";
import type { Names } from "./names.js";
import { partitionOf } from "./positions.js";
import { parameters, statement } from "./sql.js";

/**
 * Removes what is old, no more than so many rows at once. Ended sessions and counters that count no more are looked for row by
 * row: an index on what every refresh and every guess changes would cost each of them more than a sweep now and then. Traces are found by
 * an index of their own.
 */
export function retention(names: Names) {
  const { quoted: t } = names;
  const { text: p, values } = parameters(["before", "limit"]);
  const before = `${p.before}::timestamptz`;
  const removing = (table: string, where: string) =>
    statement(`with old as materialized (select x.ctid as place from ${table} x where ${where} limit ${p.limit}::bigint)
delete from ${table} x using old where x.ctid = old.place and ${where} returning 1`);

  const sweeps: Readonly<Record<Sweepable, ReturnType<typeof statement>>> = {
    commits: removing(t.commits, `x.at < ${before}`),
    sessions: removing(t.sessions, `least(x.revoked_at, x.idle_expires_at, x.expires_at) < ${before}`),
    attempts: removing(
      t.attempts,
      `greatest(x.guessed_at, x.since) < ${before} and (x.locked_until is null or x.locked_until < ${before})`,
    ),
    traces: statement(tracesOf(names, before, `${p.limit}::bigint`)),
  };

  return {
    sweep: async (run: Run, { what, before: at, limit }: Sweep): Promise<number> =>
      (await run(sweeps[what], values({ before: at, limit: String(limit) }))).length,
  };
}

/** A subscriber has handled what is not beyond its cursor and does not wait. How far the log reached stays known. */
const tracesOf = ({ quoted: t }: Names, before: string, limit: string): string => `with handled as materialized (
  select distinct on (c.partition) c.partition, c.pos, c.seq from ${t.cursors} c order by c.partition, c.pos, c.seq),
old as materialized (
  select e.id from ${t.events} e left join handled h on h.partition = ${partitionOf("e")}
  where e.version is null and e.occurred_at < ${before} and (h.partition is null or (e.pos, e.seq) <= (h.pos, h.seq))
    and (select true from ${t.deliveries} d where d.tenant = e.tenant and d.event_id = e.id limit 1) is null
  limit ${limit}),
removed as (
  delete from ${t.events} e using old where e.id = old.id returning e.pos),
noted as (
  insert into ${t.log_epoch} as l (id, swept) select 1, max(pos) from removed having count(*) > 0
  on conflict (id) do update set swept = greatest(l.swept, excluded.swept)
  returning 1)
select 1 from removed`;
