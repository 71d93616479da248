import type { Clock, Ids, Random } from "denizen";

/** A clock that stands still until it is told otherwise. */
export interface FixedClock extends Clock {
  /** Lets that many milliseconds pass; a negative number turns the clock back. */
  advance(milliseconds: number): void;
  set(instant: number | string): void;
}

/** Starts at 2026-01-01T00:00:00.000Z, or at the instant given: milliseconds since the epoch, or ISO 8601. */
export function fixedClock(start: number | string = "2026-01-01T00:00:00.000Z"): FixedClock {
  let now = millisecondsOf(start);
  return {
    now: () => now,
    advance: (milliseconds) => {
      now += milliseconds;
    },
    set: (instant) => {
      now = millisecondsOf(instant);
    },
  };
}

const millisecondsOf = (instant: number | string): number => (typeof instant === "number" ? instant : Date.parse(instant));

/** Ids that are the same in every run, in order, and shaped like UUIDv7. */
export function sequentialIds(first = 1): Ids {
  let next = first;
  return { next: () => `00000000-0000-7000-8000-${(next++).toString(16).padStart(12, "0")}` };
}

/** Bytes that are the same for the same seed (mulberry32). For tests alone: whoever knows one word knows all that follow. */
export function seededRandom(seed = 1): Random {
  let state = seed >>> 0;
  const word = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
  return { bytes: (length) => Uint8Array.from({ length }, () => word() & 0xff) };
}
