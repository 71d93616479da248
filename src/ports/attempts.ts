import type { Timestamp } from "../kernel/clock.js";
import type { ResultAsync } from "../kernel/result.js";
import type { Lookup, StoredAggregate, StoredEvent, StoreError } from "./store.js";
import type { Material } from "./vault.js";

/** One guess at a secret, to be counted before anything is compared. */
export interface Guess {
  readonly tenant: string;
  /** Whose secret: an aggregate, or whoever holds a unique identifier. */
  readonly target: Lookup;
  /** Which counter: guesses at one factor do not lock another. */
  readonly method: string;
  /** Names the counter when nobody holds the identifier: a keyed hash of what was typed, never the text itself. */
  readonly stranger: string;
  readonly at: Timestamp;
  /** A counter whose window began at or before this instant starts anew. */
  readonly windowStart: Timestamp;
}

export interface Counted {
  /** The counter's name, for `settle`. */
  readonly counter: string;
  /** Guesses since `since`, this one included. */
  readonly count: number;
  readonly since: Timestamp;
  /** Whose secret it is, as it is now; undefined for a stranger, who is counted all the same. */
  readonly aggregate: StoredAggregate | undefined;
  /** The vault's materials of that aggregate. */
  readonly materials: readonly Material[];
}

/** What came of a guess: its events are appended, and a success sets the counter back, in one statement. */
export interface Settlement {
  readonly tenant: string;
  readonly method: string;
  readonly counter: string;
  readonly succeeded: boolean;
  readonly events: readonly StoredEvent[];
}

/**
 * The guard that counts guesses. Both calls are one atomic statement in a transaction of their own, so that no rollback of
 * the host's erases a count, and in a race of any size no two guesses get the same number. Both do the same work for a stranger.
 */
export interface Attempts {
  count(guess: Guess): ResultAsync<Counted, StoreError>;
  settle(settlement: Settlement): ResultAsync<void, StoreError>;
}
