import type { Behaviour, Facts, Root } from "./aggregate.js";
import { domainError, messageOf } from "./error.js";
import type { DomainError } from "./error.js";
import type { EventDefinitions, Foldable, RecordedEvent } from "./event.js";
import { deepFreeze } from "./freeze.js";
import { err, ok } from "./result.js";
import type { Result } from "./result.js";
import { upcast } from "./upcast.js";

/** These events are not the history of one such aggregate, from its first event on without a gap. */
export type HistoryInvalid = DomainError<"history-invalid"> & { readonly reason: string };

export const historyInvalid = (reason: string): HistoryInvalid =>
  domainError("history-invalid", `this is no history of one aggregate: ${reason}`, { reason });

/**
 * What an aggregate starts from that these events have made: the fold of them, in the shape of today. Their order is that of their
 * versions, and one that comes twice counts once. Whatever the definition throws is a history that it does not understand.
 */
export function rebuild<State, Events extends EventDefinitions>(
  behaviour: Behaviour<State, Events>,
  facts: Facts,
  events: readonly RecordedEvent[],
): Result<Root<State, Events>, HistoryInvalid> {
  const [first] = events;
  if (first === undefined) return err(historyInvalid("it has no event"));
  const { id } = first.publisher;
  const byVersion = new Map<number | null, RecordedEvent>();
  for (const event of events) {
    const { publisher } = event;
    if (publisher.id !== id) return err(historyInvalid("its events are several aggregates'"));
    if ((byVersion.get(publisher.version)?.id ?? event.id) !== event.id)
      return err(historyInvalid(`version ${publisher.version} is two events`));
    byVersion.set(publisher.version, event);
  }
  try {
    let state: State | undefined;
    for (let version = 1; version <= byVersion.size; version++) {
      const event = byVersion.get(version);
      if (event === undefined) return err(historyInvalid(`version ${version} is missing`));
      const definition = Object.hasOwn(behaviour.events, event.type) ? behaviour.events[event.type] : undefined;
      if (definition === undefined) return err(historyInvalid(`version ${version} is no event that it can have`));
      // An event of one of the definition's types, in its shape: the compiler sees only its envelope.
      state = deepFreeze(behaviour.evolve(state, { ...event, ...upcast(definition, event) } as RecordedEvent as Foldable<Events>));
    }
    return ok({ behaviour, facts, id, version: byVersion.size, state });
  } catch (thrown) {
    return err(historyInvalid(`its definition threw: ${messageOf(thrown)}`));
  }
}
