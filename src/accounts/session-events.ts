import type { Engine } from "../engine.js";
import type { DomainEvent } from "../kernel/event.js";
import type { SessionEvent, StoredSession } from "../ports/sessions.js";
import type { StoredEvent } from "../ports/store.js";
import { storedForm } from "../unit/batch.js";
import { guardEvent } from "../unit/guard-event.js";
import type { Occasion } from "../unit/guard-event.js";
import { sessionEvents } from "./events.js";
import type { SessionPayloads } from "./events.js";

type Type = keyof SessionPayloads;

/** An event of the guard of sessions, as subscribers see it and as it is kept. */
export interface Trace {
  readonly event: DomainEvent;
  readonly stored: StoredEvent;
}

/** A trace of a session, or, where there is none, of what was refused (`counter`). */
export function trace<T extends Type>(
  engine: Engine,
  occasion: Occasion,
  type: T,
  payload: SessionPayloads[T],
  about: { readonly session: string; readonly subject: string } | { readonly counter: string; readonly subject: string | null },
): Trace {
  const publisher =
    "session" in about ? { kind: "session", id: about.session, version: null } : { kind: "attempts", id: about.counter, version: null };
  const event = guardEvent(engine, occasion, { type, version: sessionEvents[type].version, publisher, subject: about.subject, payload });
  return { event, stored: storedForm(event, sessionEvents[type]) };
}

/** A trace of a session that the store is still to find. */
export function openTrace<T extends Type>(engine: Engine, occasion: Occasion, type: T, payload: SessionPayloads[T]): OpenTrace {
  const { event, stored } = trace(engine, occasion, type, payload, { session: "", subject: "" });
  const { publisher: _, subject: __, ...rest } = stored;
  return {
    stored: rest,
    of: ({ id, account }) => Object.freeze({ ...event, publisher: { kind: "session", id, version: null }, subject: account }),
  };
}

export interface OpenTrace {
  readonly stored: SessionEvent;
  /** The event, once the session is known. */
  of(session: StoredSession): DomainEvent;
}
