import type { Renewal, Renewed } from "denizen/ports";
import { PARTITIONS } from "denizen/ports";
import type { Run } from "../database.js";
import type { Names } from "../names.js";
import { positionRow } from "../positions.js";
import { parameters, recordset, statement } from "../sql.js";
import { after, CLOCK, lockOrder, once, QUICK } from "./claims.js";

export function renewing({ quoted: t }: Names) {
  const { text: p, values } = parameters(["subscriber", "worker", "duration", "partitions", "publishers"]);
  const renew = statement(`with clock as materialized (
  select ${CLOCK}, ${QUICK}),
ours as materialized (
  select r.* from ${recordset(p.partitions, "partition integer, token bigint", String(PARTITIONS))}
  join ${t.cursors} c on c.subscriber = ${p.subscriber} and c.partition = r.partition and c.worker = ${p.worker} and c.token = r.token
  order by c.partition
  for no key update of c),
partitions as (
  update ${t.cursors} c set lease_until = ${after(p.duration)}
  from ours r where c.subscriber = ${p.subscriber} and c.partition = r.partition
  returning r.ordinality),
first as materialized (
  select r.* from ${recordset(p.publishers, "tenant text, kind text, publisher text, token bigint, pos bigint, seq bigint")}
  join ${t.deliveries} d on d.subscriber = ${p.subscriber} and d.tenant = r.tenant and d.kind = r.kind and d.publisher = r.publisher
    and d.pos = r.pos and d.seq = r.seq and d.worker = ${p.worker} and d.token = r.token
  where ${once("partitions")}
  order by ${lockOrder("d")}
  for no key update of d),
publishers as (
  update ${t.deliveries} d set due_at = ${after(p.duration)}
  from first r where d.subscriber = ${p.subscriber} and d.tenant = r.tenant and d.kind = r.kind and d.publisher = r.publisher
    and d.pos = r.pos and d.seq = r.seq
  returning r.ordinality)
select 'partition ' || ordinality as kept from partitions
union all
select 'publisher ' || ordinality from publishers`);

  return async (run: Run, { subscriber, worker, duration, partitions, publishers }: Renewal): Promise<Renewed> => {
    const rows = await run(
      renew,
      values({
        subscriber,
        worker,
        duration: String(duration),
        partitions: JSON.stringify(partitions),
        publishers: JSON.stringify(
          publishers.map(({ publisher: { tenant, kind, id }, token, first }) => ({
            ...positionRow(first),
            tenant,
            kind,
            publisher: id,
            token,
          })),
        ),
      }),
    );
    const kept = new Set(rows.map((row) => row["kept"]));
    return {
      partitions: partitions.filter((_, index) => kept.has(`partition ${index + 1}`)),
      publishers: publishers.filter((_, index) => kept.has(`publisher ${index + 1}`)),
    };
  };
}
