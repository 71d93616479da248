import type { Engine } from "../engine.js";
import type { NotStorable } from "../errors.js";
import { AnyAggregate } from "../kernel/aggregate.js";
import { domainError } from "../kernel/error.js";
import type { DomainEvent, EventDefinition, EventMetadata, RecordedEvent } from "../kernel/event.js";
import { findUnstorable } from "../kernel/json.js";
import { deepFreeze } from "../kernel/freeze.js";
import type { Json } from "../kernel/json.js";
import { err, ok } from "../kernel/result.js";
import type { Result } from "../kernel/result.js";
import { upcast } from "../kernel/upcast.js";
import type { Scope } from "../kernel/scope.js";
import type { AggregateChange, ChangeSet, StoredEvent } from "../ports/store.js";
import { changeOf, decode } from "./change.js";
import type { UnitContext } from "./context.js";

/** What one flush writes, and the same events as subscribers see them. */
export interface Batch {
  readonly commitId: string;
  readonly changes: ChangeSet;
  readonly events: readonly DomainEvent[];
}

/** Gathers everything that was recorded since the last flush. */
export function gather(unit: UnitContext, commitId: string): Result<Batch, NotStorable> {
  const metadata = metadataFor(unit.engine, unit.scope, commitId);
  const aggregates: AggregateChange[] = [];
  const stored: StoredEvent[] = [];
  const events: DomainEvent[] = [];
  const erased: string[] = [];
  for (const tracked of unit.aggregates.changed()) {
    const change = changeOf(tracked);
    if (change.isErr()) return err(notStorable(change.error));
    aggregates.push(change.value);
    for (const recorded of AnyAggregate.pendingOf(tracked.aggregate)) {
      const unstorable = findUnstorable(recorded.payload, recorded.type);
      if (unstorable !== undefined) return err(notStorable(unstorable));
      const event = eventOf(recorded, metadata);
      const definition = tracked.definition.events[recorded.type];
      events.push(event);
      stored.push(storedForm(event, definition));
      if (definition?.erases === true && event.subject !== null) erased.push(event.subject);
    }
  }
  return ok({
    commitId,
    changes: {
      tenant: unit.scope.tenant,
      aggregates: aggregates.sort(byIdentity),
      events: erased.length === 0 ? stored : stored.map((event) => withoutPersonal(event, erased)),
      vault: unit.secrets.take(),
      erased,
    },
    events,
  });
}

/** A recorded fact, with the commit in which it lands. Named one by one: to freeze what was spread costs fifty times that. */
const eventOf = ({ id, type, version, occurredAt, publisher, subject, payload }: RecordedEvent, metadata: EventMetadata): DomainEvent =>
  Object.freeze({ id, type, version, occurredAt, publisher, subject, payload, metadata });

/** What happened to somebody in the very commit in which he is forgotten is not written first and emptied then. */
const withoutPersonal = (event: StoredEvent, erased: readonly string[]): StoredEvent =>
  event.subject !== null && erased.includes(event.subject) ? { ...event, personal: null } : event;

/** One order for everybody: two units that write the same aggregates meet at the first of them instead of crosswise. */
const byIdentity = (one: AggregateChange, other: AggregateChange): number =>
  one.kind === other.kind ? (one.id < other.id ? -1 : 1) : one.kind < other.kind ? -1 : 1;

/** Notes that a batch has been flushed: what it held is the new "before". */
export function settle(unit: UnitContext, batch: Batch): void {
  for (const change of batch.changes.aggregates) {
    const tracked = unit.aggregates.get(change.kind, change.id);
    if (tracked === undefined) continue;
    AnyAggregate.settle(tracked.aggregate, change.version - change.expectedVersion);
    tracked.savedVersion = change.version;
    tracked.savedState = decode(tracked.definition, change.after);
  }
}

export const metadataFor = ({ instrumentation }: Pick<Engine, "instrumentation">, scope: Scope, commitId: string): EventMetadata =>
  Object.freeze({
    actor: scope.actor,
    tenant: scope.tenant,
    commitId,
    correlationId: scope.correlationId ?? commitId,
    causationId: scope.causationId,
    trace: scope.trace ?? instrumentation.trace() ?? null,
  });

/** An event with its personal fields apart, so that erasure can empty them and leave the rest. */
export function storedForm(event: DomainEvent, definition: EventDefinition | undefined): StoredEvent {
  const personal: Record<string, Json> = {};
  const rest: Record<string, Json> = {};
  for (const [field, value] of Object.entries(event.payload)) {
    // `gather` has checked that the payload is JSON.
    if (value !== undefined) (definition?.personal.includes(field) ? personal : rest)[field] = value as Json;
  }
  const { id, type, version, occurredAt, publisher, subject, metadata } = event;
  const apart = Object.keys(personal).length > 0 ? personal : null;
  return { id, type, version, occurredAt, publisher, subject, payload: rest, personal: apart, metadata };
}

/** The inverse of `storedForm`, in the shape of today; of an erased event what is left. Throws what an upcaster throws. */
export function recordedForm(stored: StoredEvent, definition: EventDefinition | undefined): RecordedEvent {
  // Once per delivered event: named one by one, which costs a third of spreading them.
  const { id, type, occurredAt, publisher, subject } = stored;
  // Both were written by `storedForm` as objects or null.
  const whole = { ...(stored.payload as JsonObject), ...(stored.personal as JsonObject | null) };
  const { version, payload } = upcast(definition, { version: stored.version, payload: whole });
  return { id, type, version, occurredAt, publisher, subject, payload };
}

/** A stored event as subscribers see it. Throws what an upcaster throws. */
export function domainForm(stored: StoredEvent, definition: EventDefinition | undefined): DomainEvent {
  const { id, type, version, occurredAt, publisher, subject, payload } = recordedForm(stored, definition);
  return deepFreeze({ id, type, version, occurredAt, publisher, subject, payload, metadata: stored.metadata });
}

type JsonObject = Readonly<Record<string, Json>>;

const notStorable = (path: string): NotStorable => domainError("not-storable", `cannot be stored as JSON: ${path}`, { path });
