import { PARTITIONS } from "denizen/ports";
import type { Settled, Waiting } from "denizen/ports";
import type { Run } from "../database.js";
import type { Names } from "../names.js";
import { positionRow } from "../positions.js";
import { parameters, recordset, statement } from "../sql.js";
import { CLOCK, freedIf, lockOrder, QUICK, samePublisher } from "./claims.js";

export function settling(names: Names) {
  const handled = parameters(["subscriber", "worker", "batches"]);
  const parking = parameters(["subscriber", "worker", "batches", "waiting"]);
  const settle = statement(`with ${settledOf(names, handled.text)}
select 1`);
  const settleAndPark = statement(`with ${settledOf(names, parking.text)},
${parkedOf(names, parking.text)}
select 1`);

  return async (run: Run, { subscriber, worker, batches, waiting }: Settled): Promise<void> => {
    const asked = {
      subscriber,
      worker,
      batches: JSON.stringify(batches.map(({ to, ...batch }) => ({ ...batch, ...positionRow(to) }))),
    };
    await (waiting.length === 0
      ? run(settle, handled.values(asked))
      : run(settleAndPark, parking.values({ ...asked, waiting: JSON.stringify(waiting.map(waitingRow)) })));
  };
}

const waitingRow = ({ partition, position, publisher: { tenant, kind, id }, eventId, attempts, delay, error }: Waiting) => ({
  ...positionRow(position),
  partition,
  tenant,
  kind,
  publisher: id,
  event_id: eventId,
  attempts,
  delay,
  code: error?.code,
  message: error?.message,
});

const WAITING =
  "pos bigint, seq bigint, partition integer, tenant text, kind text, publisher text, event_id text, attempts integer, delay double precision, code text, message text";

const settledOf = (
  { quoted: t }: Names,
  p: Readonly<Record<"subscriber" | "worker" | "batches", string>>,
): string => `clock as materialized (
  select ${CLOCK}, ${QUICK}),
ours as materialized (
  select r.* from clock, ${recordset(p.batches, "partition integer, token bigint, pos bigint, seq bigint, delivered bigint", String(PARTITIONS))}
  join ${t.cursors} c on c.subscriber = ${p.subscriber} and c.partition = r.partition and c.worker = ${p.worker} and c.token = r.token
  order by c.partition
  for no key update of c),
settled as (
  update ${t.cursors} c set pos = r.pos, seq = r.seq, worker = null, lease_until = null, delivered = c.delivered + r.delivered
  from ours r where c.subscriber = ${p.subscriber} and c.partition = r.partition
  returning c.partition)`;

/**
 * What is put behind another event has no time of its own: whoever takes away what it is behind sets it. For that he must have
 * seen it, so the first of what waits already is changed here: he who is just taking that away then looks again. And where that
 * has been taken away meanwhile, what comes behind is due by itself.
 */
const parkedOf = ({ quoted: t }: Names, p: Readonly<Record<"subscriber" | "waiting", string>>): string => {
  const insert = `insert into ${t.deliveries} (subscriber, tenant, kind, publisher, pos, seq, event_id, partition, attempts,
    dead_at, error_code, error_message, due_at)
  select r.subscriber, r.tenant, r.kind, r.publisher, r.pos, r.seq, r.event_id, r.partition, r.attempts,
    case when r.delay is null then clock.at end, r.code, r.message,`;
  const unlessBehind = (rows: string): string => `case when (
      select true from ${rows} h
      where h.tenant = r.tenant and h.kind = r.kind and h.publisher = r.publisher and (h.pos, h.seq) < (r.pos, r.seq) limit 1) is null
    then clock.at + r.delay * interval '1 millisecond' end`;
  return `parked as materialized (
  select ${p.subscriber} as subscriber, r.*,
    row_number() over (partition by r.tenant, r.kind, r.publisher order by r.pos, r.seq) = 1 as is_first
  from ${recordset(p.waiting, WAITING)} join settled s on s.partition = r.partition),
known as materialized (
  select d.subscriber, d.tenant, d.kind, d.publisher, d.pos, d.seq, (r.pos, r.seq) < (d.pos, d.seq) as is_overtaken
  from parked r
  cross join lateral (
    select b.pos, b.seq from ${t.deliveries} b where ${samePublisher("b", "r")} order by b.pos, b.seq limit 1) h
  join ${t.deliveries} d on ${samePublisher("d", "r")} and d.pos = h.pos and d.seq = h.seq
  where r.is_first
  order by ${lockOrder("d")}
  for no key update of d),
heads as (
  update ${t.deliveries} d set ${freedIf("k.is_overtaken")} from known k
  where ${samePublisher("d", "k")} and d.pos = k.pos and d.seq = k.seq
  returning d.tenant, d.kind, d.publisher, d.pos, d.seq),
firsts as (
  ${insert} ${unlessBehind("heads")}
  from clock, parked r where r.is_first order by ${lockOrder("r")} on conflict do nothing
  returning tenant, kind, publisher, pos, seq),
others as (
  ${insert} ${unlessBehind("(select * from heads union all select * from firsts)")}
  from clock, parked r where not r.is_first order by ${lockOrder("r")} on conflict do nothing
  returning 1)`;
};
