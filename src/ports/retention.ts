import type { Timestamp } from "../kernel/clock.js";
import type { ResultAsync } from "../kernel/result.js";
import type { StoreError } from "./store.js";

/**
 * What is kept for a while and not for ever. `commits`: records by which lost answers and repeated commands are settled.
 * `sessions`: those that have ended. `attempts`: counters of guesses that count no more. `traces`: events of guards (proofs,
 * sessions), which no aggregate is made of.
 */
export type Sweepable = "commits" | "sessions" | "attempts" | "traces";

export interface Sweep {
  readonly what: Sweepable;
  /** What is older than this instant. */
  readonly before: Timestamp;
  /** At most so many in one statement. */
  readonly limit: number;
}

/** Removes what has been kept long enough. */
export interface Retention {
  /** Answers how many. Traces that some subscriber has not handled yet stay. */
  sweep(sweep: Sweep): ResultAsync<number, StoreError>;
}
