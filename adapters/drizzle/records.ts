import type { CommandOutcome, Outcome, StoredEvent, Timestamp } from "denizen/ports";
import type { Result, Run } from "./database.js";
import type { Names } from "./names.js";
import { statement } from "./sql.js";

/** Commits and commands that were recorded, and the events of one publisher. */
export function records({ quoted: t }: Names) {
  // Waits for whoever is just writing this commit, then finds it, or fences it off for ever.
  const settle = statement(`insert into ${t.commits} as c (commit_id, tenant, at) values ($1::text, '', $2::text::timestamptz)
on conflict (commit_id) do update set commit_id = c.commit_id
returning c.position`);
  const command = statement(`select json_build_object('commitId', commit_id, 'position', position, 'outcome', outcome)::text as json
from ${t.commits} where tenant = $1::text and actor = $2::text and command_id = $3::text`);
  const history = statement(`select json_build_object(
  'id', e.id, 'type', e.type, 'version', e.type_version, 'occurredAt', e.occurred_at,
  'publisher', json_build_object('kind', e.kind, 'id', e.publisher, 'version', e.version),
  'subject', e.subject, 'payload', e.payload, 'personal', e.personal,
  'metadata', json_build_object('actor', e.actor, 'tenant', e.tenant, 'commitId', e.commit_id,
    'correlationId', e.correlation_id, 'causationId', e.causation_id, 'trace', e.trace))::text as json
from ${t.events} e
where e.tenant = $1::text and e.kind = $2::text and e.publisher = $3::text and e.version > $4::text::bigint
order by e.version`);

  return {
    settle: async (run: Run, commitId: string, at: Timestamp): Promise<Outcome> => {
      const [row] = await run(settle, [commitId, at]);
      const position = row?.["position"];
      return typeof position === "string" ? { status: "committed", position } : { status: "rolled-back" };
    },
    command: async (run: Run, tenant: string, actor: string, id: string): Promise<CommandOutcome | undefined> => {
      const [row] = await run(command, [tenant, actor, id]);
      return row === undefined ? undefined : (parse(row) as CommandOutcome);
    },
    history: async (run: Run, tenant: string, { kind, id }: { readonly kind: string; readonly id: string }, after: number) => {
      const rows = await run(history, [tenant, kind, id, String(after)]);
      return rows.map((row) => {
        const event = parse(row) as StoredEvent;
        return { ...event, occurredAt: new Date(event.occurredAt).toISOString() };
      });
    },
  };
}

/** A row's only column: its statement built it in the shape that it is cast to. */
const parse = (row: Result): unknown => JSON.parse(String(row["json"]));
