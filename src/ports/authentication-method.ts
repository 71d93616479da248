import type { DomainError } from "../kernel/error.js";
import type { ResultAsync } from "../kernel/result.js";
import type { Secret } from "../kernel/secret.js";

/** What a method may know of the user it enrols or proves. */
export interface ProofContext {
  readonly userId: string;
  /** Words of the user's own (names, username, addresses) that a secret must not consist of. */
  readonly words: readonly string[];
}

/** New secret material, and how the credential is called among the user's others. */
export interface Enrolled {
  readonly secret: Secret;
  readonly label?: string;
  /** Whether enrolling has proved it, as a passkey's ceremony does. Otherwise it asks for itself at log-ins after its first proof only. */
  readonly confirmed?: boolean;
}

/** Whether the proof holds; `replacement` is material to put in the old one's place (a rehash, a counter), by compare-and-set. */
export interface Proved {
  readonly accepted: boolean;
  readonly replacement?: Secret;
}

/**
 * A way to prove who one is. It is registered under a key (`methods: { totp: totp() }`) and addressed by it:
 * `verify({ totp: "123456" })`. The users context counts the guess before it calls `verify`, and keeps the material in the vault.
 */
export interface AuthenticationMethod<Input = unknown, Failure extends DomainError = DomainError> {
  /** What kind of factor it proves: two proofs of one kind are one factor (NIST SP 800-63B-4 §2). `knowledge` when left out. */
  readonly factor?: "knowledge" | "possession" | "inherence";
  /** Checks an input and makes material of it. */
  enrol(input: Input, context: ProofContext): ResultAsync<Enrolled, Failure>;
  /** Takes material over from another system, if it can read it. */
  import?(stored: unknown): ResultAsync<Enrolled, Failure>;
  /**
   * Compares an input with stored material. Without material (no such user, no such credential) it does the same work
   * against a dummy and answers `accepted: false`. An `err` is an outage, never a wrong input: that is `accepted: false`.
   */
  verify(input: Input, material: Secret | undefined): ResultAsync<Proved, Failure>;
}
