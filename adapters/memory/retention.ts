import type { Retention, Sweep, Sweepable, Timestamp } from "denizen/ports";
import { done } from "./done.js";
import type { Entry } from "./entry.js";
import { removeSession } from "./forget.js";
import type { SessionRow, CommittedTables } from "./tables.js";

export const memoryRetention = (tables: CommittedTables): Retention => ({
  sweep: ({ what, before, limit }: Sweep) => done(sweeps[what](tables, before, limit)),
});

/** Each removes what is older, up to so many, and answers how many those were. */
const sweeps: Readonly<Record<Sweepable, (tables: CommittedTables, before: Timestamp, limit: number) => number>> = {
  commits: ({ commits, commands }, before, limit) => {
    const old = first(limit, commits, ([, { at }]) => at < before);
    for (const [commitId, { command }] of old) {
      commits.delete(commitId);
      if (command !== undefined) commands.delete(command);
    }
    return old.length;
  },

  sessions: (tables, before, limit) => {
    const old = first(limit, tables.sessions, ([, row]) => endOf(row) < before);
    for (const [, row] of old) removeSession(tables, row);
    return old.length;
  },

  attempts: ({ counters }, before, limit) => {
    const instant = Date.parse(before);
    const old = first(limit, counters, ([, { last, lockedUntil }]) => last < instant && lockedUntil < instant);
    for (const [at] of old) counters.delete(at);
    return old.length;
  },

  traces: (tables, before, limit) => {
    const isOver = (entry: Entry): boolean => entry.version === null && entry.occurredAt < before && isHandled(tables, entry);
    const old = first(limit, tables.log.entries, isOver);
    if (old.length > 0) tables.log.remove(new Set(old));
    return old.length;
  },
};

function first<Item>(limit: number, items: Iterable<Item>, isMeant: (item: Item) => boolean): readonly Item[] {
  const found: Item[] = [];
  for (const item of items) {
    if (found.length >= limit) break;
    if (isMeant(item)) found.push(item);
  }
  return found;
}

/** Its limits are the latest that it can have lived. Timestamps are of one form, so that text compares as time does. */
const endOf = ({ endedAt, session: { idleExpiresAt, expiresAt } }: SessionRow): Timestamp =>
  [endedAt ?? expiresAt, idleExpiresAt, expiresAt].reduce((one, other) => (one < other ? one : other));

/** By every subscriber; what waits, or has been given up, has not been. */
function isHandled({ subscribers }: CommittedTables, entry: Entry): boolean {
  const { publisher, position } = entry;
  for (const { cursors, queues } of subscribers.values()) {
    if ((cursors[publisher.partition]?.position ?? 0) < position) return false;
    if (queues.get(publisher)?.rows.some((row) => row.entry === entry) === true) return false;
  }
  return true;
}
