import type { Timestamp } from "../kernel/clock.js";
import type { UserId } from "./values/user-id.js";

/**
 * A proof that has just succeeded. Only the prover makes one, and nothing that came over a wire can pass for it:
 * `isVerified` knows the objects themselves.
 */
export interface Verified {
  readonly userId: UserId;
  readonly tenant: string;
  /** The key of the authentication method. */
  readonly method: string;
  readonly at: Timestamp;
}

const genuine = new WeakSet<object>();

/** For the prover alone. */
export function mintVerified(proof: Verified): Verified {
  const verified = Object.freeze({ ...proof });
  genuine.add(verified);
  return verified;
}

/** Whether a value is a proof that this process has made. */
export const isVerified = (value: unknown): value is Verified => typeof value === "object" && value !== null && genuine.has(value);
