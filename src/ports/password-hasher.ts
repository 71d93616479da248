import type { DomainError } from "../kernel/error.js";
import type { ResultAsync } from "../kernel/result.js";
import type { Secret } from "../kernel/secret.js";

/** All hashing slots are taken and the queue's time limit has passed. Retry later; nothing was hashed or compared. */
export type HasherBusy = DomainError<"hasher-busy">;

/** The hasher itself failed, or the stored hash is of no kind it knows, or names a pepper key it was not given. Fails closed. */
export type HasherFailed = DomainError<"hasher-failed">;

/** The outcome of comparing a password with a stored hash. */
export interface PasswordMatch {
  readonly matches: boolean;
  /** True when the stored hash is of a weaker kind, other parameters or an older pepper than `hash` would use today. */
  readonly outdated: boolean;
}

/**
 * Turns passwords into self-describing hashes (PHC strings) and compares them. The password arrives checked and NFC-normalised.
 * Comparison is constant-time; the work of `verify` does not depend on whether it matches.
 */
export interface PasswordHasher {
  hash(password: Secret): ResultAsync<string, HasherBusy | HasherFailed>;
  verify(password: Secret, stored: string): ResultAsync<PasswordMatch, HasherBusy | HasherFailed>;
  /** Whether `verify` could read this stored hash: asked before a hash is imported from another system. */
  recognises(stored: string): boolean;
}

/** A way of hashing that another system used: verified, never written, and replaced at the next log-in. */
export interface LegacyHash {
  readonly name: string;
  recognises(stored: string): boolean;
  verify(password: Secret, stored: string): Promise<boolean>;
}
