import type { Timestamp } from "../kernel/clock.js";
import type { Identifier } from "../kernel/definition.js";
import type { DomainError } from "../kernel/error.js";
import type { DomainEvent } from "../kernel/event.js";
import type { Json } from "../kernel/json.js";
import type { ResultAsync } from "../kernel/result.js";
import type { Attempts } from "./attempts.js";
import type { Deliveries, WakeUps } from "./deliveries.js";
import type { Log } from "./log.js";
import type { Queries } from "./queries.js";
import type { Retention } from "./retention.js";
import type { Sessions, StoredSession } from "./sessions.js";
import type { Vault, VaultChange } from "./vault.js";

/** The store cannot be reached, or the connection was lost while reading. Nothing was written. */
export type StoreUnavailable = DomainError<"store-unavailable">;

/** No connection, or no lock, within the time limit. Nothing was written; retry later. */
export type StoreBusy = DomainError<"store-busy">;

/** The store refused for a reason that is not its clients' doing: a missing table or right, a full disk, a host's own trigger. */
export type StoreFailed = DomainError<"store-failed"> & { readonly detail: string };

export type StoreError = StoreUnavailable | StoreBusy | StoreFailed;

/** Another unit changed one of these aggregates first, or holds what this one waits for while it waits for us. Load again and retry. */
export type ConcurrencyConflict = DomainError<"concurrency-conflict"> & {
  readonly aggregates: readonly { readonly kind: string; readonly id: string }[];
};

/** An aggregate of this kind and id exists already. Nothing was written. */
export type IdTaken = DomainError<"id-taken"> & { readonly kind: string; readonly id: string };

/** Another aggregate holds this identifier. Nothing was written. `aggregate` is the kind of both, `kind` the identifier's (`email`, …). */
export type IdentifierTaken = DomainError<"identifier-taken"> & { readonly aggregate: string; readonly kind: string; readonly key: string };

/** The connection was lost while committing: it may have happened or not. `application.outcome(commitId)` tells. */
export type CommitOutcomeUnknown = DomainError<"commit-outcome-unknown"> & { readonly commitId: string };

/** This actor's command of this id was committed before. Nothing was written; the record holds what was answered then. */
export type CommandRepeated = DomainError<"command-repeated"> & { readonly record: CommandOutcome };

/** A statement of the transaction failed and somebody swallowed its error (PostgreSQL 25P02). Everything was rolled back. */
export type TransactionBroken = DomainError<"transaction-broken">;

export type LoadFailure = StoreError | ConcurrencyConflict;
export type FlushError = StoreError | ConcurrencyConflict | IdTaken | IdentifierTaken;
export type CommitFailure = FlushError | CommitOutcomeUnknown | CommandRepeated | TransactionBroken;

/** Which aggregates of a kind are meant. */
export type Lookup = { readonly kind: string } & ({ readonly id: string } | { readonly identifier: Identifier });

export interface StoredAggregate {
  readonly id: string;
  /** The number of its events. */
  readonly version: number;
  readonly state: Json;
}

export interface AggregateChange {
  readonly kind: string;
  readonly id: string;
  /** The version it was loaded with; 0 for a new one. */
  readonly expectedVersion: number;
  readonly version: number;
  /** The state it was loaded with; undefined for a new one. Child rows are written by difference to it. */
  readonly before: Json | undefined;
  readonly after: Json;
  readonly claimed: readonly Identifier[];
  readonly released: readonly Identifier[];
}

/** An event as it is kept: its personal fields apart, so that erasure empties them and nothing else. */
export interface StoredEvent extends Omit<DomainEvent, "payload"> {
  readonly payload: Json;
  /** Null when there are none, or when they have been erased. */
  readonly personal: Json;
}

/**
 * What one flush writes, or nothing of it. The aggregates come sorted by kind and id, and are written in that order; of several
 * things that are wrong the store tells the first: ids, then versions, then identifiers. All are released before any is claimed.
 */
export interface ChangeSet {
  readonly tenant: string;
  readonly aggregates: readonly AggregateChange[];
  readonly events: readonly StoredEvent[];
  readonly vault: readonly VaultChange[];
  /**
   * Ids of those who are forgotten: the personal fields of every event in the log whose subject they are become null, the
   * errors of deliveries of such events lose their message, their sessions and counters of guesses are removed. What a handler
   * that is under way fails by is written afterwards, with whatever it says.
   */
  readonly erased: readonly string[];
}

/** What a repeated command is answered with. */
export interface CommandOutcome {
  readonly commitId: string;
  readonly position: Position;
  readonly outcome: Json;
}

