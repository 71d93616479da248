import type { Engine } from "../../engine.js";
import { invalidArgument } from "../../kernel/error.js";
import type { InvalidArgument } from "../../kernel/error.js";
import type { EventOf } from "../../kernel/event.js";
import { field } from "../../kernel/hostile.js";
import { errAsync } from "../../kernel/result.js";
import type { ResultAsync } from "../../kernel/result.js";
import type { DeliveryError, StoredDeadLetter } from "../../ports/deliveries.js";
import type { StoredEvent, StoreError } from "../../ports/store.js";
import type { Types } from "../../types.js";
import { domainForm } from "../../unit/batch.js";
import type { LoggedPayloads } from "../doors.js";
import { isSubscriberName } from "./subscribers.js";

export interface DeadLetterInput {
  /** All subscribers when left out. */
  readonly subscriber?: string;
  /** 1 to 100; 20 when left out. A page is longer where an event was given up by several. */
  readonly limit?: number;
  /** The page's `next`. */
  readonly after?: string;
}

/** An event that a subscriber could not handle: `replay` or `discard` it. */
export interface DeadLetter<T extends Types> {
  readonly subscriber: string;
  readonly event: EventOf<LoggedPayloads<T>>;
  readonly attempts: number;
  /** What it failed with last. */
  readonly error: DeliveryError;
  /** How many later events of its publisher wait behind it. */
  readonly behind: number;
}

export interface DeadLetterPage<T extends Types> {
  readonly items: readonly DeadLetter<T>[];
  /** Null on the last page. */
  readonly next: string | null;
}

const LARGEST_PAGE = 100;
/** More than there are of an event's subscribers. */
const SUBSCRIBERS = 1000;

export function deadLetters<T extends Types>(engine: Engine, input: unknown): ResultAsync<DeadLetterPage<T>, StoreError | InvalidArgument> {
  const [subscriber, after, limit = 20] = [field(input, "subscriber"), field(input, "after"), field(input, "limit")];
  if (subscriber !== undefined && !isSubscriberName(subscriber))
    return errAsync(invalidArgument("subscriber", "must be a durable subscriber's name"));
  // A position, which only the store can read: digits and dots in every store there is.
  if (after !== undefined && (typeof after !== "string" || !/^[\w.-]{1,100}$/.test(after)))
    return errAsync(invalidArgument("after", "must be a page's next"));
  if (typeof limit !== "number" || !Number.isInteger(limit) || limit < 1 || limit > LARGEST_PAGE) {
    return errAsync(invalidArgument("limit", `must be a whole number from 1 to ${LARGEST_PAGE}`));
  }
  const request = {
    ...(subscriber === undefined ? {} : { subscriber }),
    ...(after === undefined ? {} : { after }),
    limit: limit + SUBSCRIBERS,
  };
  return engine.store.deliveries.deadLetters(request).map((found) => {
    const rows = found.slice(0, endOf(found, limit));
    return {
      items: rows.map(({ position: _, event, ...letter }) => ({ ...letter, event: eventOf<T>(engine, event) })),
      next: found.length > rows.length ? (rows.at(-1)?.position ?? null) : null,
    };
  });
}

/** The next page begins behind an event: one that several subscribers gave up is not cut in two, and the page is that much longer. */
function endOf(found: readonly StoredDeadLetter[], limit: number): number {
  const after = found.findIndex(({ position }, index) => index >= limit && position !== found[index - 1]?.position);
  return after < 0 ? found.length : after;
}

/** An event in the log is one that the application knows. One that an upcaster throws over, which may be why it is here, is as it was written. */
function eventOf<T extends Types>({ events }: Engine, stored: StoredEvent): EventOf<LoggedPayloads<T>> {
  try {
    return domainForm(stored, events.get(stored.type)) as EventOf<LoggedPayloads<T>>;
  } catch {
    return domainForm(stored, undefined) as EventOf<LoggedPayloads<T>>;
  }
}
