import type { Engine } from "../engine.js";
import type { Seals } from "../kernel/seal.js";
import type { AccessTokens } from "../ports/access-tokens.js";
import type { Channel } from "../users/challenges/events.js";
import type { RoleHierarchy } from "./roles.js";

/** How an account becomes active: at once, by its owner's credentials, by the proof of his addresses, or by an administrator. */
export type Activation = "immediate" | "own" | "verified" | "administrator";

/** What the accounts context was configured with, beside what every unit of work needs. */
export interface AccountServices {
  readonly engine: Engine;
  readonly hierarchy: RoleHierarchy;
  /** The role of who signs up; null for none. */
  readonly initialRole: string | null;
  readonly activation: Activation;
  /** Of which kinds an address is asked to be proved when somebody signs up. */
  readonly verify: readonly Channel[];
  readonly enumerationProtection: boolean;
  /** Keys of methods that are asked for after another factor, once the user has a credential of theirs. */
  readonly secondFactors: readonly string[];
  readonly setAccountPassword: boolean;
  readonly lifetimes: Lifetimes;
  /** Undefined where access tokens are opaque. */
  readonly accessTokens: AccessTokens | undefined;
  readonly seals: Seals;
}

/** In milliseconds. */
export interface Lifetimes {
  readonly accessToken: number;
  /** A session that is not refreshed for so long ends, */
  readonly idle: number;
  /** and every session ends after this. */
  readonly absolute: number;
  /** How long a refresh token that was just replaced is still taken: for requests that refreshed at the same time. */
  readonly grace: number;
  /** How long a proof, or a log-in that waits for its second factor, can become a session. */
  readonly proof: number;
}
