import type { CommandOutcome, OpaqueAccess, Position, StoredSession, Timestamp } from "denizen/ports";
import { HoldersOverlay, StoredHolders } from "./holders.js";
import type { Holders } from "./holders.js";

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
  readonly session: StoredSession;
  readonly refresh: string;
  readonly access: OpaqueAccess | null;
  /** The tokens before the current ones, and what those were made from. */
  readonly before?: {
    readonly refresh: string;
    readonly access: OpaqueAccess | null;
    readonly nonce: string;
    readonly replacedAt: Timestamp;
  };
  /** Revoked, or replayed. */
  readonly ended: boolean;
}

/** Everything a transaction reads and writes. Keys are made by `key`. */
export interface Rows {
  aggregates: AggregateRow;
  /** Unique identifier → aggregate id. */
  unique: string;
  materials: MaterialRow;
  /** Publisher → how many events it has. */
  histories: number;
  /** Publisher and number, from 0 → event, as JSON text. */
  events: string;
  /** Commit id → position; null for one that was fenced off. */
  commits: Position | null;
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
};

// U+0000 cannot occur within a part: no stored text may hold it.
export const key = (...parts: readonly string[]): string => parts.join("\u0000");

/** The tables beneath all transactions, which can be scanned. */
export type CommittedTables = Tables & { readonly aggregates: ReadonlyMap<string, AggregateRow> };

export const emptyTables = (): CommittedTables => ({
  aggregates: new Map<string, AggregateRow>(),
  unique: new Map(),
  shared: new StoredHolders(),
  materials: new Map(),
  credentials: new StoredHolders(),
  histories: new Map(),
  events: new Map(),
  commits: new Map(),
  commands: new Map(),
  sessions: new Map(),
});

/** Reads through to a table, and keeps its own writes apart until they are applied. */
class Overlay<Value> implements Table<Value> {
  readonly #base: Table<Value>;
  readonly #changes = new Map<string, Value | undefined>();

  constructor(base: Table<Value>) {
    this.#base = base;
  }

  get(at: string): Value | undefined {
    return this.#changes.has(at) ? this.#changes.get(at) : this.#base.get(at);
  }

  set(at: string, value: Value): void {
    this.#changes.set(at, value);
  }

  delete(at: string): void {
    this.#changes.set(at, undefined);
  }

  apply(): void {
    for (const [at, value] of this.#changes) {
      if (value === undefined) this.#base.delete(at);
      else this.#base.set(at, value);
    }
  }
}

/** Tables over tables: `apply` writes all changes through in one synchronous step, and forgetting them is a rollback. */
export function overlay(base: Tables): { readonly tables: Tables; apply(): void } {
  const tables = {
    aggregates: new Overlay(base.aggregates),
    unique: new Overlay(base.unique),
    shared: new HoldersOverlay(base.shared),
    materials: new Overlay(base.materials),
    credentials: new HoldersOverlay(base.credentials),
    histories: new Overlay(base.histories),
    events: new Overlay(base.events),
    commits: new Overlay(base.commits),
    commands: new Overlay(base.commands),
    sessions: new Overlay(base.sessions),
  };
  return { tables, apply: () => Object.values(tables).forEach((table) => table.apply()) };
}
