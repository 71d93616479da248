import type { AggregateDefinitions, AnyDefinition, TakenOf } from "./kernel/definition.js";
import type { DomainError } from "./kernel/error.js";
import type { PayloadMap, RedactedMap } from "./kernel/event.js";
import type { AuthenticationMethod } from "./ports/authentication-method.js";

/** Authentication methods by the key under which proofs address them. */
export type Methods = Readonly<Record<string, AuthenticationMethod<never>>>;

/** What one application is made of, gathered once from its configuration and handed around as a single type. */
export interface Types {
  /** The driver's transaction; `never` where the store has none. */
  readonly tx: unknown;
  /** All aggregates, `users` among them, by their name on the unit of work. */
  readonly aggregates: AggregateDefinitions;
  /** The host's custom attributes of a user: as given to `create`, and as they come out of the schema. */
  readonly attributesInput: object;
  readonly attributes: object;
  readonly methods: Methods;
  /** The errors with which subscribers declared in the configuration veto. */
  readonly reason: DomainError;
  /** The names of the roles. */
  readonly role: string;
}

type Intersection<Union> = (Union extends unknown ? (part: Union) => void : never) extends (all: infer All) => void ? All : never;
type Spread<Map> = { readonly [Key in keyof Map]: Map[Key] };
type DefinitionsIn<T extends Types> = T["aggregates"][keyof T["aggregates"]];

/** Payloads of every event that an application's aggregates record, by type. */
export type RecordedPayloads<T extends Types> = Spread<
  Intersection<DefinitionsIn<T> extends infer D ? (D extends AnyDefinition ? PayloadMap<D["events"]> : never) : never>
>;

/** The same, as the log has them: personal fields may have been erased since. */
export type RedactedPayloads<T extends Types> = Spread<
  Intersection<DefinitionsIn<T> extends infer D ? (D extends AnyDefinition ? RedactedMap<D["events"]> : never) : never>
>;

/** The errors by which an application's aggregates name a taken identifier. */
export type TakenErrors<T extends Types> = TakenOf<DefinitionsIn<T>>;
