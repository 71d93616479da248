import type { Timestamp } from "../kernel/clock.js";
import type { ResultAsync } from "../kernel/result.js";
import type { Settlement } from "./attempts.js";
import type { StoredEvent, StoreError } from "./store.js";

/** A session as its guard keeps it. */
export interface StoredSession {
  readonly id: string;
  /** Id of the account, which is its user's. */
  readonly account: string;
  /** The account's security version when the session was started or last refreshed. */
  readonly securityVersion: number;
  /** What the user calls the device; null when nobody said. */
  readonly device: string | null;
  /** Keys of the authentication methods that proved the user. */
  readonly methods: readonly string[];
  readonly startedAt: Timestamp;
  readonly lastUsedAt: Timestamp;
  /** Ends when it is not refreshed until then, */
  readonly idleExpiresAt: Timestamp;
  /** and then in any case. */
  readonly expiresAt: Timestamp;
}

/** An opaque access token, by the hash of its secret. */
export interface OpaqueAccess {
  readonly hash: string;
  readonly expiresAt: Timestamp;
}

export interface SessionStart {
  readonly tenant: string;
  readonly session: StoredSession;
  /** Hash of the part that all tokens of the session share: what it is found by. Unique. */
  readonly family: string;
  /** Hash of the refresh token's own part. */
  readonly refresh: string;
  /** Null where access tokens are not opaque. */
  readonly access: OpaqueAccess | null;
  readonly events: readonly StoredEvent[];
  /** What came of the proof, in the same tenant, settled in the same statement; absent when it is settled already. */
  readonly settlement?: Settlement;
}

/** An event whose publisher's id and subject the store takes from the session: publisher is the session's id, subject its account's. */
export type SessionEvent = Omit<StoredEvent, "publisher" | "subject">;

/** A refresh token that was presented, and what takes its place if it holds. */
export interface Rotation {
  readonly tenant: string;
  readonly family: string;
  readonly presented: string;
  readonly at: Timestamp;
  /** The token before the current one still holds when it was replaced after this instant. */
  readonly graceStart: Timestamp;
  /** The new idle limit; the session's absolute limit bounds it. */
  readonly idleExpiresAt: Timestamp;
  readonly next: {
    readonly refresh: string;
    readonly access: OpaqueAccess | null;
    /** From this and the presented token the next ones were made, so that who presents it again within the grace is given the same. */
    readonly nonce: string;
  };
  readonly refreshed: SessionEvent;
  readonly replayed: readonly SessionEvent[];
}

export type Rotated =
  /** The token was the current one and has been replaced; the session has the account's security version again. */
  | { readonly outcome: "rotated"; readonly session: StoredSession }
  /** It was replaced a moment ago, from this nonce: nothing has changed. */
  | { readonly outcome: "graced"; readonly session: StoredSession; readonly nonce: string; readonly accessExpiresAt: Timestamp | null }
  /** It was neither: the session, which was live, has ended now. */
  | { readonly outcome: "replayed"; readonly session: StoredSession }
  /** There is no such session, or it is not live (any more). */
  | { readonly outcome: "ended" };

export interface Revocation {
  readonly tenant: string;
  readonly target: { readonly id: string; readonly account: string } | { readonly family: string };
  readonly at: Timestamp;
  readonly revoked: SessionEvent;
}

/**
 * The guard of sessions. Every call is one atomic statement in a transaction of its own. A session is **live** while
 * it was not revoked (or replayed), `at` is before both its limits, and its account exists, is not closed, and has the session's
 * security version, or has spared a session (`sparedSession`) that is this one, of a version not before `sparedSince`
 * (`AccountState`). So whatever raises the account's security version has ended every session in the same commit, also those that
 * are being started meanwhile.
 */
export interface Sessions {
  /**
   * Keeps a new one, appends its events and settles its proof, in one statement, if its account is there, not closed, and has the
   * session's security version; false, and nothing done, when not: something has happened since the proof was made.
   */
  start(start: SessionStart): ResultAsync<boolean, StoreError>;
  /** In a race of equal tokens one is `rotated`, the others `graced`. Appends `refreshed` or `replayed` when that is what came of it. */
  rotate(rotation: Rotation): ResultAsync<Rotated, StoreError>;
  /**
   * The live session of an opaque access token: the current one until its expiry, or the one before it, until its own expiry, when it
   * was replaced after `graceStart`.
   */
  check(access: {
    readonly tenant: string;
    readonly family: string;
    readonly access: string;
    readonly at: Timestamp;
    readonly graceStart: Timestamp;
  }): ResultAsync<StoredSession | undefined, StoreError>;
  /** Ends one session and appends `revoked`; undefined, and nothing appended, when there is none that is live. */
  revoke(revocation: Revocation): ResultAsync<StoredSession | undefined, StoreError>;
  /** The live sessions of an account, most recently used first, then by id. */
  list(tenant: string, account: string, at: Timestamp): ResultAsync<readonly StoredSession[], StoreError>;
}
