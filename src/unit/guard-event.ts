import type { Engine } from "../engine.js";
import { timestamp } from "../kernel/clock.js";
import type { DomainEvent } from "../kernel/event.js";
import type { Scope } from "../kernel/scope.js";
import { metadataFor } from "./batch.js";

/** One statement of a guard: when, and in whose name. All of its events say the same. */
export type Occasion = Pick<DomainEvent, "occurredAt" | "metadata">;

export const occasion = (engine: Engine, scope: Scope): Occasion => ({
  occurredAt: timestamp(engine.clock.now()),
  metadata: metadataFor(engine, scope, engine.ids.next()),
});

/** What a guard knows of what has happened. */
type Happened<Type extends string, Payload extends object> = Pick<
  DomainEvent<Type, Payload>,
  "type" | "version" | "publisher" | "subject" | "payload"
>;

/** An event of a guard, whose records have no version: the guard's own statement appends it. */
export const guardEvent = <Type extends string, Payload extends object>(
  { ids }: Pick<Engine, "ids">,
  { occurredAt, metadata }: Occasion,
  { type, version, publisher, subject, payload }: Happened<Type, Payload>,
): DomainEvent<Type, Payload> =>
  // Named one by one: to freeze what was spread costs fifty times that.
  Object.freeze({ id: ids.next(), type, version, occurredAt, publisher, subject, payload: Object.freeze(payload), metadata });
