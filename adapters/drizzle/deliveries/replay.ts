import { LARGEST_LAG } from "denizen/ports";
import type { Replay } from "denizen/ports";
import type { Run } from "../database.js";
import type { Names } from "../names.js";
import { partitionOf } from "../positions.js";
import { memoized, parameters } from "../sql.js";
import { CLOCK, FREED, isAsSeen, lockOrder, nextToken, once, samePublisher } from "./claims.js";
import { firstSince } from "./enlist.js";

type Kind = "beginning" | "time" | "publisher" | "event" | "dead-letters";

const PARAMETERS = ["subscriber", "types", "tenant", "kind", "id", "time"] as const;
type Named = Readonly<Record<(typeof PARAMETERS)[number], string>>;

/** What is delivered once more waits, and so holds back what its publisher publishes meanwhile; or the subscriber itself goes back. */
export function replaying(names: Names) {
  const { text: p, values } = parameters(PARAMETERS);
  const replay = memoized(
    (kind: Kind) => `with asked as (select ${Object.values(p).join(", ")}),
clock as materialized (select ${CLOCK}),
${kind === "beginning" || kind === "time" ? goBack(names, p, kind) : again(names, p, kind)}`,
  );

  return async (run: Run, { subscriber, types, selection }: Replay): Promise<number> => {
    const asked = { subscriber, types: types === null ? null : JSON.stringify(types), tenant: null, kind: null, id: null, time: null };
    const call = (kind: Kind, more: Partial<Record<keyof Named, string>> = {}) => run(replay(kind), values({ ...asked, ...more }));
    const rows = await (() => {
      switch (selection.kind) {
        case "from":
          return typeof selection.from === "string" ? call("beginning") : call("time", { time: selection.from.time });
        case "publisher":
          return call("publisher", selection.publisher);
        case "event":
          return call("event", { tenant: selection.tenant, id: selection.id });
        case "dead-letters":
          return call("dead-letters");
      }
    })();
    return Number(rows[0]?.["events"] ?? 0);
  };
}

const heard = (p: Named): string => `(${p.types} is null or e.type = any (array(select jsonb_array_elements_text(${p.types}::jsonb))))`;

/**
 * Cursors that are further on go back, and their workers are fenced off; so is who tries what waits, if anything of it is beyond the
 * place. What waits from there on comes with the rest; only where more is being put behind it at this moment, and nothing is left to
 * be behind, it goes on waiting, and holds back the rest as ever.
 */
const goBack = (names: Names, p: Named, kind: "beginning" | "time"): string => {
  const { quoted: t } = names;
  const place = kind === "beginning" ? "select 0::bigint as pos, 0::bigint as seq" : firstSince(names, `${p.time}::timestamptz`);
  return `place as materialized (select f.pos, ${kind === "beginning" ? "f.seq" : "f.seq - 1"} as seq from (${place}) f),
again as materialized (
  select c.partition, c.pos, c.seq from ${t.cursors} c, place where c.subscriber = ${p.subscriber} and (c.pos, c.seq) > (place.pos, place.seq)),
locked as materialized (
  select c.partition from ${t.cursors} c where c.subscriber = ${p.subscriber} order by c.partition for no key update),
moved as (
  update ${t.cursors} c set pos = place.pos, seq = place.seq, token = ${nextToken("c")}, worker = null, lease_until = null
  from place where ${once("locked")} and c.subscriber = ${p.subscriber} and (c.pos, c.seq) > (place.pos, place.seq)
  returning 1),
firsts as materialized (
  select f.* from place, (
    select distinct on (d.tenant, d.kind, d.publisher) d.subscriber, d.tenant, d.kind, d.publisher, d.pos, d.seq, d.ctid as seen
    from ${t.deliveries} d where d.subscriber = ${p.subscriber} order by d.tenant, d.kind, d.publisher, d.pos, d.seq) f
  where (select true from ${t.deliveries} d where ${samePublisher("d", "f")} and (d.pos, d.seq) > (place.pos, place.seq) limit 1)),
held as materialized (
  select r.*, (r.pos, r.seq) <= (place.pos, place.seq) as stays, ${isAsSeen("d", "r.seen")} as same
  from place, firsts r
  join ${t.deliveries} d on ${samePublisher("d", "r")} and d.pos = r.pos and d.seq = r.seq
  where ${once("moved")}
  order by ${lockOrder("d")}
  for update of d),
freed as (
  update ${t.deliveries} d set ${FREED}
  from held r where ${samePublisher("d", "r")} and d.pos = r.pos and d.seq = r.seq and (r.stays or not r.same)
  returning 1),
removed as (
  delete from ${t.deliveries} d using held r, place
  where ${samePublisher("d", "r")} and (d.pos, d.seq) > (place.pos, place.seq) and (r.stays or r.same)
  returning 1)
select count(*)::text as events from (
  select 1 from place, again a cross join lateral (
    select 1 from ${t.events} e
    where ${partitionOf("e")} = a.partition and (e.pos, e.seq) > (place.pos, place.seq) and (e.pos, e.seq) <= (a.pos, a.seq) and ${heard(p)}
    order by e.pos, e.seq limit ${LARGEST_LAG}) e
  limit ${LARGEST_LAG}) e`;
};

