import type { NotStorable } from "../errors.js";
import { AnyAggregate } from "../kernel/aggregate.js";
import type { AggregateDefinition, Identifier } from "../kernel/definition.js";
import { domainError } from "../kernel/error.js";
import type { DomainEvent, EventDefinition, EventMetadata, RecordedEvent } from "../kernel/event.js";
import { findUnstorable } from "../kernel/json.js";
import type { Json } from "../kernel/json.js";
import { err, ok } from "../kernel/result.js";
import type { Result } from "../kernel/result.js";
import type { Scope } from "../kernel/scope.js";
import type { AggregateChange, ChangeSet, StoredEvent } from "../ports/store.js";
import type { UnitContext } from "./context.js";
import type { Tracked } from "./identity-map.js";

/** What one flush writes, and the same events as subscribers see them. */
export interface Batch {
  readonly commitId: string;
  readonly changes: ChangeSet;
  readonly events: readonly DomainEvent[];
}

/** Gathers everything that was recorded since the last flush. */
export function gather(unit: UnitContext, commitId: string): Result<Batch, NotStorable> {
  const metadata = metadataFor(unit.scope, commitId);
  const aggregates: AggregateChange[] = [];
  const stored: StoredEvent[] = [];
  const events: DomainEvent[] = [];
  for (const tracked of unit.aggregates.changed()) {
    const change = changeOf(tracked);
    const problem = findUnstorable(change.after, tracked.definition.kind);
    if (problem !== undefined) return err(notStorable(problem));
    aggregates.push(change);
    for (const recorded of AnyAggregate.pendingOf(tracked.aggregate)) {
      const unstorable = findUnstorable(recorded.payload, recorded.type);
      if (unstorable !== undefined) return err(notStorable(unstorable));
      const event = Object.freeze({ ...recorded, metadata });
      events.push(event);
      stored.push(storedForm(event, tracked.definition.events[recorded.type]));
    }
  }
  return ok({
    commitId,
    changes: { tenant: unit.scope.tenant, aggregates: aggregates.sort(byIdentity), events: stored, vault: unit.secrets.take() },
    events,
  });
}

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
    tracked.savedState = tracked.definition.codec?.decode(change.after) ?? change.after;
  }
}

export const metadataFor = (scope: Scope, commitId: string): EventMetadata =>
  Object.freeze({
    actor: scope.actor,
    tenant: scope.tenant,
    commitId,
    correlationId: scope.correlationId ?? commitId,
    causationId: scope.causationId,
    trace: scope.trace,
  });

/** An event with its personal fields apart, so that erasure can empty them and leave the rest. */
export function storedForm(event: DomainEvent, definition: EventDefinition | undefined): StoredEvent {
  const personal: Record<string, Json> = {};
  const rest: Record<string, Json> = {};
  for (const [field, value] of Object.entries(event.payload)) {
    // `gather` has checked that the payload is JSON.
    if (value !== undefined) (definition?.personal.includes(field) ? personal : rest)[field] = value as Json;
  }
  return { ...event, payload: rest, personal: Object.keys(personal).length > 0 ? personal : null };
}

/** The inverse of `storedForm`; of an erased event what is left. */
export const recordedForm = ({ metadata: _, personal, payload, ...event }: StoredEvent): RecordedEvent => ({
  ...event,
  // Both were written by `storedForm` as objects or null.
  payload: { ...(payload as object), ...(personal as object | null) },
});

function changeOf({ definition, aggregate, savedVersion, savedState }: Tracked): AggregateChange {
  const state = AnyAggregate.stateOf(aggregate);
  const before = savedState === undefined ? [] : identifiersOf(definition, savedState);
  const after = identifiersOf(definition, state);
  return {
    kind: definition.kind,
    id: aggregate.id,
    expectedVersion: savedVersion,
    version: aggregate.version,
    before: savedState === undefined ? undefined : encode(definition, savedState),
    after: encode(definition, state),
    claimed: after.filter((identifier) => !before.some((other) => same(identifier, other))),
    released: before.filter((identifier) => !after.some((other) => same(identifier, other))),
  };
}

/** What it is found by. A removed one keeps what is unique, and gives up what others share with it. */
const identifiersOf = (definition: AggregateDefinition, state: unknown): readonly Identifier[] => {
  const all = definition.identifiers?.(state) ?? [];
  return definition.isRemoved?.(state) === true ? all.filter(({ shared }) => shared !== true) : all;
};

const same = (one: Identifier, other: Identifier): boolean => one.kind === other.kind && one.key === other.key;

// Without a codec the state is JSON itself; `findUnstorable` holds it to that.
const encode = (definition: AggregateDefinition, state: unknown): Json => definition.codec?.encode(state) ?? (state as Json);

export const decode = (definition: AggregateDefinition, json: Json): unknown => definition.codec?.decode(json) ?? json;

const notStorable = (path: string): NotStorable => domainError("not-storable", `cannot be stored as JSON: ${path}`, { path });
