import { LARGEST_LAG } from "denizen/ports";
import type { From, Replay } from "denizen/ports";
import { countUpTo, eventOf } from "./entry.js";
import type { Entry } from "./entry.js";
import type { EventLog } from "./event-log.js";
import { keep } from "./retake.js";
import { park } from "./settle.js";
import type { Subscriber } from "./subscriber.js";

/** Where a subscriber stands that begins there: everything beyond is to come. */
export function positionBefore(from: From, log: EventLog): number {
  if (from === "beginning") return 0;
  if (from === "now") return log.last;
  const { time } = from;
  const first = log.entries.find(({ occurredAt }) => occurredAt >= time);
  return first === undefined ? log.last : first.position - 1;
}

/** Answers how many events it is. */
export function replay(log: EventLog, subscriber: Subscriber, { types, selection, at }: Replay): number {
  const isHeard = ({ type }: Entry): boolean => types === null || types.includes(type);
  const once = (entries: readonly Entry[]): number => again(subscriber, entries.filter(isHeard), Date.parse(at));
  switch (selection.kind) {
    case "from":
      return Math.min(goBack(log, subscriber, positionBefore(selection.from, log), isHeard), LARGEST_LAG);
    case "publisher": {
      const { tenant, kind, id } = selection.publisher;
      return once(of(log.publisher(tenant, kind, id)?.last));
    }
    case "event":
      return once(withId(log, selection.tenant, selection.id));
    case "dead-letters":
      return once([...subscriber.queues.values()].flatMap(({ rows }) => rows.flatMap(({ due, entry }) => (due === null ? [entry] : []))));
  }
}

function of(last: Entry | undefined): readonly Entry[] {
  const entries: Entry[] = [];
  for (let entry = last; entry !== undefined; entry = entry.previous) entries.push(entry);
  return entries.reverse();
}

/** By scanning: an index of all ids would be as large as half the log. */
export function withId({ entries }: EventLog, tenant: string, id: string): readonly Entry[] {
  const inText = JSON.stringify(id);
  return entries.filter((entry) => entry.publisher.tenant === tenant && entry.text.includes(inText) && eventOf(entry).id === id);
}

/** Goes back in every partition that is beyond it: what waits from there on comes with the rest, and workers are fenced off. */
function goBack(log: EventLog, subscriber: Subscriber, position: number, isHeard: (entry: Entry) => boolean): number {
  let count = 0;
  for (const [partition, cursor] of subscriber.cursors.entries()) {
    if (cursor.position <= position) continue;
    const entries = log.partition(partition);
    count += entries.slice(countUpTo(entries, position), countUpTo(entries, cursor.position)).filter(isHeard).length;
    cursor.position = position;
    cursor.claim = undefined;
  }
  for (const [publisher, queue] of subscriber.queues) {
    if (queue.rows.some((row) => row.position > position)) queue.claim = undefined;
    keep(subscriber, publisher, queue, (row) => row.position <= position);
  }
  return count;
}

/**
 * Lets events wait that were delivered, have failed or were given up: due at once. Those that are still to come for the first time
 * do so anyway. Whoever has what follows in hand is fenced off, so that it comes behind them.
 */
function again(subscriber: Subscriber, entries: readonly Entry[], now: number): number {
  let count = 0;
  for (const entry of entries) {
    const { publisher, position } = entry;
    const queue = subscriber.queues.get(publisher);
    const cursor = subscriber.cursors[publisher.partition];
    const isBehind = queue?.rows.some((row) => row.position === position && row.attempts === 0) === true;
    if (isBehind || cursor === undefined || position > cursor.position) continue;
    cursor.claim = undefined;
    if (queue !== undefined) queue.claim = undefined;
    park(subscriber, { entry, position, attempts: 0, due: now, error: null });
    count++;
  }
  return count;
}
