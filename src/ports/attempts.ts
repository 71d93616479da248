import type { Timestamp } from "../kernel/clock.js";
import type { ResultAsync } from "../kernel/result.js";
import type { Lookup, StoredAggregate, StoredEvent, StoreError } from "./store.js";
import type { Material } from "./vault.js";

/** When guesses lock their counter, and for how long. All times in milliseconds. */
export interface Lockout {
  /** Guesses that are free; the last of them locks the counter. */
  readonly limit: number;
  /** How long the first lock lasts; each guess after it locks twice as long as the one before, */
  readonly first: number;
  /** but no longer than this. */
  readonly longest: number;
  /** How long after the last counted guess the counter starts anew. */
  readonly memory: number;
}

/** One guess at a secret, to be counted before anything is compared. */
export interface Guess {
  readonly tenant: string;
  /** Whose secret: an aggregate, or whoever holds a unique identifier. */
  readonly target: Lookup;
  /** Which counter: guesses at one factor do not lock another. */
  readonly method: string;
  /** Names the counter when nobody holds the identifier: a keyed hash of what was typed, never the text itself. */
  readonly stranger: string;
  /** A device from which the aggregate `holder` was proved before: there it has a counter of its own, which no stranger can lock. */
  readonly device?: { readonly holder: string; readonly name: string };
  readonly at: Timestamp;
  readonly lockout: Lockout;
  /** Kinds of further aggregates with the target's id, which are read along with it. */
  readonly alongside?: readonly string[];
}

export interface Counted {
  /** The counter's name, for `settle`: `kind:id`, `kind:id:device` or the stranger's. */
  readonly counter: string;
  /** Guesses that were counted, this one included unless it was refused. */
  readonly count: number;
  /** Set when the counter was locked: this guess does not count and must not be evaluated, nor any other before this instant. */
  readonly refusedUntil: Timestamp | null;
  /** Whose secret it is, as it is now; undefined for a stranger, who is counted all the same. */
  readonly aggregate: StoredAggregate | undefined;
  /** What was asked for alongside, by kind; what there is none of is left out. */
  readonly alongside: Readonly<Record<string, StoredAggregate>>;
  /** The vault's materials of that aggregate. */
  readonly materials: readonly Material[];
}

/** What came of a guess: its events are appended, and a success forgets the counter, in one statement. */
export interface Settlement {
  readonly tenant: string;
  readonly method: string;
  readonly counter: string;
  readonly succeeded: boolean;
  readonly events: readonly StoredEvent[];
}

/**
 * The guard that counts guesses. Both calls are one atomic statement in a transaction of their own, so that no rollback of
 * the host's erases a count, and in a race of any size no more guesses are let through than the limit. Both do the same work for
 * a stranger.
 *
 * A guess at a counter that is locked (`at` before its end) is refused and changes nothing that matters. Otherwise it counts:
 * from 1 when the last counted guess is `memory` or longer ago, one more than before when not; and the guess that brings the
 * count to `limit` or beyond locks the counter for `min(longest, first × 2^(count − limit))` from `at` on.
 */
export interface Attempts {
  count(guess: Guess): ResultAsync<Counted, StoreError>;
  settle(settlement: Settlement): ResultAsync<void, StoreError>;
}
