import type { DeadLetterRequest, StoredDeadLetter } from "denizen/ports";
import { compareText } from "./compare-text.js";
import { loggedOf, numberOf } from "./entry.js";
import type { EventLog } from "./event-log.js";
import { withId } from "./replay.js";
import { keep } from "./retake.js";
import type { Subscriber } from "./subscriber.js";

/** By position, then by subscriber. */
export function deadLetters(subscribers: Iterable<Subscriber>, request: DeadLetterRequest): readonly StoredDeadLetter[] {
  const { after } = request;
  const from = after === undefined ? -1 : numberOf(after.position);
  const isBeyond = (name: string, position: number): boolean =>
    position > from || (position === from && after !== undefined && compareText(name, after.subscriber) > 0);
  return [...subscribers]
    .filter(({ name }) => request.subscriber === undefined || name === request.subscriber)
    .flatMap(({ name, queues }) =>
      [...queues.values()].flatMap(({ rows }) =>
        rows.flatMap((row, index) =>
          row.due === null && row.error !== null && isBeyond(name, row.position)
            ? [{ name, row, error: row.error, behind: rows.length - index - 1 }]
            : [],
        ),
      ),
    )
    .sort((one, other) => one.row.position - other.row.position || compareText(one.name, other.name))
    .slice(0, request.limit)
    .map(({ name, row, error, behind }) => ({ ...loggedOf(row.entry), subscriber: name, attempts: row.attempts, error, behind }));
}

/** Whether there was such an event among those that wait. */
export function discard(log: EventLog, subscriber: Subscriber, tenant: string, eventId: string): boolean {
  for (const entry of withId(log, tenant, eventId)) {
    const queue = subscriber.queues.get(entry.publisher);
    const index = queue?.rows.findIndex((row) => row.entry === entry) ?? -1;
    if (queue === undefined || index < 0) continue;
    // Whoever is just trying the first one has lost what it waited for.
    if (index === 0) queue.claim = undefined;
    keep(subscriber, entry.publisher, queue, (row) => row.entry !== entry);
    return true;
  }
  return false;
}
