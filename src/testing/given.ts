import { AnyAggregate, fold, ok } from "denizen";
import type {
  Behaviour,
  EventDefinitions,
  Facts,
  Foldable,
  PayloadMap,
  RecordedEvent,
  Result,
  ResultAsync,
  Root,
  UnitAccess,
} from "denizen";
import type { Secret } from "denizen";
import { AssertionFailed, equal, fail } from "./assertions.js";
import { fixedClock, sequentialIds } from "./fakes.js";

/** As much of an aggregate's definition as a decision needs: what `defineAggregate` takes, or `userBehaviour` with a `from`. */
export interface Decider<Aggregate extends AnyAggregate, State, Events extends EventDefinitions> extends Behaviour<State, Events> {
  from(root: Root<State, Events>, unit: UnitAccess): Aggregate;
}

/** An event as a test writes it: what happened, without the envelope. */
export type Happened<Events extends EventDefinitions> = {
  readonly [Type in keyof Events & string]: { readonly type: Type; readonly payload: PayloadMap<Events>[Type] };
}[keyof Events & string];

export interface Then<Events extends EventDefinitions> {
  /** Exactly these events were recorded, in this order. */
  then(expected: readonly Happened<Events>[]): Promise<void>;
  /** The decision was refused with this code, and nothing was recorded. */
  thenError(code: string): Promise<void>;
}

export interface When<Aggregate, Events extends EventDefinitions> {
  when(decide: (aggregate: Aggregate) => Decision | Promise<Decision>): Then<Events>;
}

type Decision = Result<unknown, { readonly code: string }> | ResultAsync<unknown, { readonly code: string }> | undefined;

/** What `recorded` has recorded and no unit of work has written yet. */
export const recordedEvents = (aggregate: AnyAggregate): readonly RecordedEvent[] => AnyAggregate.pendingOf(aggregate);

/**
 * Tests a decision: `await given(planets, [{ type: "planet-formed", payload }]).when((planet) => planet.rename("Mars")).then([…])`.
 * The history is folded by the definition's own `evolve`; the clock stands still and ids are sequential.
 */
export const given = <Aggregate extends AnyAggregate, State, Events extends EventDefinitions>(
  decider: Decider<Aggregate, State, Events>,
  history: readonly Happened<Events>[],
): When<Aggregate, Events> => ({
  when: (decide) => {
    const run = async () => {
      const aggregate = decider.from(rootOf(decider, history), bareUnit());
      return { outcome: await decide(aggregate), recorded: recordedEvents(aggregate).map(({ type, payload }) => ({ type, payload })) };
    };
    return {
      then: async (expected: unknown, rejected?: (reason: unknown) => void) => {
        // Having a `then`, it looks like a promise to `await`, which must not wait for ever.
        if (rejected !== undefined) return rejected(new AssertionFailed("call .then([…]) or .thenError(code) after .when(…)"));
        const { outcome, recorded } = await run();
        if (outcome?.isErr()) fail(`should be ok, and is err(${outcome.error.code})`);
        equal(recorded, expected, "the recorded events");
      },
      thenError: async (code) => {
        const { outcome, recorded } = await run();
        equal(outcome?.isErr() ? outcome.error.code : "ok", code, "the outcome");
        equal(recorded, [], "the recorded events");
      },
    };
  },
});

function rootOf<State, Events extends EventDefinitions>(
  behaviour: Behaviour<State, Events>,
  history: readonly Happened<Events>[],
): Root<State, Events> {
  const { kind, events, subject } = behaviour;
  const [clock, ids] = [fixedClock(), sequentialIds()];
  const facts: Facts = { now: () => new Date(clock.now()).toISOString(), nextId: () => ids.next() };
  const id = facts.nextId();
  const recorded = history.map(({ type, payload }, index): RecordedEvent => ({
    id: facts.nextId(),
    type,
    version: events[type]?.version ?? 1,
    occurredAt: facts.now(),
    publisher: { kind, id, version: index + 1 },
    subject: subject?.(id) ?? null,
    payload,
  }));
  // Each was built for its own type just above; the compiler sees the union of all.
  const state = fold(behaviour, recorded as Foldable<Events>[]);
  return { behaviour, facts, id, version: recorded.length, state };
}

/** A unit that lends nothing but a place for secrets. */
function bareUnit(): UnitAccess {
  const secrets = new Map<string, Secret>();
  return {
    scope: { actor: "anonymous", principal: undefined, tenant: "default", correlationId: undefined, causationId: null, trace: null },
    usable: () => ok(undefined),
    inTransaction: false,
    putSecret: (credentialId, _owner, secret) => void secrets.set(credentialId, secret),
    dropSecret: (credentialId) => void secrets.delete(credentialId),
    pendingSecret: (credentialId) => secrets.get(credentialId),
  };
}