/** Kept with every commit, so that a lost answer can be settled and a repeated command recognised. */
export interface CommitRecord {
  readonly commitId: string;
  readonly tenant: string;
  readonly at: Timestamp;
  /** `id` is unique per tenant and actor. */
  readonly command?: { readonly actor: string; readonly id: string; readonly outcome: Json };
}

/** Opaque, and comparable only by the store: nothing earlier appears in the log later. */
export type Position = string;

/** Whether a commit happened. Once a store has answered `rolled-back`, that commit can never arrive late. */
export type Outcome = { readonly status: "committed"; readonly position: Position } | { readonly status: "rolled-back" };

/** The aggregates as one consistent statement sees them, in order of their ids; more than `limit` are not fetched. */
export interface Reader {
  load(tenant: string, lookup: Lookup, options: LoadOptions): ResultAsync<readonly StoredAggregate[], LoadFailure>;
  /** Which of the unique identifiers of a kind of aggregate somebody holds, in the order in which they were asked for. */
  held(tenant: string, kind: string, identifiers: readonly Identifier[]): ResultAsync<readonly Holding[], LoadFailure>;
  /** Some accounts and one session, as one consistent statement sees them: what a command decides on. */
  standing(tenant: string, query: StandingQuery): ResultAsync<Standing, LoadFailure>;
}

export interface Holding extends Identifier {
  /** Whose it is. */
  readonly id: string;
}

export interface StandingQuery {
  /** Aggregates of kind `account`; those there are none of are left out of the answer. */
  readonly accounts: readonly string[];
  /** A session's id, or null for none. */
  readonly session: string | null;
  readonly at: Timestamp;
}

export interface Standing {
  readonly accounts: readonly StoredAggregate[];
  /** Only when it is live: see `Sessions`. */
  readonly session: StoredSession | undefined;
}

export interface LoadOptions {
  readonly limit: number;
  /** Holds the aggregate against other writers until the transaction ends. */
  readonly lock?: boolean;
}

/** One open transaction. After `commit` or `rollback` nothing else is called on it. */
export interface StoreTransaction<Tx> extends Reader {
  /** The driver's own transaction, for the host's tables; revoked when this one ends. */
  readonly tx: Tx;
  flush(changes: ChangeSet): ResultAsync<void, FlushError | TransactionBroken>;
  /** Records the commit as its last statement, and commits; in a joined transaction it only releases the savepoint. */
  commit(record: CommitRecord): ResultAsync<Position, CommitFailure>;
  /** Never fails: what cannot be rolled back any more has been. */
  rollback(): Promise<void>;
}

/** Where aggregates are read and transactions begin: the store itself, or a host's transaction that it joined. */
export interface Session<Tx> extends Reader {
  begin(): ResultAsync<StoreTransaction<Tx>, StoreError>;
}

/**
 * What an adapter implements. Everything is scoped by tenant; every write is atomic; nothing throws or rejects.
 * `storeContract` of `denizen/testing` says the rest, executably.
 */
export interface Store<Tx = never> extends Session<Tx> {
  /** Writes change set and record in a transaction of its own, in one round trip where the database allows. */
  commit(changes: ChangeSet, record: CommitRecord): ResultAsync<Position, CommitFailure>;
  /** Works inside a transaction that the host opened, behind savepoints. Absent where there is none to join. */
  join?(tx: Tx): Session<Tx>;
  /** What an error thrown by a statement of the host's on `tx` means, if it means anything to the unit of work. */
  interpret?(thrown: unknown): LoadFailure | undefined;
  /** Settles whether a commit happened; one that has not is fenced off, so that it can never arrive late. */
  settle(commitId: string, at: Timestamp): ResultAsync<Outcome, StoreError>;
  findCommand(tenant: string, actor: string, id: string): ResultAsync<CommandOutcome | undefined, StoreError>;
  /** The events of one aggregate, oldest first, after a version. */
  history(
    tenant: string,
    publisher: { readonly kind: string; readonly id: string },
    after?: number,
  ): ResultAsync<readonly StoredEvent[], StoreError>;
  readonly vault: Vault;
  readonly attempts: Attempts;
  readonly sessions: Sessions;
  readonly queries: Queries;
  readonly log: Log;
  readonly deliveries: Deliveries;
  readonly retention: Retention;
  /** Absent where no other process could hear it. */
  readonly wakeUps?: WakeUps;
  /** Gives back what the store itself opened; never what the host handed to it. */
  close(): Promise<void>;
}
