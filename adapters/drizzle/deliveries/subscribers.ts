import { LARGEST_LAG } from "denizen/ports";
import type { SubscriberStatus } from "denizen/ports";
import type { Run } from "../database.js";
import type { Names } from "../names.js";
import { partitionOf } from "../positions.js";
import { parameters, statement } from "../sql.js";
import { lockOrder, once, samePublisher } from "./claims.js";

/** Answers false when there is no such subscriber. */
export function pausing({ quoted: t }: Names) {
  const { text: p, values } = parameters(["subscriber", "paused"]);
  const pause = statement(`update ${t.subscribers} set paused = ${p.paused}::boolean where name = ${p.subscriber} returning 1`);
  return async (run: Run, subscriber: string, paused: boolean): Promise<boolean> =>
    (await run(pause, values({ subscriber, paused: String(paused) }))).length > 0;
}

/** The same. What a worker was just writing down is waited for, but not seen: so there is another look afterwards. */
export function forgetting({ quoted: t }: Names) {
  const waiting = (where: string): string => `waiting as materialized (
  select d.subscriber, d.tenant, d.kind, d.publisher, d.pos, d.seq from ${t.deliveries} d
  where d.subscriber = $1::text and ${where}
  order by ${lockOrder("d")}
  for update of d)`;
  const remove = `delete from ${t.deliveries} d using waiting w where ${samePublisher("d", "w")} and d.pos = w.pos and d.seq = w.seq`;
  const forget = statement(`with locked as materialized (
  select c.partition from ${t.cursors} c where c.subscriber = $1::text order by c.partition for update),
cursors as (delete from ${t.cursors} where subscriber = $1::text and ${once("locked")} returning 1),
${waiting(once("cursors"))},
deliveries as (${remove} returning 1)
delete from ${t.subscribers} where name = $1::text and ${once("deliveries")} returning 1`);
  const clear = statement(`with ${waiting(`not exists (select from ${t.subscribers} where name = $1::text)`)}
${remove}`);
  return async (run: Run, subscriber: string): Promise<boolean> => {
    const isKnown = (await run(forget, [subscriber])).length > 0;
    await run(clear, [subscriber]);
    return isKnown;
  };
}

type StatusRow = {
  readonly subscriber: string;
  readonly paused: string;
  readonly lag: string;
  readonly oldest: string | null;
  readonly waiting: string;
  readonly dead: string;
  readonly delivered: string;
};

/** The oldest event is the first of some partition, or of what waits: further on they are younger. */
export function statuses({ quoted: t }: Names) {
  const beyond = `${partitionOf("e")} = c.partition and (e.pos, e.seq) > (c.pos, c.seq)`;
  const status =
    statement(`select s.name as subscriber, s.paused::text as paused, lag.events::text as lag, waiting.waiting::text as waiting,
  waiting.dead::text as dead, (s.delivered + coalesce(cursors.delivered, 0))::text as delivered,
  round(date_part('epoch', least(cursors.oldest, waiting.oldest)) * 1000)::bigint::text as oldest
from ${t.subscribers} s
cross join lateral (
  select sum(c.delivered) as delivered, min(e.occurred_at) as oldest
  from ${t.cursors} c left join lateral (
    select e.occurred_at from ${t.events} e where ${beyond} order by e.pos, e.seq limit 1) e on true
  where c.subscriber = s.name) cursors
cross join lateral (
  select count(*) as events from (
    select 1 from ${t.cursors} c cross join lateral (
      select 1 from ${t.events} e where ${beyond} order by e.pos, e.seq limit ${LARGEST_LAG}) e
    where c.subscriber = s.name limit ${LARGEST_LAG}) e) lag
cross join lateral (
  select count(*) filter (where d.dead_at is null) as waiting, count(*) filter (where d.dead_at is not null) as dead,
    min(e.occurred_at) filter (where d.dead_at is null) as oldest
  from ${t.deliveries} d left join lateral (
    select e.occurred_at from ${t.events} e where e.pos = d.pos and e.seq = d.seq limit 1) e on true
  where d.subscriber = s.name) waiting
order by s.name collate "C"`);

  return async (run: Run): Promise<readonly SubscriberStatus[]> =>
    // The statement's columns, all of them text.
    ((await run(status, [])) as readonly StatusRow[]).map((row) => ({
      subscriber: row.subscriber,
      paused: row.paused === "true",
      lag: Number(row.lag),
      oldest: row.oldest === null ? null : new Date(Number(row.oldest)).toISOString(),
      waiting: Number(row.waiting),
      deadLetters: Number(row.dead),
      delivered: Number(row.delivered),
    }));
}
