import type { DomainError } from "../kernel/error.js";
import type { ResultAsync } from "../kernel/result.js";
import type { Secret } from "../kernel/secret.js";

/** The service that knows breached passwords did not answer. The setting `onFailure` decides what that means. */
export type BreachCheckUnavailable = DomainError<"breach-check-unavailable">;

/** Asks whether a password is known from a breach (k-anonymity services, a local Bloom filter, …). */
export interface BreachCheck {
  isBreached(password: Secret): ResultAsync<boolean, BreachCheckUnavailable>;
}
