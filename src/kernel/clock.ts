/** The time port. Everything that reads the time reads it here, so that a test can say what time it is. */
export interface Clock {
  /** Milliseconds since the Unix epoch, UTC. */
  now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };

/** An instant as it is stored and sent: ISO 8601, UTC, milliseconds (`2026-11-20T09:30:00.000Z`). */
export type Timestamp = string;

// The last instant ISO 8601 writes with four digits; PostgreSQL and JSON readers agree on nothing beyond it.
const LAST = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** Whether a value is an instant as denizen writes it, and in no other of ISO 8601's many ways. */
export function isTimestamp(value: unknown): value is Timestamp {
  const time = typeof value === "string" && value.length === 24 ? Date.parse(value) : Number.NaN;
  return !Number.isNaN(time) && timestamp(time) === value;
}

/** What somebody else says of an instant: a date, or text that `Date` reads as one; undefined for anything else. */
export function instantIn(value: unknown): Timestamp | undefined {
  try {
    const time = value instanceof Date ? value.getTime() : typeof value === "string" && value.length <= 40 ? Date.parse(value) : Number.NaN;
    return time >= 0 && time <= LAST ? timestamp(time) : undefined;
  } catch {
    // A date whose class is somebody's own.
    return undefined;
  }
}

// What happens within one millisecond says the same few instants: that one, and those at which what begins then will end. To write
// one out costs as much as half an event.
const latest = new Map<number, Timestamp>();
const MOST = 32;

/** Formats an instant. A clock that answers nonsense is brought into the representable range instead of throwing. */
export function timestamp(milliseconds: number): Timestamp {
  const known = latest.get(milliseconds);
  if (known !== undefined) return known;
  const text = written(milliseconds);
  if (latest.size === MOST) latest.clear();
  latest.set(milliseconds, text);
  return text;
}

const written = (milliseconds: number): Timestamp =>
  new Date(Number.isFinite(milliseconds) ? Math.min(Math.max(milliseconds, 0), LAST) : 0).toISOString();
