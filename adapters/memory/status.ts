import { LARGEST_LAG } from "denizen/ports";
import type { SubscriberStatus } from "denizen/ports";
import { countUpTo } from "./entry.js";
import type { EventLog } from "./event-log.js";
import type { Subscriber } from "./subscriber.js";

export function statusOf(log: EventLog, { name, paused, delivered, cursors, queues }: Subscriber): SubscriberStatus {
  const status = { subscriber: name, paused, lag: 0, oldest: null as string | null, waiting: 0, deadLetters: 0, delivered };
  const older = (one: string, other: string | null): string => (other === null || one < other ? one : other);
  for (const [partition, { position }] of cursors.entries()) {
    const entries = log.partition(partition);
    const handled = countUpTo(entries, position);
    const first = entries[handled];
    status.lag = Math.min(status.lag + entries.length - handled, LARGEST_LAG);
    if (first !== undefined) status.oldest = older(first.occurredAt, status.oldest);
  }
  for (const { entry, due } of [...queues.values()].flatMap(({ rows }) => rows)) {
    if (due === null) status.deadLetters++;
    else {
      status.waiting++;
      status.oldest = older(entry.occurredAt, status.oldest);
    }
  }
  return status;
}
