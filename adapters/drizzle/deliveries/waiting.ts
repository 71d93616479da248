import type { DeadLetterRequest, StoredDeadLetter } from "denizen/ports";
import type { Run } from "../database.js";
import { eventColumns, loggedOf } from "../event-rows.js";
import type { EventRow } from "../event-rows.js";
import type { Names } from "../names.js";
import { isPosition, positionIn } from "../positions.js";
import { memoized, parameters, statement } from "../sql.js";
import { changedMeanwhile, isAsSeen, samePublisher } from "./claims.js";

/** By code point, whatever the collation of the database. */
const NAME = 'd.subscriber collate "C"';

/** The dead letters, by position and subscriber. */
export function deadLetters({ quoted: t }: Names) {
  const made = memoized((text: string) => text);

  return async (run: Run, { subscriber, after, limit }: DeadLetterRequest): Promise<readonly StoredDeadLetter[]> => {
    if (after !== undefined && !isPosition(after.position)) return [];
    const params: string[] = [];
    const parameter = (value: string): string => `$${params.push(value)}::text`;
    const conditions = [
      ...(subscriber === undefined ? [] : [`d.subscriber = ${parameter(subscriber)}`]),
      ...(after === undefined
        ? []
        : [`(d.pos, d.seq, ${NAME}) > (${positionIn(parameter(after.position))}, ${parameter(after.subscriber)})`]),
    ];
    const rows = await run(
      made(`select d.subscriber, d.attempts::text as attempts, d.error_code as code, d.error_message as message, b.behind::text as behind, ${eventColumns()}
from ${t.deliveries} d
join ${t.events} e on e.pos = d.pos and e.seq = d.seq
cross join lateral (
  select count(*) as behind from ${t.deliveries} b where ${samePublisher("b", "d")} and (b.pos, b.seq) > (d.pos, d.seq)) b
where ${["d.dead_at is not null", ...conditions].join(" and ")}
order by d.pos, d.seq, ${NAME} limit ${parameter(String(limit))}::bigint`),
      params,
    );
    // The columns that it asks for.
    return (rows as readonly DeadRow[]).map((row) => ({
      ...loggedOf(row),
      subscriber: row.subscriber,
      attempts: Number(row.attempts),
      error: { code: row.code ?? "", message: row.message ?? "" },
      behind: Number(row.behind),
    }));
  };
}

type DeadRow = EventRow & {
  readonly [column in "subscriber" | "attempts" | "behind"]: string;
} & { readonly [column in "code" | "message"]: string | null };

/** Takes one event away from what waits. What then comes first of its publisher is due; the rest is as in `resettling`. */
export function discarding({ quoted: t }: Names) {
  const { text: p, values } = parameters(["subscriber", "tenant", "event"]);
  const discard = statement(`with found as materialized (
  select d.* from ${t.deliveries} d where d.tenant = ${p.tenant} and d.event_id = ${p.event} and d.subscriber = ${p.subscriber}),
firsts as materialized (
  select b.subscriber, b.tenant, b.kind, b.publisher, b.pos, b.seq, b.ctid as seen
  from found f cross join lateral (
    select b.*, b.ctid from ${t.deliveries} b where ${samePublisher("b", "f")} order by b.pos, b.seq limit 1) b),
held as materialized (
  select r.* from firsts r
  join ${t.deliveries} d on ${samePublisher("d", "r")} and d.pos = r.pos and d.seq = r.seq and ${isAsSeen("d", "r.seen")}
  for update of d),
removed as (
  delete from ${t.deliveries} d using found f, held h
  where ${samePublisher("d", "f")} and d.pos = f.pos and d.seq = f.seq
  returning 1),
waiting as (
  update ${t.deliveries} d set due_at = case when n.is_next and d.dead_at is null then coalesce(d.due_at, clock_timestamp()) else d.due_at end
  from (
    select b.*, (h.pos, h.seq) = (f.pos, f.seq) as is_next
    from found f cross join held h cross join lateral (
      select b.pos, b.seq from ${t.deliveries} b
      where ${samePublisher("b", "f")} and (b.pos, b.seq) <> (f.pos, f.seq) order by b.pos, b.seq limit 1) b) n, found f
  where ${samePublisher("d", "f")} and d.pos = n.pos and d.seq = n.seq
  returning 1)
select ((select count(*) from firsts) > (select count(*) from held))::text as changed, (select count(*) from removed)::text as removed`);

  return async (run: Run, subscriber: string, tenant: string, event: string): Promise<boolean> => {
    const [row] = await run(discard, values({ subscriber, tenant, event }));
    if (row?.["changed"] === "true") throw changedMeanwhile();
    return Number(row?.["removed"]) > 0;
  };
}
