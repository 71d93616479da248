import type { Engine } from "../../engine.js";
import { invalidArgument } from "../../kernel/error.js";
import type { InvalidArgument } from "../../kernel/error.js";
import type { EventOf } from "../../kernel/event.js";
import { field } from "../../kernel/hostile.js";
import { errAsync } from "../../kernel/result.js";
import type { ResultAsync } from "../../kernel/result.js";
import { isWhole } from "../../kernel/whole.js";
import type { DeliveryError } from "../../ports/deliveries.js";
import type { StoreError } from "../../ports/store.js";
import type { Types } from "../../types.js";
import { readEvent } from "../../unit/read-events.js";
import type { LoggedPayloads } from "../doors.js";
import { isSubscriberName } from "./subscribers.js";

export interface DeadLetterInput {
  /** All subscribers when left out. */
  readonly subscriber?: string;
  /** 1 to 100; 20 when left out. */
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
/** A position, which only the store can read, and a subscriber: letters, digits, dots and hyphens in every store there is. */
const CURSOR = /^([\w.-]{1,100}):([\w.-]{1,64})$/;

export function deadLetters<T extends Types>(engine: Engine, input: unknown): ResultAsync<DeadLetterPage<T>, StoreError | InvalidArgument> {
  const [subscriber, after, limit = 20] = [field(input, "subscriber"), field(input, "after"), field(input, "limit")];
  if (subscriber !== undefined && !isSubscriberName(subscriber))
    return errAsync(invalidArgument("subscriber", "must be a durable subscriber's name"));
  const cursor = typeof after === "string" ? CURSOR.exec(after) : null;
  if (after !== undefined && cursor === null) return errAsync(invalidArgument("after", "must be a page's next"));
  if (!isWhole(limit, 1, LARGEST_PAGE)) {
    return errAsync(invalidArgument("limit", `must be a whole number from 1 to ${LARGEST_PAGE}`));
  }
  const request = {
    ...(subscriber === undefined ? {} : { subscriber }),
    ...(cursor === null ? {} : { after: { position: cursor[1] ?? "", subscriber: cursor[2] ?? "" } }),
    limit: limit + 1,
  };
  return engine.store.deliveries.deadLetters(request).map((found) => {
    const rows = found.slice(0, limit);
    const last = found.length > limit ? rows.at(-1) : undefined;
    return {
      // An event in the log is one that the application knows.
      items: rows.map(({ position: _, event, ...letter }) => ({
        ...letter,
        event: readEvent(engine, event).event as DeadLetter<T>["event"],
      })),
      next: last === undefined ? null : `${last.position}:${last.subscriber}`,
    };
  });
}
