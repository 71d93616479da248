import type { Taken } from "denizen/ports";
import type { Names } from "../names.js";
import { horizonOf, isBeyond, partitionOf, positionIn } from "../positions.js";
import { CLOCK, limitOf, QUICK } from "./claims.js";
import { ASKED, batchesOf, p, TAKEN_NAMES, takenText, waits } from "./taken.js";
import type { TakenRow } from "./taken.js";

/** Of the log, in every row; there is one without an event when none was taken. */
export type NewRow = { readonly end: string | null; readonly held_back: string } & (TakenRow | { readonly partition: null });

/** No row at all: the subscriber is paused, or unknown, or has to look whose log it is. */
export function newOf(rows: readonly NewRow[]): Taken {
  const [first] = rows;
  const batches = batchesOf(rows.filter((row) => row.partition !== null));
  const end = batches.length > 0 ? undefined : (first?.end ?? undefined);
  return { batches, due: false, wait: null, heldBack: first?.held_back === "true", end };
}

/**
 * What is taken when nothing was left before a position: only the partitions are looked at in which something stands beyond it. So it
 * takes two thirds of the time, and that is what an event waits for while nothing else happens.
 *
 * The log has ended there when all of that was seen, and there was some: then somebody else has it, or has handled it.
 */
export const takeNewText = (names: Names, types: boolean): string => `with ${ASKED},
clock as materialized (
  select ${CLOCK}, ${QUICK}, log.horizon, ${isBeyond(names, "log.horizon")} as beyond, ${waits(names)}
  from (${horizonOf(names)}) log, ${names.quoted.subscribers} s
  where s.name = ${p.subscriber} and not s.paused),
new as materialized (
  select ${partitionOf("e")} as partition from clock cross join lateral (
    select e.tenant, e.kind, e.publisher from ${names.quoted.events} e
    where (e.pos, e.seq) > (${positionIn(p.after)}) and e.pos < clock.horizon
    order by e.pos, e.seq ${limitOf(p.limit)}) e),
${takenText(names, { types, which: "c.partition = any (array(select n.partition from new n))" })}
select clock.beyond::text as held_back,
  case when (select count(*) from new) between 1 and ${p.limit}::bigint - 1 then clock.horizon || '.0' end as "end",
  t.partition::text as partition, t.token::text as token, ${TAKEN_NAMES.map((name) => `t.${name}`).join(", ")}
from clock left join taken t on true`;
