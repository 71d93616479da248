import type { StoredEvent } from "denizen/ports";
import type { Names } from "./names.js";
import { nextPos } from "./positions.js";
import { listed } from "./rows.js";
import type { Columns } from "./rows.js";
import { recordset } from "./sql.js";

/** An event as a row of `EVENT_COLUMNS`. */
export const eventRow = ({ id, type, version, occurredAt, publisher, subject, payload, personal, metadata }: StoredEvent) => ({
  id,
  type,
  type_version: version,
  occurred_at: occurredAt,
  kind: publisher.kind,
  publisher: publisher.id,
  version: publisher.version,
  subject,
  payload,
  personal,
  actor: metadata.actor,
  commit_id: metadata.commitId,
  correlation_id: metadata.correlationId,
  causation_id: metadata.causationId,
  trace: metadata.trace,
});

export const EVENT_COLUMNS = {
  id: "text",
  type: "text",
  type_version: "integer",
  occurred_at: "timestamptz",
  kind: "text",
  publisher: "text",
  version: "bigint",
  subject: "text",
  payload: "jsonb",
  personal: "jsonb",
  actor: "text",
  commit_id: "text",
  correlation_id: "text",
  causation_id: "text",
  trace: "text",
} as const;

/** The columns of the log, in the order in which every statement fills them. */
export const INTO_EVENTS =
  "pos, id, tenant, type, type_version, occurred_at, kind, publisher, version, subject, payload, personal, actor, commit_id, correlation_id, causation_id, trace";

/** What a guard appends when only its statement knows whose events they are, or which of them happened. */
export interface Known {
  /** Columns of the rows beside those of events. */
  readonly columns?: Columns;
  readonly join: string;
  readonly publisher?: string;
  readonly subject?: string;
}

/** Appends the events of guards, which no version orders, of the tenant `$1`. */
export const append = (names: Names, parameter: string, known?: Known): string => `insert into ${names.quoted.events} (${INTO_EVENTS})
select (${nextPos(names)}), r.id, $1::text, r.type, r.type_version, r.occurred_at, r.kind, ${known?.publisher ?? "r.publisher"}, r.version,
  ${known?.subject ?? "r.subject"}, r.payload, r.personal, r.actor, r.commit_id, r.correlation_id, r.causation_id, r.trace
from ${recordset(parameter, listed({ ...known?.columns, ...EVENT_COLUMNS }))}
${known?.join ?? ""}
order by r.ordinality`;
