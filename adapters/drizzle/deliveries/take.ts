import type { Taken, TakeRequest } from "denizen/ports";
import type { Run } from "../database.js";
import { elsewhere } from "../failure.js";
import type { Names } from "../names.js";
import { isPosition, logState } from "../positions.js";
import { statement } from "../sql.js";
import { CLOCK, isFirst, QUICK } from "./claims.js";
import { newOf, takeNewText } from "./take-new.js";
import type { NewRow } from "./take-new.js";
import { ASKED, batchesOf, p, TAKEN_NAMES, takenText, values, waits } from "./taken.js";
import type { TakenRow } from "./taken.js";

/** The row that is of no partition tells of the subscriber, as JSON in place of a token. */
type Row = TakenRow | { readonly partition: null; readonly token: string };

type Prospects = Pick<Taken, "due" | "wait" | "heldBack"> & { readonly end: string | null; readonly elsewhere: boolean };

export function taking(names: Names) {
  const [all, some] = [statement(textOf(names, false)), statement(textOf(names, true))];
  const [allNew, someNew] = [statement(takeNewText(names, false)), statement(takeNewText(names, true))];

  return async (run: Run, { subscriber, worker, duration, limit, types, after = "" }: TakeRequest): Promise<Taken> => {
    const asked = { subscriber, worker, duration: String(duration), limit: String(limit), types: JSON.stringify(types ?? []), after };
    // The columns that each asks for.
    return isPosition(after)
      ? newOf((await run(types === null ? allNew : someNew, values(asked))) as readonly NewRow[])
      : takenOf(names, (await run(types === null ? all : some, values(asked))) as readonly Row[]);
  };
}

function takenOf(names: Names, rows: readonly Row[]): Taken {
  const told = rows.find(({ partition }) => partition === null);
  // The statement built it in this very shape.
  const { elsewhere: isElsewhere, end, ...prospects } = JSON.parse(told?.token ?? "") as Prospects;
  if (isElsewhere) throw elsewhere(names);
  const batches = batchesOf(rows.filter((row) => row.partition !== null));
  return { batches, ...prospects, end: end === null || batches.length > 0 ? undefined : end };
}

const textOf = (names: Names, types: boolean): string => {
  const { quoted: t } = names;
  return `with ${ASKED},
clock as materialized (
  select ${CLOCK}, ${QUICK}, log.*,
    not log.elsewhere and coalesce((select not s.paused from ${t.subscribers} s where s.name = ${p.subscriber}), false) as open,
    ${waits(names)}
  from (${logState(names)}) log),
${takenText(names, { types, which: "(select open from clock)" })}
select null as partition, json_build_object(
  'elsewhere', clock.elsewhere, 'heldBack', clock.beyond, 'end', case when clock.open and ${p.limit}::bigint > 0 then clock.horizon || '.0' end,
  'due', clock.open and coalesce((
    select true from ${t.deliveries} d
    where d.subscriber = ${p.subscriber} and d.due_at <= clock.at and ${isFirst(names, "d")}
    order by d.due_at limit 1), false),
  'wait', case when clock.open then ceil(extract(epoch from least(
    (select d.due_at from ${t.deliveries} d
      where d.subscriber = ${p.subscriber} and d.due_at > clock.at and d.worker is distinct from ${p.worker} order by d.due_at limit 1),
    (select min(c.lease_until) from ${t.cursors} c
      where c.subscriber = ${p.subscriber} and c.lease_until > clock.at and c.worker <> ${p.worker})) - clock.at) * 1000) end)::text as token,
  ${TAKEN_NAMES.map((name) => `null as ${name}`).join(", ")}
from clock
union all
select partition::text, token::text, ${TAKEN_NAMES.join(", ")} from taken`;
};