/**
 * Lets events wait that were delivered, have failed or were given up: the first of each publisher is due at once. Those that are
 * still to come for the first time do so anyway. Whoever works on their partitions, or on what waits already, is fenced off.
 */
function again(names: Names, p: Named, kind: "publisher" | "event" | "dead-letters"): string {
  const { quoted: t } = names;
  const chosen = {
    publisher: `${t.events} e where e.tenant = ${p.tenant} and e.kind = ${p.kind} and e.publisher = ${p.id}`,
    event: `${t.events} e where e.id = ${p.id} and e.tenant = ${p.tenant}`,
    "dead-letters": `${t.deliveries} d join ${t.events} e on e.pos = d.pos and e.seq = d.seq
    where d.subscriber = ${p.subscriber} and d.dead_at is not null`,
  }[kind];
  return `chosen as materialized (
  select ${p.subscriber} as subscriber, e.tenant, e.kind, e.publisher, e.pos, e.seq, e.id, ${partitionOf("e")} as partition
  from ${chosen} and ${heard(p)}
  order by e.pos, e.seq limit ${LARGEST_LAG}),
ready as materialized (
  select r.*, row_number() over (partition by r.tenant, r.kind, r.publisher order by r.pos, r.seq) as place
  from chosen r
  cross join lateral (
    select c.pos, c.seq from ${t.cursors} c where c.subscriber = r.subscriber and c.partition = r.partition limit 1) c
  where (r.pos, r.seq) <= (c.pos, c.seq)
    and (select true from ${t.deliveries} d
      where ${samePublisher("d", "r")} and d.pos = r.pos and d.seq = r.seq and d.attempts = 0 limit 1) is null),
locked as materialized (
  select c.partition from (select distinct partition from ready) r
  join ${t.cursors} c on c.subscriber = ${p.subscriber} and c.partition = r.partition
  order by c.partition
  for no key update of c),
fenced as (
  update ${t.cursors} c set token = ${nextToken("c")}, worker = null, lease_until = null
  from locked r where c.subscriber = ${p.subscriber} and c.partition = r.partition
  returning 1),
heads as materialized (
  select d.subscriber, d.tenant, d.kind, d.publisher, d.pos, d.seq
  from ready r
  cross join lateral (
    select b.pos, b.seq from ${t.deliveries} b where ${samePublisher("b", "r")} order by b.pos, b.seq limit 1) b
  join ${t.deliveries} d on ${samePublisher("d", "r")} and d.pos = b.pos and d.seq = b.seq
  where r.place = 1 and ${once("fenced")}
  order by ${lockOrder("d")}
  for no key update of d),
freed as (
  update ${t.deliveries} d set ${FREED}
  from heads r
  where ${samePublisher("d", "r")} and d.pos = r.pos and d.seq = r.seq
    and (select true from ready x where ${samePublisher("x", "d")} and x.pos = d.pos and x.seq = d.seq limit 1) is null
  returning 1),
kept as (
  insert into ${t.deliveries} as d (subscriber, tenant, kind, publisher, pos, seq, event_id, partition, attempts, due_at)
  select r.subscriber, r.tenant, r.kind, r.publisher, r.pos, r.seq, r.id, r.partition, 0, case when r.place = 1 then clock.at end
  from clock, ready r
  where ${once("heads")}
  order by ${lockOrder("r")}
  on conflict (subscriber, tenant, kind, publisher, pos, seq) do update set
    attempts = 0, due_at = excluded.due_at, dead_at = null, error_code = null, error_message = null, token = ${nextToken("d")}, worker = null
  returning 1)
select count(*)::text as events from ready`;
}
