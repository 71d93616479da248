import type { Engine } from "../engine.js";
import { timestamp } from "../kernel/clock.js";
import type { DomainEvent } from "../kernel/event.js";
import type { Scope } from "../kernel/scope.js";
import { metadataFor } from "./batch.js";

/** An event of a guard, whose records have no version: the guard's own statement appends it. */
export const guardEvent = <Type extends string, Payload extends object>(
  engine: Engine,
  scope: Scope,
  event: Pick<DomainEvent<Type, Payload>, "type" | "version" | "publisher" | "subject" | "payload">,
): DomainEvent<Type, Payload> =>
  Object.freeze({
    ...event,
    id: engine.ids.next(),
    occurredAt: timestamp(engine.clock.now()),
    payload: Object.freeze(event.payload),
    metadata: metadataFor(engine, scope, engine.ids.next()),
  });
