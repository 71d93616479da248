import type { AggregateRoot, AnyAggregate, Behaviour, Root } from "./aggregate.js";
import type { DomainError } from "./error.js";
import type { EventDefinitions } from "./event.js";
import type { Json } from "./json.js";
import type { Result, ResultAsync } from "./result.js";
import type { Scope } from "./scope.js";
import type { Secret } from "./secret.js";

/**
 * A value by which an aggregate is found. Unique within tenant and kind of aggregate, or `shared` by several (a person's
 * name). `key` is the canonical form: two keys are the same identifier exactly when they are the same text.
 */
export interface Identifier {
  readonly kind: string;
  readonly key: string;
  readonly shared?: boolean;
}

/** How a state that is not JSON by itself is kept. */
export interface Codec<State> {
  encode(state: State): Json;
  decode(json: Json): State;
}

/** The unit was disposed, or a commit of it failed: open another one. */
export type UnitClosed = DomainError<"unit-closed">;

/** The scope was made from an actor that denizen did not issue, or from an ill-formed tenant or correlation id. */
export type InvalidScope = DomainError<"invalid-scope"> & { readonly reason: string };

/** What the unit of work lends to the aggregates in it, so that secrets are written in the commit of the event that says so. */
export interface UnitAccess {
  readonly scope: Scope;
  /** Whether the unit may still be used; `unit-closed` or `invalid-scope` when not. */
  usable(): Result<void, UnitClosed | InvalidScope>;
  /** Whether a transaction is open: a proof must not run inside one. */
  readonly inTransaction: boolean;
  /** Puts secret material under a credential's id, at the next commit. */
  putSecret(credentialId: string, owner: string, secret: Secret): void;
  dropSecret(credentialId: string): void;
  /** Material that was put and is not committed yet. */
  pendingSecret(credentialId: string): Secret | undefined;
}

/**
 * Everything denizen needs to know of a kind of aggregate. Registered under a name (`new Application({ aggregates: { planets } })`)
 * it becomes `uow.planets`, with identity map, versions, identifiers, events, subscribers and atomic commit. `User` is one of these.
 */
export interface AggregateDefinition<
  Aggregate extends AnyAggregate = AnyAggregate,
  State = unknown,
  Events extends EventDefinitions = EventDefinitions,
  Input = unknown,
  Failure extends DomainError = DomainError,
  Taken extends DomainError = DomainError,
> extends Behaviour<State, Events> {
  /** What it is found by. Pure, and the same for the same state. */
  identifiers?(state: State): readonly Identifier[];
  /** The domain error for a taken identifier, by the identifier's kind; `identifier-taken` where there is none. */
  readonly taken?: { readonly [kind: string]: (key: string) => Taken };
  /** A removed one is not found any more. Its unique identifiers stay its own; what it shares with others it gives up. */
  isRemoved?(state: State): boolean;
  readonly codec?: Codec<State>;
  /** Wraps a root in its class: both for new ones and for loaded ones. */
  from(root: Root<State, Events>, unit: UnitAccess): Aggregate;
  /** Records the first event of a new one, or says why not. */
  create(aggregate: Aggregate, input: Input): Result<unknown, Failure> | ResultAsync<unknown, Failure>;
}

/** A definition of whatever state and events: what a type that speaks of any of them is bounded by. */
export interface AnyDefinition {
  readonly kind: string;
  readonly events: EventDefinitions;
  readonly taken?: { readonly [kind: string]: (key: string) => DomainError };
  from(root: never, unit: UnitAccess): AnyAggregate;
  create(aggregate: never, input: never): Result<unknown, DomainError> | ResultAsync<unknown, DomainError>;
}

/** Definitions by the name under which the unit of work offers them. */
export type AggregateDefinitions = Readonly<Record<string, AnyDefinition>>;

/** Declares a kind of aggregate: `defineAggregate<PlanetState>()({ kind: "planet", events, evolve, from, create, … })`. */
export const defineAggregate =
  <State>() =>
  <
    Aggregate extends AggregateRoot<State, Events>,
    Events extends EventDefinitions,
    Input,
    Failure extends DomainError = never,
    Taken extends DomainError = never,
  >(
    definition: AggregateDefinition<Aggregate, State, Events, Input, Failure, Taken>,
  ): AggregateDefinition<Aggregate, State, Events, Input, Failure, Taken> =>
    definition;

export type AggregateOf<D> = D extends { from(...args: never): infer A } ? A : never;
export type EventsOf<D> = D extends { readonly events: infer E extends EventDefinitions } ? E : never;
export type InputOf<D> = D extends { create(aggregate: never, input: infer I): unknown } ? I : never;
export type CreateFailureOf<D> = D extends { create(...args: never): Result<unknown, infer E> | ResultAsync<unknown, infer E> } ? E : never;
export type TakenOf<D> = D extends { readonly taken?: infer T }
  ? NonNullable<T> extends { readonly [kind: string]: (key: string) => infer E }
    ? E
    : never
  : never;
