import type { Batch, TakenEvent } from "denizen/ports";
import { EVENT_NAMES, eventColumns, eventOf } from "../event-rows.js";
import type { EventRow } from "../event-rows.js";
import type { Names } from "../names.js";
import { partitionOf } from "../positions.js";
import { parameters } from "../sql.js";
import { after, isAsSeen, limitOf, nextToken } from "./claims.js";

/** What every take is asked with. Not each text needs all of it, so each begins by saying it. */
export const { text: p, values } = parameters(["subscriber", "worker", "duration", "limit", "types", "after"]);
export const ASKED = `asked as (select ${Object.values(p).join(", ")})`;

/** An event that was taken, in the order of partitions; of those that are passed over there is a position alone. */
export type TakenRow = { readonly partition: string; readonly token: string } & (
  { readonly position: string; readonly id: null } | (EventRow & { readonly behind: string | null })
);

export const TAKEN_NAMES = [...EVENT_NAMES, "behind"];

/**
 * A part of a statement, after one that is named `clock`: it goes through the partitions that are free, those furthest behind first,
 * and locks each that has something beyond its cursor when it comes to it; so one that the limit does not reach stays free for others.
 * Who finds a partition that another has taken, renewed or given back since this statement began leaves it alone: what waits for
 * it was not seen.
 */
export function takenText({ quoted: t }: Names, { types, which }: { readonly types: boolean; readonly which: string }): string {
  const limit = limitOf(p.limit);
  return `taken as materialized (
  select f.partition, f.token, f.place, e.*
  from (
    select c.*, c.ctid as seen from ${t.cursors} c
    where c.subscriber = ${p.subscriber} and ${which} and (c.lease_until is null or c.lease_until <= (select at from clock))
    order by c.pos, c.seq offset 0) c
  cross join lateral (select e.pos from ${t.events} e where ${beyond("c")} order by ${PLACE} limit 1) b
  cross join lateral (
    select f.partition, f.pos, f.seq, f.ctid as place, ${nextToken("f")} as token from ${t.cursors} f
    where f.subscriber = c.subscriber and f.partition = c.partition and b.pos >= c.pos and ${isAsSeen("f", "c.seen")}
    for update skip locked) f
  cross join lateral (
    select ${eventColumns(types ? "e.heard" : undefined)},
      case when (select waits from clock) and (
        select true from ${t.deliveries} d
        where d.subscriber = ${p.subscriber} and d.tenant = e.tenant and d.kind = e.kind and d.publisher = e.publisher
        limit 1) then 'true' end as behind
    from (
      select e.*${types ? `, e.type = any (array(select jsonb_array_elements_text(${p.types}::jsonb))) as heard` : ""}
      from ${t.events} e
      where ${beyond("f")}
      order by ${PLACE}
      ${limit}) e) e
  ${limit}),
leased as (
  update ${t.cursors} c set token = l.token, worker = ${p.worker}, lease_until = ${after(p.duration)}
  from (select distinct place, token from taken) l
  where c.ctid = l.place
  returning 1)`;
}

/** Whether anything waits for the subscriber: for `clock`. */
export const waits = ({ quoted: t }: Names): string =>
  `(select true from ${t.deliveries} d where d.subscriber = ${p.subscriber} order by d.tenant, d.kind, d.publisher limit 1) as waits`;

const PLACE = `${partitionOf("e")}, e.pos, e.seq`;

/**
 * The events of a cursor's partition that are beyond it. Compared by rows, as their index has them: of an equality the planner
 * believes that next to nothing meets it, and a plan that it makes while there are few events reads them all, for each partition.
 */
const beyond = (cursor: string): string => `(${PLACE}) > (${cursor}.partition, ${cursor}.pos, ${cursor}.seq)
      and (${partitionOf("e")}, e.pos) < (${cursor}.partition, (select horizon from clock))`;

export function batchesOf(rows: Iterable<TakenRow>): readonly Batch[] {
  const batches: { partition: number; token: string; events: TakenEvent[]; to: string }[] = [];
  let [partition, batch]: [string | undefined, (typeof batches)[number] | undefined] = [undefined, undefined];
  for (const row of rows) {
    if (batch === undefined || row.partition !== partition) {
      partition = row.partition;
      batch = { partition: Number(partition), token: row.token, events: [], to: row.position };
      batches.push(batch);
    }
    batch.to = row.position;
    if (row.id !== null) batch.events.push({ position: row.position, event: eventOf(row), behind: row.behind !== null });
  }
  return batches;
}
