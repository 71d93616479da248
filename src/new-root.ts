import type { Behaviour, Facts, Root } from "./kernel/aggregate.js";
import { systemClock, timestamp } from "./kernel/clock.js";
import type { EventDefinitions } from "./kernel/event.js";
import { uuidv7 } from "./kernel/ids.js";
import { systemRandom } from "./kernel/random.js";

const ids = uuidv7(systemClock, systemRandom);
/** The time and the ids of the system, for aggregates outside of a unit of work. */
export const systemFacts: Facts = { now: () => timestamp(systemClock.now()), nextId: () => ids.next() };

/**
 * What a new aggregate starts from outside of a unit of work: `new PhoneAudit(newRoot(audits))`, for `unit.audits.add(…)`.
 * The id, the clock and the ids of its events are the system's unless they are given.
 */
export const newRoot = <State, Events extends EventDefinitions>(
  behaviour: Behaviour<State, Events>,
  { facts = systemFacts, id = facts.nextId() }: { readonly id?: string; readonly facts?: Facts } = {},
): Root<State, Events> => ({ behaviour, facts, id, version: 0, state: undefined });
