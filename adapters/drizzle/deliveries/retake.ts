import type { LoggedEvent, PublisherKey, Retaken, RetakeRequest } from "denizen/ports";
import type { Run } from "../database.js";
import { EVENT_NAMES, eventColumns, loggedOf } from "../event-rows.js";
import type { EventRow } from "../event-rows.js";
import type { Names } from "../names.js";
import { parameters, statement } from "../sql.js";
import { after, CLOCK, isAsSeen, isFirst, limitOf, nextToken, QUICK, samePublisher } from "./claims.js";
import { discarding } from "./waiting.js";

/** `held` is what a dead letter, or what is to wait longer, holds back; `gone`, as JSON, tenant and id of an event that is no more. */
type RetakenRow = { readonly token: string; readonly first: string; readonly attempts: string; readonly held: string } & (
  (EventRow & { readonly gone: null }) | { readonly gone: string }
);

/**
 * A publisher is due when the first of what waits of it is. The claim to it is on that one, and so is the time when the claim ends:
 * then it is due again. Whoever is locked by another statement, or has changed since this one began, is left alone.
 *
 * What waits although its event is no more, because somebody swept it while somebody else replayed it, is discarded.
 */
export function retaking(names: Names) {
  const { quoted: t } = names;
  const { text: p, values } = parameters(["subscriber", "worker", "duration", "limit"]);
  const discard = discarding(names);
  const columns = [...EVENT_NAMES, "attempts", "held", "gone"].join(", ");
  const retake = statement(`with clock as materialized (
  select ${CLOCK}, ${QUICK}, coalesce((select not s.paused from ${t.subscribers} s where s.name = ${p.subscriber}), false) as open),
taken as materialized (
  select h.pos, h.seq, h.place, h.next_token, e.*
  from (
    select d.*, d.ctid as seen from ${t.deliveries} d
    where d.subscriber = ${p.subscriber} and (select open from clock) and d.due_at <= (select at from clock) and ${isFirst(names, "d")}
    order by d.due_at limit 1000) d
  cross join lateral (
    select h.*, h.ctid as place, ${nextToken("h")} as next_token from ${t.deliveries} h
    where ${samePublisher("h", "d")} and h.pos = d.pos and h.seq = d.seq and ${isAsSeen("h", "d.seen")}
    for update skip locked) h
  cross join lateral (
    select ${eventColumns()}, w.attempts::text as attempts,
      ((w.dead_at is not null or w.due_at > (select at from clock)) and (w.pos, w.seq) <> (h.pos, h.seq))::text as held,
      case when e.id is null then json_build_array(w.tenant, w.event_id)::text end as gone
    from ${t.deliveries} w left join ${t.events} e on e.pos = w.pos and e.seq = w.seq
    where ${samePublisher("w", "h")}
    order by w.pos, w.seq
    ${limitOf(p.limit)}) e
  ${limitOf(p.limit)}),
leased as (
  update ${t.deliveries} d set token = l.next_token, worker = ${p.worker}, due_at = ${after(p.duration)}
  from (select distinct place, next_token from taken) l
  where d.ctid = l.place
  returning 1)
select next_token::text as token, pos || '.' || seq as first, ${columns} from taken`);

  return async (run: Run, { subscriber, worker, duration, limit }: RetakeRequest): Promise<readonly Retaken[]> => {
    // The columns that it asks for.
    const rows = (await run(
      retake,
      values({ subscriber, worker, duration: String(duration), limit: String(limit) }),
    )) as readonly RetakenRow[];
    for (const { gone } of rows) {
      if (gone === null) continue;
      // The statement built it in this very shape.
      const [tenant, event] = JSON.parse(gone) as [string, string];
      // What fails is found again, when the claim to it is over.
      await discard(run, subscriber, tenant, event).catch(() => false);
    }
    return retakenOf(rows);
  };
}

/** A publisher the first of whose events is no more is due anew, without it. */
function retakenOf(rows: readonly RetakenRow[]): readonly Retaken[] {
  const retaken: { publisher: PublisherKey; token: string; events: (LoggedEvent & { readonly attempts: number })[] }[] = [];
  let [first, isHeld] = ["", false];
  for (const row of rows) {
    const begins = row.first !== first;
    if (begins) [first, isHeld] = [row.first, row.gone !== null];
    isHeld ||= row.held === "true";
    if (isHeld || row.gone !== null) continue;
    if (begins) retaken.push({ publisher: { tenant: row.tenant, kind: row.kind, id: row.publisher }, token: row.token, events: [] });
    retaken.at(-1)?.events.push({ ...loggedOf(row), attempts: Number(row.attempts) });
  }
  return retaken;
}
