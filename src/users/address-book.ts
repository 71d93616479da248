import { domainError } from "../kernel/error.js";
import type { DomainError } from "../kernel/error.js";
import { err, ok } from "../kernel/result.js";
import type { Result } from "../kernel/result.js";
import type { Address } from "./addresses.js";
import { userRemoved } from "./errors.js";
import type { AddressAlreadyAdded, AddressIsPrimary, AddressUnknown, TooManyAddresses, UserRemoved } from "./errors.js";

export type AddAddressError = AddressAlreadyAdded | TooManyAddresses | UserRemoved;
export type ChangeAddressError = AddressUnknown | AddressIsPrimary | UserRemoved;

/** More than anyone has, and few enough for one aggregate. */
const LIMIT = 20;

/** What is recorded when the rules let it pass. */
interface Recorder<Value> {
  added(value: Value, primary: boolean): void;
  removed(value: Value): void;
  verified(value: Value): void;
  madePrimary(value: Value): void;
}

/** One kind of addresses of one user's, as they are now. */
export interface Addresses<Value extends string, Invalid extends DomainError> {
  readonly kind: "email" | "phone";
  readonly addresses: readonly Address<Value>[];
  readonly removed: boolean;
  parse(input: unknown): Result<Value, Invalid>;
  /** Two spellings with the same key are the same address. */
  key(value: Value): string;
  readonly record: Recorder<Value>;
}

/** The rules for them: each is there once, and one is primary as long as there is any. */
export class AddressBook<Value extends string, Invalid extends DomainError> {
  readonly #of: Addresses<Value, Invalid>;

  constructor(of: Addresses<Value, Invalid>) {
    this.#of = of;
  }

  add(input: unknown): Result<Value, Invalid | AddAddressError> {
    const parsed = this.#of.parse(input);
    if (parsed.isErr()) return err(parsed.error);
    if (this.#of.removed) return err(userRemoved());
    if (this.#find(parsed.value) !== undefined) {
      return err(domainError("address-already-added", `the user has this ${this.#of.kind} already`, { kind: this.#of.kind }));
    }
    if (this.#of.addresses.length >= LIMIT) {
      return err(domainError("too-many-addresses", `a user has at most ${LIMIT} of a kind`, { kind: this.#of.kind, limit: LIMIT }));
    }
    this.#of.record.added(parsed.value, this.#of.addresses.length === 0);
    return ok(parsed.value);
  }

  remove(input: unknown): Result<void, Invalid | ChangeAddressError> {
    return this.#known(input).andThen((address) => {
      if (address.primary && this.#of.addresses.length > 1) {
        return err<never, AddressIsPrimary>(
          domainError("address-is-primary", `make another ${this.#of.kind} primary before this one goes`, { kind: this.#of.kind }),
        );
      }
      return ok(this.#of.record.removed(address.value));
    });
  }

  /** Whatever it was: of what is left the first becomes primary. */
  release(input: unknown): Result<void, Invalid | AddressUnknown | UserRemoved> {
    return this.#known(input).map((address) => {
      const heir = this.#of.addresses.find(({ value }) => value !== address.value);
      if (address.primary && heir !== undefined) this.#of.record.madePrimary(heir.value);
      this.#of.record.removed(address.value);
    });
  }

  verify(input: unknown): Result<void, Invalid | ChangeAddressError> {
    return this.#known(input).map((address) => {
      if (address.verifiedAt === null) this.#of.record.verified(address.value);
    });
  }

  makePrimary(input: unknown): Result<void, Invalid | ChangeAddressError> {
    return this.#known(input).map((address) => {
      if (!address.primary) this.#of.record.madePrimary(address.value);
    });
  }

  #known(input: unknown): Result<Address<Value>, Invalid | AddressUnknown | UserRemoved> {
    const parsed = this.#of.parse(input);
    if (parsed.isErr()) return err(parsed.error);
    if (this.#of.removed) return err(userRemoved());
    const address = this.#find(parsed.value);
    if (address !== undefined) return ok(address);
    return err(domainError("address-unknown", `the user has no such ${this.#of.kind}`, { kind: this.#of.kind }));
  }

  #find(value: Value): Address<Value> | undefined {
    return this.#of.addresses.find((address) => this.#of.key(address.value) === this.#of.key(value));
  }
}
