import type { AnyAggregate, Behaviour, Root } from "./kernel/aggregate.js";
import { isTimestamp } from "./kernel/clock.js";
import type { UnitAccess } from "./kernel/definition.js";
import { detached } from "./kernel/detached.js";
import type { DomainEvent, EventDefinitions, RecordedEvent } from "./kernel/event.js";
import { field } from "./kernel/hostile.js";
import { findUnstorable } from "./kernel/json.js";
import { historyInvalid, rebuild } from "./kernel/rebuild.js";
import type { HistoryInvalid } from "./kernel/rebuild.js";
import { err, ok } from "./kernel/result.js";
import type { Result } from "./kernel/result.js";
import { systemFacts } from "./new-root.js";

/** As much of a definition as folding takes: what `defineAggregate` gives, or a behaviour with a `from`. */
type Rebuildable<Aggregate extends AnyAggregate, State, Events extends EventDefinitions> = Behaviour<State, Events> & {
  from(root: Root<State, Events>, unit: UnitAccess): Aggregate;
};

/**
 * An aggregate as its events have made it: `fromHistory(planets, events)`. They are taken as `queries.history` and subscribers give
 * them, in any order; other kinds' events among them are passed over. What it gives is in no unit of work: it can be looked at and
 * asked what it would do, and nothing that it records is ever written.
 *
 * Error: `history-invalid`, for events of several aggregates, for a gap, and for anything that is no such event.
 */
export function fromHistory<Aggregate extends AnyAggregate, State, Events extends EventDefinitions>(
  definition: Rebuildable<Aggregate, State, Events>,
  events: readonly DomainEvent[],
): Result<Aggregate, HistoryInvalid> {
  try {
    return eventsOf(definition.kind, events)
      .andThen((recorded) => rebuild(definition, systemFacts, recorded))
      .map((root) => definition.from(root, detached()));
  } catch {
    return err(historyInvalid("it cannot be read"));
  }
}

/** Copies, so that nobody's getter or proxy answers one thing now and another later: the clone throws where there is one. */
function eventsOf(kind: string, input: unknown): Result<readonly RecordedEvent[], HistoryInvalid> {
  if (!Array.isArray(input)) return err(historyInvalid("it is no list of events"));
  const recorded: RecordedEvent[] = [];
  for (const [index, event] of (structuredClone(input) as readonly unknown[]).entries()) {
    if (!isEvent(event)) return err(historyInvalid(`[${index}] is no event`));
    if (event.publisher.kind === kind) recorded.push(event);
  }
  return ok(recorded);
}

const isText = (value: unknown): value is string => typeof value === "string";
const isVersion = (value: unknown): boolean => typeof value === "number" && Number.isSafeInteger(value) && value > 0;

function isEvent(event: unknown): event is RecordedEvent {
  const [publisher, payload] = [field(event, "publisher"), field(event, "payload")];
  return (
    isText(field(event, "id")) &&
    isText(field(event, "type")) &&
    isVersion(field(event, "version")) &&
    isTimestamp(field(event, "occurredAt")) &&
    isText(field(publisher, "kind")) &&
    isText(field(publisher, "id")) &&
    // Guards have no version.
    (field(publisher, "version") === null || isVersion(field(publisher, "version"))) &&
    typeof payload === "object" &&
    payload !== null &&
    findUnstorable(event) === undefined
  );
}
