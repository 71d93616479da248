import type { Engine } from "../engine.js";
import { domainError, messageOf } from "../kernel/error.js";
import type { DomainEvent } from "../kernel/event.js";
import { err, ok } from "../kernel/result.js";
import type { Result } from "../kernel/result.js";
import type { LoggedEvent } from "../ports/log.js";
import type { StoredEvent, StoreFailed } from "../ports/store.js";
import { domainForm } from "./batch.js";

/** What is read of a stored event. */
export interface ReadEvent {
  /** As subscribers see it, in the shape of today; as it was written, when that cannot be made. */
  readonly event: DomainEvent;
  /** What its upcaster, the host's code, has thrown; undefined when it has not. */
  readonly unreadable: string | undefined;
}

export function readEvent({ events }: Pick<Engine, "events">, stored: StoredEvent): ReadEvent {
  try {
    return { event: domainForm(stored, events.get(stored.type)), unreadable: undefined };
  } catch (thrown) {
    return { event: domainForm(stored, undefined), unreadable: messageOf(thrown) };
  }
}

/** Events of the log as subscribers see them. One that is unreadable is a failure of the store, which is where it has to be mended. */
export function readEvents(engine: Pick<Engine, "events">, logged: readonly LoggedEvent[]): Result<readonly DomainEvent[], StoreFailed> {
  const read = logged.map(({ event }) => readEvent(engine, event));
  const broken = read.find(({ unreadable }) => unreadable !== undefined)?.event.type;
  return broken === undefined
    ? ok(read.map(({ event }) => event))
    : err(domainError("store-failed", `a stored ${broken} could not be read: its upcaster threw`, { detail: `upcaster of ${broken}` }));
}
