import type { Timestamp } from "../kernel/clock.js";
import type { ResultAsync } from "../kernel/result.js";
import type { Position, StoredEvent, StoreError } from "./store.js";

/** An event, and where it stands in the log. */
export interface LoggedEvent {
  readonly position: Position;
  readonly event: StoredEvent;
}

/** What is looked for; all of it must hold. Left out: everything of the tenant's. */
export interface HistoryFilter {
  /** Id of the person whom the events are about. */
  readonly subject?: string;
  /** Who published them, by kind; one of these. */
  readonly kinds?: readonly string[];
  /** Who asked, as `kind:id`. */
  readonly actor?: string;
  readonly type?: string;
  /** Occurred at or after. */
  readonly since?: Timestamp;
  /** Occurred before. */
  readonly until?: Timestamp;
}

export interface HistoryRequest {
  readonly tenant: string;
  readonly filter: HistoryFilter;
  /** By position. */
  readonly direction: "ascending" | "descending";
  /** Beyond this one, in that direction; from the end of the log when left out. */
  readonly after?: Position;
  readonly limit: number;
}

/** Reads what has happened: everything that is committed, guards' events included. */
export interface Log {
  read(request: HistoryRequest): ResultAsync<readonly LoggedEvent[], StoreError>;
}
