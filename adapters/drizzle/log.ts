import type { HistoryFilter, HistoryRequest, LoggedEvent } from "denizen/ports";
import type { Run } from "./database.js";
import { eventColumns, loggedOf } from "./event-rows.js";
import type { EventRow } from "./event-rows.js";
import type { Names } from "./names.js";
import { isPosition, positionIn } from "./positions.js";
import { memoized } from "./sql.js";

/** What each part of a filter demands of an event. */
const CONDITIONS: Readonly<Record<keyof HistoryFilter, (parameter: string) => string>> = {
  subject: (p) => `e.subject = ${p}`,
  kinds: (p) => `e.kind = any (array(select jsonb_array_elements_text(${p}::jsonb)))`,
  actor: (p) => `e.actor = ${p}`,
  type: (p) => `e.type = ${p}`,
  since: (p) => `e.occurred_at >= ${p}::timestamptz`,
  until: (p) => `e.occurred_at < ${p}::timestamptz`,
};

/** Reads everything that is committed, for people: nothing of it is held back. */
export function history({ quoted: t }: Names) {
  const made = memoized((text: string) => text);

  function call({ tenant, filter, direction, after, limit }: HistoryRequest) {
    const params = [tenant];
    const parameter = (value: string): string => `$${params.push(value)}::text`;
    const [way, beyond] = direction === "ascending" ? ["asc", ">"] : ["desc", "<"];
    const conditions = Object.entries(CONDITIONS).flatMap(([name, sql]) => {
      // `entries` forgets which names there are.
      const value = filter[name as keyof HistoryFilter];
      return value === undefined ? [] : [sql(parameter(typeof value === "string" ? value : JSON.stringify(value)))];
    });
    const from = after === undefined ? [] : [`(e.pos, e.seq) ${beyond} (${positionIn(parameter(after))})`];
    const text = `select ${eventColumns()} from ${t.events} e
where ${["e.tenant = $1::text", ...conditions, ...from].join(" and ")}
order by e.pos ${way}, e.seq ${way} limit ${parameter(String(limit))}::bigint`;
    return { statement: made(text), params };
  }

  return {
    read: async (run: Run, request: HistoryRequest): Promise<readonly LoggedEvent[]> => {
      if (request.after !== undefined && !isPosition(request.after)) return [];
      const { statement, params } = call(request);
      // The columns that it asks for.
      return ((await run(statement, params)) as readonly EventRow[]).map(loggedOf);
    },
  };
}
