import type { Timestamp } from "./clock.js";
import type { Json } from "./json.js";

declare const types: unique symbol;

/** How one type of event is declared: its payload's type and version, and which of its fields are personal data. */
export interface EventDefinition<Payload extends object = object, Personal extends PropertyKey = PropertyKey> {
  readonly version: number;
  /** Names of the payload's fields that erasure empties; stored apart from the others. */
  readonly personal: readonly string[];
  /** Whether its subject is forgotten with it: the personal fields of all events about him are emptied in its commit. */
  readonly erases?: boolean;
  /** How a payload of an older version becomes one of the next, by that version. */
  readonly upcasters?: Upcasters;
  /** Never there at run time: carries the types. */
  readonly [types]?: { readonly payload: Payload; readonly personal: Personal };
}

/**
 * `{ 1: (old) => …, 2: (old) => … }`: from version 1 to 2, from 2 to 3. Pure; personal fields that were erased are missing in
 * what they are given. The log is never rewritten: events are brought up to date when they are read. So erasure empties the fields
 * that were personal when they were written: what one forgot to call personal then, a later version does not make so.
 */
export type Upcasters = Readonly<Record<number, (payload: Readonly<Record<string, Json>>) => object>>;

/** The event types of one aggregate, by name: kebab-case, past tense. */
export type EventDefinitions = Readonly<Record<string, EventDefinition>>;

/**
 * Declares an event whose payload holds nothing personal: `event<{ mass: number }>()`. Raise `version` when its shape changes, and
 * say how the older ones become it: `event<{ grams: number }>(2, { 1: ({ kilos }) => ({ grams: Number(kilos) * 1000 }) })`.
 */
export const event = <Payload extends object = Record<never, never>>(
  version = 1,
  upcasters: Upcasters = {},
): EventDefinition<Payload, never> => ({ version, personal: [], upcasters });

/**
 * Declares the event with which its subject is forgotten: in its commit the personal fields of every event in the log whose subject
 * he is are emptied, whoever published them. The aggregate that records it empties its own state.
 */
export const erasure = (): EventDefinition<Record<never, never>, never> => ({ version: 1, personal: [], erases: true });

/** Declares an event with personal fields: `personalEvent<{ email: Email; primary: boolean }>()("email")`. */
export const personalEvent =
  <Payload extends object>(version = 1, upcasters: Upcasters = {}) =>
  <Field extends keyof Payload & string>(...personal: readonly Field[]): EventDefinition<Payload, Field> => ({
    version,
    personal,
    upcasters,
  });

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
  /** W3C `traceparent` of the request where the host gave one, or else of the span in which it happened. */
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

/** As `PayloadMap`, of events that are read from the log, where the personal fields may have been erased. */
export type RedactedMap<Definitions extends EventDefinitions> = {
  readonly [Type in keyof Definitions & string]: Redactable<Definitions[Type]>;
};

/** What `evolve` folds: a recorded event whose personal fields may have been erased since. */
export type Foldable<Definitions extends EventDefinitions> = {
  [Type in keyof Definitions & string]: RecordedEvent<Type, Redactable<Definitions[Type]>>;
}[keyof Definitions & string];
