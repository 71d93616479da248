import type { Position } from "denizen/ports";
import type { Run } from "./database.js";
import type { Names } from "./names.js";
import { statement } from "./sql.js";

/**
 * Where events stand in the log: `pos.seq`. `pos` is the id of the transaction that wrote them, or that of the aggregate's last
 * ones where that is higher; so it keeps order within an aggregate. Who reads the log in order sees what is below all
 * transactions that still run: nothing can appear there any more.
 *
 * Ids of transactions begin anew in a cluster into which a dump is restored, so there is a shift between them and positions. In
 * the cluster that wrote the log, whatever one can see is below the next id. An event beyond it tells that the log was
 * written elsewhere: then there is no next position, and no horizon, until the shift is raised.
 *
 * That is looked at once for each start of the server, by whoever reads the log first, and again whenever a worker starts: rows may
 * have been restored into tables that were in use. Until then everybody looks who writes. Not always: where the database's default
 * is serializable, to look at the end of the log is to conflict with all who write there.
 */
const known = ({ quoted: t }: Names, more = ""): string => `select ${more}pg_snapshot_xmin(s)::text::bigint as xmin,
    pg_snapshot_xmax(s)::text::bigint as xmax, coalesce(l.shift, 0) as shift, coalesce(l.swept, 0) as swept,
    coalesce(l.verified = pg_postmaster_start_time(), false) as verified
    from pg_current_snapshot() s left join ${t.log_epoch} l on l.id = 1`;

/** Where the log is complete, in one row; none while it may be another cluster's. */
export const horizonOf = ({
  quoted: t,
}: Names): string => `select pg_snapshot_xmin(pg_current_snapshot())::text::bigint + l.shift as horizon
    from ${t.log_epoch} l where l.id = 1 and l.verified = pg_postmaster_start_time()`;

/** Whether an event stands at a position for which `is` holds: by the index, whatever the planner believes to find there. */
const anyAt = ({ quoted: t }: Names, is: string): string =>
  `((select e.pos from ${t.events} e where e.pos ${is} order by e.pos, e.seq limit 1) is not null)`;

/** Whether an event stands beyond a `pos`. */
export const isBeyond = (names: Names, pos: string): string => anyAt(names, `> ${pos}`);

/** Whether the log reaches to what this cluster has not come to yet. */
const reaches = (names: Names, end: string): string => `(n.swept >= ${end} or ${anyAt(names, `>= ${end}`)})`;

/** The `pos` of what this transaction writes; no row in a log of another cluster's. A transaction sees what it wrote before. */
export const nextPos = (names: Names): string => `select n.xid + n.shift as pos
  from (${known(names, "pg_current_xact_id()::text::bigint as xid, ")}) n
  where case when n.verified then true else not ${reaches(names, "greatest(n.xmax, n.xid + 1) + n.shift")} end`;

/** One row about the log: whether it may be another cluster's, the `pos` below which it is complete, and whether there is more beyond. */
export const logState = (names: Names): string => stateWhere(names, "not n.verified");

/** The same of who looks at the log, although somebody may have done so before: it may have been restored since. */
export const logStateNow = (names: Names): string => stateWhere(names, reaches(names, "n.xmax + n.shift"));

const stateWhere = (names: Names, elsewhere: string): string => `select n.xmin + n.shift as horizon,
    ${elsewhere} as elsewhere, ${isBeyond(names, "n.xmin + n.shift")} as beyond
  from (${known(names)}) n`;

/**
 * Which of the 64 parts of the log an event is in: a hash of its publisher, as `migrations/0003-log.ts` has it in an index.
 */
export const partitionOf = (e: string): string =>
  `((hashtextextended(${e}.publisher, hashtextextended(${e}.kind, hashtextextended(${e}.tenant, 0))) & 63)::integer)`;

/** Whether a text can be a position at all: pages begin where clients say, who may have changed what they were given. */
export const isPosition = (text: string): boolean => /^\d{1,18}\.\d{1,18}$/.test(text);

/** A position as columns `pos` and `seq` of a JSON row. What is none is an error of PostgreSQL's. */
export function positionRow(position: Position): { readonly pos: string; readonly seq: string } {
  const [pos = "", seq = ""] = position.split(".");
  return { pos, seq };
}

/** The same of a parameter: `pos, seq` to compare with. */
export const positionIn = (parameter: string): string =>
  `split_part(${parameter}, '.', 1)::bigint, split_part(${parameter}, '.', 2)::bigint`;

/**
 * Raises the shift above a log that was written in another cluster, and notes that it has been looked at. Of several callers at once
 * one does; where nothing is beyond what this cluster has come to, nothing is raised.
 */
export function recalibration(names: Names): (run: Run) => Promise<void> {
  const { log_epoch, events } = names.quoted;
  const begin = statement(`insert into ${log_epoch} (id) values (1) on conflict do nothing`);
  // From the lowest id that is still in use: what a transaction writes that had begun before must also stand beyond the log.
  const raise = statement(`update ${log_epoch} l set verified = pg_postmaster_start_time(),
  shift = case when n.top >= n.xmax + n.shift then n.top - n.xmin + 1 else l.shift end
from (select k.*, greatest(k.swept, (select max(pos) from ${events})) as top from (${known(names)}) k) n
where l.id = 1 and l.shift = n.shift`);
  return async (run) => {
    await run(begin, []);
    await run(raise, []);
  };
}
