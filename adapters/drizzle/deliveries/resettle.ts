import type { Resettled } from "denizen/ports";
import type { Run } from "../database.js";
import type { Names } from "../names.js";
import { positionRow } from "../positions.js";
import { parameters, recordset, statement } from "../sql.js";
import { after, changedMeanwhile, CLOCK, isAsSeen, QUICK, samePublisher } from "./claims.js";

const COLUMNS =
  "tenant text, kind text, publisher text, token bigint, pos bigint, seq bigint, done_pos bigint, done_seq bigint, delivered bigint, failed_pos bigint, failed_seq bigint, attempts integer, delay double precision, code text, message text";

/**
 * Whoever takes away the first of what waits of a publisher must know what is behind it: he holds it, and it is as it was when
 * the statement began. Otherwise nothing is written, and the statement is said again.
 */
export function resettling(names: Names) {
  const { quoted: t } = names;
  const { text: p, values } = parameters(["subscriber", "worker", "publisher"]);
  const failedNow = "(d.pos = h.failed_pos and d.seq = h.failed_seq) is true";
  const resettle = statement(`with clock as materialized (
  select ${CLOCK}, ${QUICK}),
asked as materialized (
  select ${p.subscriber} as subscriber, r.*, s.seen
  from ${recordset(p.publisher, COLUMNS, "1")}
  cross join lateral (
    select d.ctid as seen from ${t.deliveries} d
    where d.subscriber = ${p.subscriber} and d.tenant = r.tenant and d.kind = r.kind and d.publisher = r.publisher
      and d.pos = r.pos and d.seq = r.seq and d.worker = ${p.worker} and d.token = r.token limit 1) s),
held as materialized (
  select r.* from asked r
  join ${t.deliveries} d on ${samePublisher("d", "r")} and d.pos = r.pos and d.seq = r.seq and ${isAsSeen("d", "r.seen")}
  for update of d),
removed as (
  delete from ${t.deliveries} d using held r
  where ${samePublisher("d", "r")} and (d.pos, d.seq) >= (r.pos, r.seq) and (d.pos, d.seq) <= (r.done_pos, r.done_seq)
  returning 1),
next as materialized (
  select r.*, b.pos as next_pos, b.seq as next_seq
  from held r cross join lateral (
    select b.pos, b.seq from ${t.deliveries} b
    where ${samePublisher("b", "r")}
      and case when r.done_pos is null then (b.pos, b.seq) >= (r.pos, r.seq) else (b.pos, b.seq) > (r.done_pos, r.done_seq) end
    order by b.pos, b.seq limit 1) b),
waiting as (
  update ${t.deliveries} d set
    worker = null,
    attempts = case when ${failedNow} then h.attempts else d.attempts end,
    due_at = case when ${failedNow} then ${after("h.delay")}
      when d.dead_at is not null then null
      when h.done_pos is null then (select at from clock)
      else coalesce(d.due_at, (select at from clock)) end,
    dead_at = case when ${failedNow} and h.delay is null then (select at from clock) else d.dead_at end,
    error_code = case when ${failedNow} then h.code else d.error_code end,
    error_message = case when ${failedNow} then h.message else d.error_message end
  from next h
  where ${samePublisher("d", "h")} and d.pos = h.next_pos and d.seq = h.next_seq
  returning 1),
counted as (
  update ${t.subscribers} s set delivered = s.delivered + n.delivered
  from held n where s.name = ${p.subscriber} and n.delivered > 0
  returning 1)
select ((select count(*) from asked) > (select count(*) from held))::text as changed`);

  return async (run: Run, resettled: Resettled): Promise<void> => {
    const { subscriber, worker } = resettled;
    const [row] = await run(resettle, values({ subscriber, worker, publisher: JSON.stringify([rowOf(resettled)]) }));
    if (row?.["changed"] === "true") throw changedMeanwhile();
  };
}

function rowOf({ publisher: { tenant, kind, id }, token, first, done, delivered, failed }: Resettled) {
  const doneAt = done === null ? undefined : positionRow(done);
  const failedAt = failed === null ? undefined : positionRow(failed.position);
  return {
    ...positionRow(first),
    tenant,
    kind,
    publisher: id,
    token,
    done_pos: doneAt?.pos,
    done_seq: doneAt?.seq,
    delivered,
    failed_pos: failedAt?.pos,
    failed_seq: failedAt?.seq,
    attempts: failed?.attempts,
    delay: failed?.delay,
    code: failed?.error.code,
    message: failed?.error.message,
  };
}
