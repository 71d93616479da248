import type { Taken, TakenEvent, TakeRequest } from "denizen/ports";
import type { Run } from "../database.js";
import { EVENT_NAMES, eventColumns, eventOf } from "../event-rows.js";
import type { EventRow } from "../event-rows.js";
import { elsewhere } from "../failure.js";
import type { Names } from "../names.js";
import { logState, partitionOf } from "../positions.js";
import { parameters, statement } from "../sql.js";
import { after, CLOCK, isAsSeen, isFirst, limitOf, nextToken, QUICK } from "./claims.js";

/**
 * The first row tells of the subscriber, as JSON in place of a token. The others are events, in the order of their partitions; of
 * those that are passed over there is a position alone.
 */
type TakenRow =
  | { readonly partition: null; readonly token: string }
  | { readonly partition: string; readonly token: string; readonly position: string; readonly id: null }
  | (EventRow & { readonly partition: string; readonly token: string; readonly behind: string | null });

type Prospects = Pick<Taken, "due" | "wait" | "heldBack"> & { readonly elsewhere: boolean };

export function taking(names: Names) {
  const all = parameters(["subscriber", "worker", "duration", "limit"]);
  const some = parameters(["subscriber", "worker", "duration", "limit", "types"]);
  const takeAll = statement(textOf(names, all.text, undefined));
  const takeSome = statement(textOf(names, some.text, some.text.types));

  return async (run: Run, { subscriber, worker, duration, limit, types }: TakeRequest): Promise<Taken> => {
    const asked = { subscriber, worker, duration: String(duration), limit: String(limit) };
    const rows = await (types === null
      ? run(takeAll, all.values(asked))
      : run(takeSome, some.values({ ...asked, types: JSON.stringify(types) })));
    // The columns that both ask for.
    return takenOf(names, rows as readonly TakenRow[]);
  };
}

function takenOf(names: Names, rows: readonly TakenRow[]): Taken {
  const batches: { partition: number; token: string; events: TakenEvent[]; to: string }[] = [];
  let prospects: Prospects = { due: false, wait: null, heldBack: false, elsewhere: false };
  let [partition, batch]: [string | undefined, (typeof batches)[number] | undefined] = [undefined, undefined];
  for (const row of rows) {
    if (row.partition === null) {
      // The statement built it in this very shape.
      prospects = JSON.parse(row.token) as Prospects;
      continue;
    }
    if (batch === undefined || row.partition !== partition) {
      partition = row.partition;
      batch = { partition: Number(partition), token: row.token, events: [], to: row.position };
      batches.push(batch);
    }
    batch.to = row.position;
    if (row.id !== null) batch.events.push({ position: row.position, event: eventOf(row), behind: row.behind !== null });
  }
  const { elsewhere: isElsewhere, ...rest } = prospects;
  if (isElsewhere) throw elsewhere(names);
  return { batches, ...rest };
}

type Parameters = Readonly<Record<"subscriber" | "worker" | "duration" | "limit", string>>;

/**
 * One statement: it goes through the partitions that are free, those furthest behind first, and locks each that has something
 * beyond its cursor when it comes to it; so one that the limit does not reach stays free for others. Who finds a partition that
 * another has taken, renewed or given back since this statement began leaves it alone: what waits for it was not seen.
 */
function textOf(names: Names, p: Parameters, types: string | undefined): string {
  const { quoted: t } = names;
  const beyond = (cursor: string): string => `${partitionOf("e")} = ${cursor}.partition
      and (e.pos, e.seq) > (${cursor}.pos, ${cursor}.seq) and e.pos < (select horizon from clock)`;
  const limit = limitOf(p.limit);
  return `with clock as materialized (
  select ${CLOCK}, ${QUICK}, log.*,
    not log.elsewhere and coalesce((select not s.paused from ${t.subscribers} s where s.name = ${p.subscriber}), false) as open,
    (select true from ${t.deliveries} d where d.subscriber = ${p.subscriber} order by d.tenant, d.kind, d.publisher limit 1) as waits
  from (${logState(names)}) log),
taken as materialized (
  select f.partition, f.token, e.*
  from (
    select c.*, c.ctid as seen from ${t.cursors} c
    where c.subscriber = ${p.subscriber} and (select open from clock)
      and (c.lease_until is null or c.lease_until <= (select at from clock))
    order by c.pos, c.seq offset 0) c
  cross join lateral (select e.pos from ${t.events} e where ${beyond("c")} order by e.pos, e.seq limit 1) b
  cross join lateral (
    select f.partition, f.pos, f.seq, ${nextToken("f")} as token from ${t.cursors} f
    where f.subscriber = c.subscriber and f.partition = c.partition and b.pos >= c.pos and ${isAsSeen("f", "c.seen")}
    for update skip locked) f
  cross join lateral (
    select ${eventColumns(types === undefined ? undefined : "e.heard")},
      case when (select waits from clock) and (
        select true from ${t.deliveries} d
        where d.subscriber = ${p.subscriber} and d.tenant = e.tenant and d.kind = e.kind and d.publisher = e.publisher
        limit 1) then 'true' end as behind
    from (
      select e.*${types === undefined ? "" : `, e.type = any (array(select jsonb_array_elements_text(${types}::jsonb))) as heard`}
      from ${t.events} e
      where ${beyond("f")}
      order by e.pos, e.seq
      ${limit}) e) e
  ${limit}),
leased as (
  update ${t.cursors} c set token = l.token, worker = ${p.worker}, lease_until = ${after(p.duration)}
  from (select distinct partition, token from taken) l
  where c.subscriber = ${p.subscriber} and c.partition = l.partition
  returning 1)
select null as partition, json_build_object(
  'elsewhere', clock.elsewhere, 'heldBack', clock.beyond,
  'due', clock.open and coalesce((
    select true from ${t.deliveries} d
    where d.subscriber = ${p.subscriber} and d.due_at <= clock.at and ${isFirst(names, "d")}
    order by d.due_at limit 1), false),
  'wait', case when clock.open then ceil(extract(epoch from least(
    (select d.due_at from ${t.deliveries} d
      where d.subscriber = ${p.subscriber} and d.due_at > clock.at and d.worker is distinct from ${p.worker} order by d.due_at limit 1),
    (select min(c.lease_until) from ${t.cursors} c
      where c.subscriber = ${p.subscriber} and c.lease_until > clock.at and c.worker <> ${p.worker})) - clock.at) * 1000) end)::text as token,
  ${[...EVENT_NAMES, "behind"].map((name) => `null as ${name}`).join(", ")}
from clock
union all
select partition::text, token::text, ${[...EVENT_NAMES, "behind"].join(", ")} from taken`;
}
