import type { Json, LoggedEvent, Position, PublisherKey, StoredEvent } from "denizen/ports";
import { inOnePiece } from "./in-one-piece.js";

/** Whoever publishes. There is one object of each, by which its events and whatever waits for them know it. */
export interface LogPublisher extends PublisherKey {
  partition: number;
  /** Its latest event. */
  last: Entry | undefined;
}

/** An event as it is kept: where it stands, by what it is looked for, and what else there is of it as JSON text. */
export interface Entry {
  readonly position: number;
  readonly publisher: LogPublisher;
  /** The event of the same publisher before this one. */
  readonly previous: Entry | undefined;
  readonly version: number | null;
  readonly type: string;
  readonly subject: string | null;
  readonly actor: string;
  readonly occurredAt: string;
  readonly text: string;
}

/** What is in an entry's text. */
type Rest = readonly [
  id: string,
  version: number,
  payload: Json,
  personal: Json,
  commitId: string,
  correlationId: string,
  causationId: string | null,
  trace: string | null,
];

/** One that can still be written to: by the log, and until it is there by whoever made it. */
export type Draft = { -readonly [Name in keyof Entry]: Entry[Name] };

/** An event that stands nowhere yet. */
export const draftOf = (
  tenant: string,
  { id, type, version, occurredAt, publisher, subject, payload, personal, metadata }: StoredEvent,
): Draft => ({
  position: 0,
  publisher: { tenant, kind: publisher.kind, id: publisher.id, partition: 0, last: undefined },
  previous: undefined,
  version: publisher.version,
  type,
  subject,
  actor: metadata.actor,
  occurredAt,
  text: textOf([id, version, payload, personal, metadata.commitId, metadata.correlationId, metadata.causationId, metadata.trace]),
});

const textOf = (rest: Rest): string => inOnePiece(JSON.stringify(rest));

// `textOf` made it.
const restOf = ({ text }: Entry): Rest => JSON.parse(text) as Rest;

/** A copy, which may be written to. */
export function eventOf(entry: Entry): StoredEvent {
  const { type, occurredAt, publisher, subject, actor } = entry;
  const [id, version, payload, personal, commitId, correlationId, causationId, trace] = restOf(entry);
  return {
    id,
    type,
    version,
    occurredAt,
    publisher: { kind: publisher.kind, id: publisher.id, version: entry.version },
    subject,
    payload,
    personal,
    metadata: { actor, tenant: publisher.tenant, commitId, correlationId, causationId, trace },
  };
}

export const loggedOf = (entry: Entry): LoggedEvent => ({ position: positionOf(entry.position), event: eventOf(entry) });

/** Empties what is personal in those of which this is the subject. */
export function erase(entries: Iterable<Draft>, tenant: string, subject: string): void {
  for (const entry of entries) {
    if (entry.subject !== subject || entry.publisher.tenant !== tenant) continue;
    const [id, version, payload, , ...metadata] = restOf(entry);
    entry.text = textOf([id, version, payload, null, ...metadata]);
  }
}

export const positionOf = (position: number): Position => String(position).padStart(16, "0");

/** Clients hand positions back, and may have changed them: what never was one is not a number. */
export const numberOf = (position: Position): number => (/^\d{16}$/.test(position) ? Number(position) : NaN);

/** In a list by position: how many stand up to one, and so the index of the first beyond it. */
export function countUpTo(entries: readonly { readonly position: number }[], position: number): number {
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((entries[middle]?.position ?? Infinity) <= position) low = middle + 1;
    else high = middle;
  }
  return low;
}
