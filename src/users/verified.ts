import type { Timestamp } from "../kernel/clock.js";
import type { StoredAggregate } from "../ports/store.js";
import type { UserState } from "./state.js";
import type { UserId } from "./values/user-id.js";

/**
 * A proof that has just succeeded. Only the users context makes one, and nothing that came over a wire can pass for it:
 * `isVerified` knows the objects themselves.
 */
export interface Verified {
  readonly userId: UserId;
  readonly tenant: string;
  /** The key of the authentication method. */
  readonly method: string;
  readonly at: Timestamp;
}

/** What was read in the statement that read the secrets: whoever acts on the proof decides on what was true then. */
export interface Sight {
  /** The application that has made the proof: another one in the same process has other users. */
  readonly application: object;
  readonly user: UserState;
  /** The credential that was proved; undefined where it was a code or link. */
  readonly credential?: string | undefined;
  /** Aggregates of other kinds with the user's id, as the application asked for. */
  readonly alongside: Readonly<Record<string, StoredAggregate>>;
}

/** A proof with what was seen, in a private field that no copy, no proxy and no look-alike has. */
class Minted implements Verified {
  readonly userId: UserId;
  readonly tenant: string;
  readonly method: string;
  readonly at: Timestamp;
  readonly #sight: Sight;

  constructor({ userId, tenant, method, at }: Verified, sight: Sight) {
    this.userId = userId;
    this.tenant = tenant;
    this.method = method;
    this.at = at;
    this.#sight = sight;
    Object.freeze(this);
  }

  static sightOf(value: unknown): Sight | undefined {
    return typeof value === "object" && value !== null && #sight in value ? value.#sight : undefined;
  }
}

/** For the users context alone, and for what restores a proof that it sealed itself. */
export const mintVerified = (proof: Verified, sight: Sight): Verified => new Minted(proof, sight);

/** Whether a value is a proof that this process has made. */
export const isVerified = (value: unknown): value is Verified => sightOf(value) !== undefined;

export const sightOf = (value: unknown): Sight | undefined => Minted.sightOf(value);
