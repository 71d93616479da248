import type { Timestamp } from "./clock.js";
import { deepFreeze } from "./freeze.js";
import type { EventDefinitions, Foldable, PayloadOf, RecordedEvent } from "./event.js";

/** The facts that a decision may depend on and must not make up itself: the time, and ids. */
export interface Facts {
  now(): Timestamp;
  nextId(): string;
}

/** The pure part of an aggregate's definition: what its events are and how they fold into its state. */
export interface Behaviour<State, Events extends EventDefinitions> {
  readonly kind: string;
  readonly events: Events;
  /** Pure: the same state and event give the same new state; `state` is undefined before the first event. */
  evolve(state: State | undefined, event: Foldable<Events>): State;
  /**
   * Id of the person whose personal data the aggregate holds; nobody's when left out. When he is erased, its events in the log are
   * emptied with all others about him. Its state is its own business: subscribe to `user-erased` inside the transaction, and record
   * an event that forgets him.
   */
  subject?(id: string): string;
}

/** What an aggregate starts from: made by a unit of work, by `given(…)` in tests, or by `rootOf`. */
export interface Root<State, Events extends EventDefinitions> {
  readonly behaviour: Behaviour<State, Events>;
  readonly facts: Facts;
  readonly id: string;
  /** The number of events it is made of; 0 for one that is not recorded yet. */
  readonly version: number;
  /** Undefined for one that is not recorded yet. */
  readonly state: State | undefined;
}

/** What the unit of work and tests see of any aggregate: its identity, its state as it is now, and what it has recorded. */
export abstract class AnyAggregate {
  readonly id: string;
  #version: number;
  #state: unknown;
  #pending: readonly RecordedEvent[] = [];

  protected constructor(id: string, version: number, state: unknown) {
    this.id = id;
    this.#version = version;
    this.#state = state;
  }

  /** The number of events it is made of, pending ones included. */
  get version(): number {
    return this.#version;
  }

  protected append(recorded: RecordedEvent, state: unknown): void {
    this.#pending = [...this.#pending, recorded];
    this.#state = state;
    this.#version++;
  }

  /** Whether a value is an aggregate. Asks for the private field, which no proxy and no look-alike has. */
  static is(value: unknown): value is AnyAggregate {
    return typeof value === "object" && value !== null && #pending in value;
  }

  /** What was recorded and is not written yet. */
  static pendingOf(aggregate: AnyAggregate): readonly RecordedEvent[] {
    return aggregate.#pending;
  }

  /** The fold of all its events; undefined when there is none yet. */
  static stateOf(aggregate: AnyAggregate): unknown {
    return aggregate.#state;
  }

  /** Notes that the first of its pending events have been written. */
  static settle(aggregate: AnyAggregate, written: number): void {
    aggregate.#pending = aggregate.#pending.slice(written);
  }
}

/**
 * The base of every aggregate. It changes only by `record`, which folds the event into the state at once and keeps it for
 * the unit of work to write. Methods of subclasses are pure decisions: they check their rule and record, or return an `err`.
 */
export abstract class AggregateRoot<State, Events extends EventDefinitions> extends AnyAggregate {
  readonly #behaviour: Behaviour<State, Events>;
  readonly #facts: Facts;

  constructor(root: Root<State, Events>) {
    super(root.id, root.version, root.state);
    this.#behaviour = root.behaviour;
    this.#facts = root.facts;
  }

  /** The fold of its events. There is one from the first event on, which `create` records. */
  protected get state(): State {
    // Only the root's own state and what `evolve` returned get there, and `create` has recorded before anybody reads.
    return AnyAggregate.stateOf(this) as State;
  }

  /** The facts for a decision that needs one: the time, an id. */
  protected get facts(): Facts {
    return this.#facts;
  }

  protected record<Type extends keyof Events & string>(type: Type, payload: PayloadOf<Events[Type]>): void {
    const { kind, events, subject } = this.#behaviour;
    const recorded = Object.freeze({
      id: this.#facts.nextId(),
      type,
      version: events[type]?.version ?? 1,
      occurredAt: this.#facts.now(),
      publisher: Object.freeze({ kind, id: this.id, version: this.version + 1 }),
      subject: subject?.(this.id) ?? null,
      payload: deepFreeze({ ...payload }),
    });
    // What was just built for `Type` is a member of the union over all types; the compiler does not follow it there.
    const before = AnyAggregate.stateOf(this) as State | undefined;
    this.append(recorded, deepFreeze(this.#behaviour.evolve(before, recorded as RecordedEvent as Foldable<Events>)));
  }
}

/** Folds a history from its first event; undefined when there is none. */
export function fold<State, Events extends EventDefinitions>(
  behaviour: Behaviour<State, Events>,
  events: Iterable<Foldable<Events>>,
): State | undefined {
  let state: State | undefined;
  for (const event of events) state = behaviour.evolve(state, event);
  return state;
}
