import type { Engine } from "../engine.js";
import { domainError } from "../kernel/error.js";
import type { DomainEvent } from "../kernel/event.js";
import { err, ok } from "../kernel/result.js";
import type { Result } from "../kernel/result.js";
import type { LoggedEvent } from "../ports/log.js";
import type { StoreFailed } from "../ports/store.js";
import { domainForm } from "./batch.js";

/** Events of the log as subscribers see them. An upcaster that throws is told as a failure of the store, which is where it has to be mended. */
export function readEvents(
  { events }: Pick<Engine, "events">,
  logged: readonly LoggedEvent[],
): Result<readonly DomainEvent[], StoreFailed> {
  const read: DomainEvent[] = [];
  for (const { event } of logged) {
    try {
      read.push(domainForm(event, events.get(event.type)));
    } catch {
      return err(
        domainError("store-failed", `a stored ${event.type} could not be read: its upcaster threw`, {
          detail: `upcaster of ${event.type}`,
        }),
      );
    }
  }
  return ok(read);
}
