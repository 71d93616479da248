import type { Engine } from "../../engine.js";
import type { DeliveryError } from "../../ports/deliveries.js";
import type { LoggedEvent } from "../../ports/log.js";
import { isCutOff } from "./cut.js";
import { handle, reportDeadLetter } from "./handle.js";
import type { Running } from "./handle.js";
import type { DurableSubscriber } from "./subscribers.js";

/** Events of one publisher that were taken together, in order; `attempts` says how often each was tried before; never, when left out. */
export type Line = readonly (LoggedEvent & { readonly attempts?: number })[];

/** How far a line came. */
export interface Walked {
  /** So many of its events, from the first. */
  readonly delivered: number;
  /** Why the one after them was not; undefined when there is none, or when it was not begun. */
  readonly failed: DeliveryError | undefined;
}

/** What a line needs of the worker that walks it. */
export interface Walk {
  readonly engine: Engine;
  readonly subscriber: DurableSubscriber;
  readonly running: Set<Running>;
  /** Whether no further event shall be begun: the worker is stopping, or it has lost its lease. */
  halted(): boolean;
}

/** One event after the other, until one fails. */
export async function walk({ engine, subscriber, running, halted }: Walk, line: Line): Promise<Walked> {
  let delivered = 0;
  for (const { event, attempts = 0 } of line) {
    if (halted()) break;
    const { types } = subscriber;
    // What is replayed or has waited may be of a type that it has stopped hearing since.
    const answer = types === null || types.has(event.type) ? handle(engine, subscriber, event, attempts + 1, running) : undefined;
    const failed = answer instanceof Promise ? await answer : answer;
    if (failed !== undefined && isCutOff(failed)) break;
    if (failed !== undefined) {
      if (attempts + 1 >= subscriber.settings.attempts) reportDeadLetter(engine, event, failed);
      return { delivered, failed };
    }
    delivered++;
  }
  return { delivered, failed: undefined };
}
