import type { Resettled, Retaken, RetakeRequest } from "denizen/ports";
import { loggedOf } from "./entry.js";
import type { LogPublisher } from "./entry.js";
import type { EventLog } from "./event-log.js";
import { isLive } from "./subscriber.js";
import type { Claims, Queue, Subscriber, WaitingRow } from "./subscriber.js";

export function retake({ paused, queues }: Subscriber, request: RetakeRequest, claim: Claims): readonly Retaken[] {
  const now = Date.parse(request.at);
  const isDue = ({ due }: WaitingRow): boolean => due !== null && due <= now;
  const ready = [...queues].flatMap(([publisher, queue]) => {
    const [head] = queue.rows;
    return !paused && head !== undefined && isDue(head) && !isLive(queue.claim, now) ? [{ publisher, queue, head }] : [];
  });
  const retaken: Retaken[] = [];
  let left = request.limit;
  for (const { publisher, queue } of ready.sort((one, other) => (one.head.due ?? 0) - (other.head.due ?? 0))) {
    if (left <= 0) break;
    // A dead letter, or one that is to wait longer, holds back what is behind it.
    const held = queue.rows.findIndex((row) => !isDue(row));
    const rows = queue.rows.slice(0, Math.min(left, held < 0 ? Infinity : held));
    left -= rows.length;
    queue.claim = claim(request);
    const { tenant, kind, id } = publisher;
    const events = rows.map(({ entry, attempts }) => ({ ...loggedOf(entry), attempts }));
    retaken.push({ publisher: { tenant, kind, id }, token: queue.claim.token, events });
  }
  return retaken;
}

export function resettle(log: EventLog, subscriber: Subscriber, { at, publisher, token, done, delivered, failed }: Resettled): void {
  const known = log.publisher(publisher.tenant, publisher.kind, publisher.id);
  const queue = known && subscriber.queues.get(known);
  if (known === undefined || queue?.claim?.token !== token) return;
  queue.claim = undefined;
  subscriber.delivered += delivered;
  if (failed !== null) fail(queue, failed, Date.parse(at));
  const last = done === null ? 0 : Number(done);
  keep(subscriber, known, queue, ({ position }) => position > last);
}

function fail({ rows }: Queue, failed: NonNullable<Resettled["failed"]>, now: number): void {
  const row = rows.find(({ position }) => position === Number(failed.position));
  if (row === undefined) return;
  row.attempts = failed.attempts;
  row.due = failed.delay === null ? null : now + failed.delay;
  row.error = failed.error;
}

/** Leaves of a queue those rows that stay, and nothing of one of which none does. */
export function keep({ queues }: Subscriber, publisher: LogPublisher, queue: Queue, stays: (row: WaitingRow) => boolean): void {
  queue.rows = queue.rows.filter(stays);
  if (queue.rows.length === 0) queues.delete(publisher);
}
