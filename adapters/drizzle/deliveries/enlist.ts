import { PARTITIONS } from "denizen/ports";
import type { From } from "denizen/ports";
import type { Run } from "../database.js";
import { elsewhere } from "../failure.js";
import type { Names } from "../names.js";
import { logStateNow } from "../positions.js";
import { parameters, recordset, statement } from "../sql.js";

/** Where the first event stands that occurred at or after a time, if `asked`. The time finds it, not the position: it is often recent. */
export const firstSince = ({ quoted: t }: Names, time: string, asked = "true"): string => `select f.pos, f.seq
    from (select e.pos, e.seq from ${t.events} e where ${asked} and e.occurred_at >= ${time} offset 0) f order by f.pos, f.seq limit 1`;

/**
 * A new subscriber that begins now begins where the log is complete: what is not committed yet is to come, and so is, rather than
 * to lose anything, what was committed beside it. There is no such place in a log of another cluster's: then nothing is written. Every
 * worker begins with this, whether or not its subscribers are new.
 */
export function enlisting(names: Names) {
  const { quoted: t } = names;
  const { text: p, values } = parameters(["subscribers"]);
  const subscribers = recordset(p.subscribers, 'name text, "from" text, time timestamptz');
  const enlist = statement(`with log as materialized (${logStateNow(names)}),
fresh as (
  insert into ${t.subscribers} (name, enlisted_at)
  select r.name, clock_timestamp() from log, ${subscribers} where not log.elsewhere order by r.name
  on conflict do nothing
  returning name),
complete as materialized (
  select coalesce(e.pos, 0) as pos, coalesce(e.seq, 0) as seq
  from log left join lateral (
    select e.pos, e.seq from ${t.events} e where e.pos < log.horizon order by e.pos desc, e.seq desc limit 1) e on true),
begun as materialized (
  select f.name,
    case when r."from" = 'beginning' then 0 when (b.pos, b.seq) <= (c.pos, c.seq) then b.pos else c.pos end as pos,
    case when r."from" = 'beginning' then 0 when (b.pos, b.seq) <= (c.pos, c.seq) then b.seq - 1 else c.seq end as seq
  from fresh f
  join ${subscribers} on r.name = f.name
  cross join complete c
  left join lateral (${firstSince(names, "r.time", `r."from" = 'time'`)}) b on true),
placed as (
  insert into ${t.cursors} (subscriber, partition, pos, seq)
  select b.name, n, b.pos, b.seq from begun b cross join generate_series(0, ${PARTITIONS - 1}) n
  returning 1)
select elsewhere::text as elsewhere from log`);

  return async (run: Run, enlisted: readonly { readonly name: string; readonly from: From }[]): Promise<void> => {
    const rows = enlisted.map(({ name, from }) => ({
      name,
      ...(typeof from === "string" ? { from } : { from: "time", time: from.time }),
    }));
    const [row] = await run(enlist, values({ subscribers: JSON.stringify(rows) }));
    if (row?.["elsewhere"] === "true") throw elsewhere(names);
  };
}
