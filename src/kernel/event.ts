import type { Timestamp } from "./clock.js";

declare const types: unique symbol;

/** How one type of event is declared: its payload's type and version, and which of its fields are personal data. */
export interface EventDefinition<Payload extends object = object, Personal extends PropertyKey = PropertyKey> {
  readonly version: number;
  /** Names of the payload's fields that erasure empties; stored apart from the others. */
  readonly personal: readonly string[];
  /** Never there at run time: carries the types. */
  readonly [types]?: { readonly payload: Payload; readonly personal: Personal };
}

/** The event types of one aggregate, by name: kebab-case, past tense. */
export type EventDefinitions = Readonly<Record<string, EventDefinition>>;

/** Declares an event whose payload holds nothing personal: `event<{ mass: number }>()`. Raise `version` when its shape changes. */
export const event = <Payload extends object = Record<never, never>>(version = 1): EventDefinition<Payload, never> => ({
  version,
  personal: [],
});

/** Declares an event with personal fields: `personalEvent<{ email: Email; primary: boolean }>()("email")`. */
export const personalEvent =
  <Payload extends object>(version = 1) =>
  <Field extends keyof Payload & string>(...personal: readonly Field[]): EventDefinition<Payload, Field> => ({ version, personal });

export type PayloadOf<Definition> = Definition extends EventDefinition<infer Payload, infer _> ? Payload : never;

/** Who published an event. `version` is null for guards, whose records have none. */
export interface Publisher {
  readonly kind: string;
  readonly id: string;
  readonly version: number | null;
}

export interface EventMetadata {
  /** Who asked, as `kind:id` (`user:0192…`, `system:import`), or `anonymous`. */
  readonly actor: string;
  readonly tenant: string;
  readonly commitId: string;
  readonly correlationId: string;
  /** The event or message that caused this one, where there is one. */
  readonly causationId: string | null;
  /** W3C `traceparent` of the request, where the host gave one. */
  readonly trace: string | null;
}

/** A fact as its aggregate records it, before it is known who asked and in which commit it lands. */
export interface RecordedEvent<Type extends string = string, Payload = object> {
  readonly id: string;
  readonly type: Type;
  /** Version of the payload's shape. */
  readonly version: number;
  readonly occurredAt: Timestamp;
  readonly publisher: Publisher;
  /** Id of the person the personal fields are about; null when there is none. */
  readonly subject: string | null;
  readonly payload: Payload;
}

/** An immutable fact, past tense, as subscribers and the log see it. */
export interface DomainEvent<Type extends string = string, Payload = object> extends RecordedEvent<Type, Payload> {
  readonly metadata: EventMetadata;
}

/** From event name to payload. */
export type PayloadMap<Definitions extends EventDefinitions> = {
  readonly [Type in keyof Definitions & string]: PayloadOf<Definitions[Type]>;
};

/** The domain events of a payload map, as one union that narrows on `type`; `"*"` stands for all of them. */
export type EventOf<Map, Type extends (keyof Map & string) | "*" = "*"> = {
  [Key in keyof Map & string]: DomainEvent<Key, Map[Key]>;
}[Type extends "*" ? keyof Map & string : Type & keyof Map & string];

type Redactable<Definition> =
  Definition extends EventDefinition<infer Payload, infer Personal>
    ? Omit<Payload, Personal> & { readonly [Field in keyof Payload & Personal]?: Payload[Field] | undefined }
    : never;

/** What `evolve` folds: a recorded event whose personal fields may have been erased since. */
export type Foldable<Definitions extends EventDefinitions> = {
  [Type in keyof Definitions & string]: RecordedEvent<Type, Redactable<Definitions[Type]>>;
}[keyof Definitions & string];
