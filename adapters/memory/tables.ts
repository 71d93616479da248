import type { CommandOutcome, OpaqueAccess, StoredSession, Timestamp } from "denizen/ports";
import { EventLog } from "./event-log.js";
import type { Events } from "./event-log.js";
import { StoredHolders } from "./holders.js";
import type { Holders } from "./holders.js";
import type { Subscriber } from "./subscriber.js";

/** What both a plain `Map` and an overlay on one can do. */
export interface Table<Value> {
  get(key: string): Value | undefined;
  set(key: string, value: Value): unknown;
  delete(key: string): unknown;
}

/** Documents are kept as JSON text: a snapshot that nobody can reach into, and the smallest form there is. */
export interface AggregateRow {
  readonly version: number;
  readonly state: string;
}

export interface MaterialRow {
  readonly owner: string;
  readonly version: number;
  readonly secret: string;
}

export interface SessionRow {
  readonly tenant: string;
  readonly session: StoredSession;
  readonly family: string;
  readonly refresh: string;
  readonly access: OpaqueAccess | null;
  /** The tokens before the current ones, and what those were made from. */
  readonly before?: {
    readonly refresh: string;
    readonly access: OpaqueAccess | null;
    readonly nonce: string;
    readonly replacedAt: Timestamp;
  };
  /** When it was revoked, or replayed. */
  readonly endedAt: Timestamp | null;
}

export interface CommitRow {
  /** Null for one that was fenced off. */
  readonly position: number | null;
  readonly at: Timestamp;
  /** Key of its command. */
  readonly command: string | undefined;
}

/** Of guesses; instants in milliseconds since the epoch. */
export interface Counter {
  /** Id of the aggregate at whose secret they were made; undefined for a stranger's. */
  readonly owner: string | undefined;
  readonly count: number;
  readonly last: number;
  readonly lockedUntil: number;
}

/** Everything a transaction reads and writes. Keys are made by `key`. */
export interface Rows {
  aggregates: AggregateRow;
  /** Unique identifier → aggregate id. */
  unique: string;
  materials: MaterialRow;
  /** By commit id. */
  commits: CommitRow;
  /** Tenant, actor and command id → what was answered. */
  commands: CommandOutcome;
  /** Written by their guard alone, never in a transaction. */
  sessions: SessionRow;
}

export type Tables = { readonly [Name in keyof Rows]: Table<Rows[Name]> } & {
  /** Shared identifier → aggregate ids. */
  readonly shared: Holders;
  /** Owner → credential ids. */
  readonly credentials: Holders;
  readonly log: Events;
};

/** The tables beneath all transactions: they can be scanned, and there are some that only guards and workers use. */
export type CommittedTables = { readonly [Name in keyof Rows]: Map<string, Rows[Name]> } & Tables & {
    readonly log: EventLog;
    /** Family → session id. */
    readonly families: Map<string, string>;
    /** Account → session ids. */
    readonly sessionsOf: Holders;
    /** Tenant, method and counter → how often was guessed. */
    readonly counters: Map<string, Counter>;
    readonly subscribers: Map<string, Subscriber>;
  };

export const emptyTables = (): CommittedTables => ({
  aggregates: new Map(),
  unique: new Map(),
  shared: new StoredHolders(),
  materials: new Map(),
  credentials: new StoredHolders(),
  commits: new Map(),
  commands: new Map(),
  log: new EventLog(),
  sessions: new Map(),
  families: new Map(),
  sessionsOf: new StoredHolders(),
  counters: new Map(),
  subscribers: new Map(),
});
