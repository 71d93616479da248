import type { Timestamp } from "../kernel/clock.js";
import type { ResultAsync } from "../kernel/result.js";
import type { LoggedEvent } from "./log.js";
import type { Position, StoreError } from "./store.js";

/**
 * Into how many parts each subscriber's log is divided. All events of one publisher are in the same partition, and each
 * partition of each subscriber is one worker's at a time: so they stay in order while many share the load.
 */
export const PARTITIONS = 64;

/** Where a subscriber that is new begins. A time is that of the first event which occurred at or after it. */
export type From = "beginning" | "now" | { readonly time: Timestamp };

/**
 * A worker's claim to something for a while. Whoever claims it next gets another token, and what the earlier one does then
 * changes nothing: it is fenced off.
 */
export interface Lease {
  readonly worker: string;
  /** Milliseconds from now on. */
  readonly duration: number;
  /** The caller's time. A store that has a clock of its own (a database server) goes by that: workers' clocks differ. */
  readonly at: Timestamp;
}

export interface TakeRequest extends Lease {
  readonly subscriber: string;
  /** Types of the events that it hears; null for all. The others are passed over. */
  readonly types: readonly string[] | null;
  /** Events at most, in all partitions together, the ones that are passed over included. */
  readonly limit: number;
  /**
   * The `end` of an earlier answer: only partitions in which something stands beyond it need be looked at, and nothing that waits.
   * Nobody is asked so who never answers an `end`.
   */
  readonly after?: Position;
}

/** What follows in one partition, in the order of the log. */
export interface Batch {
  readonly partition: number;
  readonly token: string;
  readonly events: readonly TakenEvent[];
  /** Where its last event stands, whether or not it was passed over. */
  readonly to: Position;
}

export interface TakenEvent extends LoggedEvent {
  /** An earlier event of the same publisher still waits for this subscriber: this one has to wait behind it. */
  readonly behind: boolean;
}

export interface Taken {
  readonly batches: readonly Batch[];
  /** Whether some publisher's waiting events are due: `retake` them. */
  readonly due: boolean;
  /** Milliseconds until something that waits is due or a lease of another worker ends; null when there is nothing of the kind. */
  readonly wait: number | null;
  /** Whether there are committed events that cannot be shown yet, because an earlier position may still be committed. */
  readonly heldBack: boolean;
  /**
   * When there are no batches: where the log ended that was looked at, and nothing was left in it that is free. Undefined where
   * everything is always looked at, and when `after` was asked and everything has to be: nothing stands beyond it, or too much.
   */
  readonly end?: Position | undefined;
}

/** Where an event of one publisher stands. */
export interface PublisherKey {
  readonly tenant: string;
  readonly kind: string;
  readonly id: string;
}

/** An event that was not delivered and has to wait, with everything that its publisher publishes after it. */
export interface Waiting {
  readonly partition: number;
  readonly position: Position;
  readonly publisher: PublisherKey;
  readonly eventId: string;
  /** How often it was tried; 0 for one that waits behind another. */
  readonly attempts: number;
  /** Milliseconds until it is tried again; null when it has been given up (a dead letter). */
  readonly delay: number | null;
  /** Why it failed; null for one that waits behind another. */
  readonly error: DeliveryError | null;
}

/** As it is kept: never more of it than this. */
export interface DeliveryError {
  readonly code: string;
  readonly message: string;
}

/** What became of batches. Of a partition that is no longer the worker's nothing is written. */
export interface Settled {
  readonly subscriber: string;
  readonly worker: string;
  readonly at: Timestamp;
  readonly batches: readonly {
    readonly partition: number;
    readonly token: string;
    /** The partition goes on after this one; it is given back. */
    readonly to: Position;
    /** How many were delivered, for the count. */
    readonly delivered: number;
  }[];
  readonly waiting: readonly Waiting[];
}

export interface RetakeRequest extends Lease {
  readonly subscriber: string;
  /** Events at most. */
  readonly limit: number;
}

/** A publisher whose first waiting event is due: that one, and what waits behind it, in order. */
export interface Retaken {
  readonly publisher: PublisherKey;
  readonly token: string;
  readonly events: readonly (LoggedEvent & { readonly attempts: number })[];
}

/** What became of a publisher's. Of one that is no longer the worker's nothing is written. */
export interface Resettled {
  readonly subscriber: string;
  readonly worker: string;
  readonly at: Timestamp;
  readonly publisher: PublisherKey;
  readonly token: string;
  /** Position of the first of the events that were retaken. */
  readonly first: Position;
  /** Delivered up to this one; null when not even the first was. */
  readonly done: Position | null;
  readonly delivered: number;
  /** The one that failed; what is behind it goes on waiting. Null when none did. */
  readonly failed: {
    readonly position: Position;
    readonly attempts: number;
    readonly delay: number | null;
    readonly error: DeliveryError;
  } | null;
}

