import type { Batch, Position, Taken, TakenEvent, TakeRequest } from "denizen/ports";
import { countUpTo, loggedOf, numberOf, positionOf } from "./entry.js";
import type { Entry } from "./entry.js";
import type { EventLog } from "./event-log.js";
import { isLive } from "./subscriber.js";
import type { Claim, Claims, Subscriber } from "./subscriber.js";

const NOTHING: Taken = { batches: [], due: false, wait: null, heldBack: false };

/** What one partition holds beyond its cursor. */
interface Backlog {
  readonly partition: number;
  readonly entries: readonly Entry[];
  /** Index of the first. */
  readonly start: number;
}

export function take(log: EventLog, subscriber: Subscriber | undefined, request: TakeRequest, claim: Claims): Taken {
  if (subscriber === undefined || subscriber.paused) return NOTHING;
  const now = Date.parse(request.at);
  const after = request.after === undefined ? undefined : numberOf(request.after);
  const [batches, claims]: [Batch[], (Claim | undefined)[]] = [[], []];
  let left = request.limit;
  for (const { partition, entries, start } of backlogs(log, subscriber, after)) {
    const cursor = subscriber.cursors[partition];
    if (isLive(cursor?.claim, now)) claims.push(cursor.claim);
    else if (cursor !== undefined && left > 0) {
      const taken = entries.slice(start, start + left);
      left -= taken.length;
      cursor.claim = claim(request);
      batches.push(batchOf(subscriber, partition, cursor.claim.token, taken, request.types));
    }
  }
  const end = batches.length === 0 ? endOf(log, request.limit, after) : undefined;
  return { batches, ...prospects(subscriber, request.worker, now, claims), heldBack: false, end };
}

/** Where the log ends, if all of it was looked at; after a position that is when there is something, and not more than was asked for. */
function endOf({ entries, last }: EventLog, limit: number, after: number | undefined): Position | undefined {
  const found = after === undefined ? undefined : entries.length - countUpTo(entries, after);
  const isAll = found === undefined ? limit > 0 : found > 0 && found < limit;
  return isAll ? positionOf(last) : undefined;
}

/** Those furthest behind first; of partitions in which something stands after a position. */
function backlogs(log: EventLog, { cursors }: Subscriber, after = 0): readonly Backlog[] {
  const firstOf = ({ entries, start }: Backlog): number => entries[start]?.position ?? Infinity;
  return cursors
    .flatMap(({ position }, partition): Backlog[] => {
      const entries = log.partition(partition);
      const start = countUpTo(entries, position);
      return start < entries.length && (entries.at(-1)?.position ?? 0) > after ? [{ partition, entries, start }] : [];
    })
    .sort((one, other) => firstOf(one) - firstOf(other));
}

function batchOf({ queues }: Subscriber, partition: number, token: string, taken: readonly Entry[], types: TakeRequest["types"]): Batch {
  const heard = types === null ? taken : taken.filter(({ type }) => types.includes(type));
  const events = heard.map((entry): TakenEvent => ({ ...loggedOf(entry), behind: queues.has(entry.publisher) }));
  return { partition, token, events, to: positionOf(taken.at(-1)?.position ?? 0) };
}

/** When there is more to be done: of what waits, and of what other workers hold. */
function prospects({ queues }: Subscriber, worker: string, now: number, claims: (Claim | undefined)[]): Pick<Taken, "due" | "wait"> {
  let [due, next] = [false, Infinity];
  for (const { rows, claim } of queues.values()) {
    const at = rows[0]?.due ?? null;
    if (isLive(claim, now)) claims.push(claim);
    else if (at !== null && at <= now) due = true;
    else if (at !== null) next = Math.min(next, at);
  }
  for (const claim of claims) if (claim !== undefined && claim.worker !== worker) next = Math.min(next, claim.until);
  return { due, wait: next === Infinity ? null : next - now };
}
