import type { Timestamp } from "../kernel/clock.js";
import type { DomainError } from "../kernel/error.js";
import type { ResultAsync } from "../kernel/result.js";

/** The token is none of ours, or not valid any more: one error for every cause, so that nobody learns which. */
export type AccessTokenInvalid = DomainError<"access-token-invalid">;

/** The token could not be made or checked: a key is missing, or a key service does not answer. Fails closed. */
export type AccessTokensFailed = DomainError<"access-tokens-failed">;

/** What an access token says: who, in which session, and until when. Never what he may do. */
export interface AccessClaims {
  /** The user's id (`sub`). */
  readonly userId: string;
  readonly tenant: string;
  /** The session's id (`sid`). */
  readonly sessionId: string;
  /** The account's security version when the token was made. */
  readonly securityVersion: number;
  readonly issuedAt: Timestamp;
  readonly expiresAt: Timestamp;
}

/**
 * Makes and checks access tokens without asking the store, as `denizen/jose` does. Without one, access tokens are opaque and
 * every check is a look into the store.
 */
export interface AccessTokens {
  issue(claims: AccessClaims): ResultAsync<string, AccessTokensFailed>;
  /** Takes any text. `now` (ISO 8601) is the application's clock: a token is valid from its issue until, not including, its expiry. */
  verify(token: string, now: Timestamp): ResultAsync<AccessClaims, AccessTokenInvalid | AccessTokensFailed>;
}