/** Leases that shall last longer. */
export interface Renewal extends Lease {
  readonly subscriber: string;
  readonly partitions: readonly { readonly partition: number; readonly token: string }[];
  readonly publishers: readonly { readonly publisher: PublisherKey; readonly token: string; readonly first: Position }[];
}

/** Those that are still the worker's, as they were asked for. */
export type Renewed = Pick<Renewal, "partitions" | "publishers">;

/** What is delivered once more, to one subscriber, in the order of the log. */
export type ReplaySelection =
  /** Everything from there on: the subscriber goes back. */
  | { readonly kind: "from"; readonly from: Exclude<From, "now"> }
  /** All events so far of one publisher. */
  | { readonly kind: "publisher"; readonly publisher: PublisherKey }
  | { readonly kind: "event"; readonly tenant: string; readonly id: string }
  /** What has been given up. */
  | { readonly kind: "dead-letters" };

export interface Replay {
  readonly subscriber: string;
  readonly types: readonly string[] | null;
  readonly selection: ReplaySelection;
  readonly at: Timestamp;
}

export interface DeadLetterRequest {
  readonly subscriber?: string;
  /** Beyond this one: several subscribers may have given up the same event. */
  readonly after?: { readonly position: Position; readonly subscriber: string };
  readonly limit: number;
}

/** An event that a subscriber could not handle, and that holds back what its publisher published later. */
export interface StoredDeadLetter extends LoggedEvent {
  readonly subscriber: string;
  readonly attempts: number;
  readonly error: DeliveryError;
  /** How many events wait behind it. */
  readonly behind: number;
}

/** How far a subscriber has come. */
export interface SubscriberStatus {
  readonly subscriber: string;
  readonly paused: boolean;
  /** Events in the log beyond it, of whatever type; at most `LARGEST_LAG` are counted. */
  readonly lag: number;
  /** When the oldest event occurred that it has not handled and not given up; null when there is none. */
  readonly oldest: Timestamp | null;
  /** Events that failed and wait for another try, and those that wait behind one that failed. */
  readonly waiting: number;
  readonly deadLetters: number;
  /** Handled so far, since there is this subscriber. */
  readonly delivered: number;
}

export const LARGEST_LAG = 1_000_000;

/**
 * How far each durable subscriber has come in the log, who works for it, and what it could not handle. Every call is one
 * atomic statement. Events come in the order of their positions, once nothing earlier can appear any more.
 */
export interface Deliveries {
  /** Makes subscribers known that are not yet; one that is keeps its place, whatever `from` says. */
  enlist(subscribers: readonly { readonly name: string; readonly from: From }[], at: Timestamp): ResultAsync<void, StoreError>;
  /** Leases partitions that have something to deliver, those furthest behind first, and says what. Nothing of a paused subscriber. */
  take(request: TakeRequest): ResultAsync<Taken, StoreError>;
  /** Writes what became of batches, and gives their partitions back. */
  settle(settled: Settled): ResultAsync<void, StoreError>;
  /** Leases publishers whose first waiting event is due. Nothing of a paused subscriber. */
  retake(request: RetakeRequest): ResultAsync<readonly Retaken[], StoreError>;
  resettle(resettled: Resettled): ResultAsync<void, StoreError>;
  renew(renewal: Renewal): ResultAsync<Renewed, StoreError>;
  /** False when there is no such subscriber. */
  pause(subscriber: string, paused: boolean): ResultAsync<boolean, StoreError>;
  /** How many events it is, at most `LARGEST_LAG`. Those that are still to be delivered for the first time are not among them. */
  replay(replay: Replay): ResultAsync<number, StoreError>;
  /** Gives a waiting or dead event up for good, so that those behind it go on. False when it is none. */
  discard(subscriber: string, tenant: string, eventId: string): ResultAsync<boolean, StoreError>;
  /** Forgets a subscriber that is no more, with everything that waits for it. False when there is no such subscriber. */
  forget(subscriber: string): ResultAsync<boolean, StoreError>;
  /** By position, then by subscriber. */
  deadLetters(request: DeadLetterRequest): ResultAsync<readonly StoredDeadLetter[], StoreError>;
  status(at: Timestamp): ResultAsync<readonly SubscriberStatus[], StoreError>;
}

/** Tells workers in other processes that something was committed. A hint: whoever misses it finds out by asking. */
export interface WakeUps {
  /** After a commit, never inside one. The message is a few letters and digits, or none. Silent. */
  ring(message?: string): Promise<void>;
  /**
   * Whoever listens is told the message, or none when something may have been missed. Answers how to stop listening; undefined where
   * one cannot listen. Never rejects.
   */
  listen(heard: (message?: string) => void): Promise<(() => Promise<void>) | undefined>;
}
