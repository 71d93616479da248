import { PARTITIONS } from "denizen/ports";
import type { DeliveryError, Lease } from "denizen/ports";
import type { Entry, LogPublisher } from "./entry.js";

/** A worker's lease, as it is kept. */
export interface Claim {
  readonly token: string;
  readonly worker: string;
  /** Milliseconds since the epoch. */
  until: number;
}

/** How far a subscriber has come in one partition. */
export interface Cursor {
  position: number;
  claim: Claim | undefined;
}

export interface WaitingRow {
  readonly entry: Entry;
  /** The entry's. */
  readonly position: number;
  attempts: number;
  /** Milliseconds since the epoch; null for a dead letter. */
  due: number | null;
  error: DeliveryError | null;
}

/** What waits of one publisher, by position; never empty. */
export interface Queue {
  rows: WaitingRow[];
  /** Its first row is being tried again, and those behind it. */
  claim: Claim | undefined;
}

export interface Subscriber {
  readonly name: string;
  paused: boolean;
  delivered: number;
  readonly cursors: readonly Cursor[];
  readonly queues: Map<LogPublisher, Queue>;
}

export const newSubscriber = (name: string, position: number): Subscriber => ({
  name,
  paused: false,
  delivered: 0,
  cursors: Array.from({ length: PARTITIONS }, () => ({ position, claim: undefined })),
  queues: new Map(),
});

export const isLive = (claim: Claim | undefined, now: number): claim is Claim => claim !== undefined && now < claim.until;

/** Gives out claims, each with a token that no other ever had. */
export type Claims = (lease: Lease) => Claim;

export function newClaims(): Claims {
  let given = 0;
  return ({ worker, duration, at }) => ({ token: String(++given), worker, until: Date.parse(at) + duration });
}
