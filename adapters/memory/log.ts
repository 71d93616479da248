import type { HistoryFilter, HistoryRequest, Log, LoggedEvent } from "denizen/ports";
import { done } from "./done.js";
import { countUpTo, loggedOf, numberOf } from "./entry.js";
import type { Entry } from "./entry.js";
import type { EventLog } from "./event-log.js";

export const memoryLog = (log: EventLog): Log => ({ read: (request) => done(read(log.entries, request)) });

/** By scanning, like all queries of memory. */
function read(entries: readonly Entry[], { tenant, filter, direction, after, limit }: HistoryRequest): readonly LoggedEvent[] {
  const found: LoggedEvent[] = [];
  const forwards = direction === "ascending";
  const step = forwards ? 1 : -1;
  for (let index = startOf(entries, forwards, after); found.length < limit; index += step) {
    const entry = entries[index];
    if (entry === undefined) break;
    if (entry.publisher.tenant === tenant && passes(entry, filter)) found.push(loggedOf(entry));
  }
  return found;
}

/** Index of the first that is looked at; beyond all where that is none of ours. */
function startOf(entries: readonly Entry[], forwards: boolean, after: string | undefined): number {
  if (after === undefined) return forwards ? 0 : entries.length - 1;
  const position = numberOf(after);
  if (Number.isNaN(position)) return -1;
  return forwards ? countUpTo(entries, position) : countUpTo(entries, position - 1) - 1;
}

/** Timestamps are of one form, so that text compares as time does. */
const passes = (entry: Entry, { subject, kinds, actor, type, since, until }: HistoryFilter): boolean =>
  (subject === undefined || entry.subject === subject) &&
  (kinds === undefined || kinds.includes(entry.publisher.kind)) &&
  (actor === undefined || entry.actor === actor) &&
  (type === undefined || entry.type === type) &&
  (since === undefined || entry.occurredAt >= since) &&
  (until === undefined || entry.occurredAt < until);
