import type { Settled, Waiting } from "denizen/ports";
import { countUpTo } from "./entry.js";
import type { Entry } from "./entry.js";
import type { EventLog } from "./event-log.js";
import type { Queue, Subscriber, WaitingRow } from "./subscriber.js";

export function settle(log: EventLog, subscriber: Subscriber, { at, batches, waiting }: Settled): void {
  const ours = new Set<number>();
  for (const { partition, token, to, delivered } of batches) {
    const cursor = subscriber.cursors[partition];
    if (cursor?.claim?.token !== token) continue;
    cursor.claim = undefined;
    cursor.position = Number(to);
    subscriber.delivered += delivered;
    ours.add(partition);
  }
  const now = Date.parse(at);
  for (const one of waiting) {
    const entry = ours.has(one.partition) ? log.find(one.partition, Number(one.position)) : undefined;
    if (entry !== undefined) park(subscriber, rowOf(entry, one, now));
  }
}

const rowOf = (entry: Entry, { attempts, delay, error }: Waiting, now: number): WaitingRow => ({
  entry,
  position: entry.position,
  attempts,
  due: delay === null ? null : now + delay,
  error,
});

/** Puts a row among those that wait of its publisher; in place of the one that is there of the same event. */
export function park({ queues }: Subscriber, row: WaitingRow): void {
  const queue: Queue = queues.get(row.entry.publisher) ?? { rows: [], claim: undefined };
  const index = countUpTo(queue.rows, row.position - 1);
  queue.rows.splice(index, queue.rows[index]?.position === row.position ? 1 : 0, row);
  queues.set(row.entry.publisher, queue);
}
