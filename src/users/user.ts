import { fromHistory } from "../from-history.js";
import { AggregateRoot } from "../kernel/aggregate.js";
import type { Root } from "../kernel/aggregate.js";
import type { Timestamp } from "../kernel/clock.js";
import { domainError } from "../kernel/error.js";
import type { DomainEvent } from "../kernel/event.js";
import type { HistoryInvalid } from "../kernel/rebuild.js";
import { err, ok, ResultAsync } from "../kernel/result.js";
import type { Result } from "../kernel/result.js";
import { MASK } from "../kernel/secret.js";
import type { PhoneParser } from "../ports/phone-parser.js";
import { AddressBook } from "./address-book.js";
import type { AddAddressError, ChangeAddressError } from "./address-book.js";
import type { Address } from "./addresses.js";
import { userBehaviour } from "./behaviour.js";
import { userRemoved } from "./errors.js";
import type { CredentialUnknown, UserRemoved } from "./errors.js";
import type { Attributes, CredentialDescriptor, UserEvents } from "./events.js";
import { isProved } from "./state.js";
import type { UserState } from "./state.js";
import { Email } from "./values/email.js";
import type { EmailInvalid } from "./values/email.js";
import { PersonName } from "./values/person-name.js";
import type { NameInvalid } from "./values/person-name.js";
import { PhoneNumber } from "./values/phone-number.js";
import type { PhoneInvalid } from "./values/phone-number.js";
import type { UserId } from "./values/user-id.js";
import { Username } from "./values/username.js";
import type { UsernameInvalid } from "./values/username.js";

/**
 * Someone who uses the host's application: who they are, and which credentials they have to prove it. Pure: every method
 * checks its rule and records an event, or answers with an error and leaves the user as it was.
 */
export class User<A extends object = Attributes> extends AggregateRoot<UserState, UserEvents> {
  declare readonly id: UserId;
  readonly #phoneParser: PhoneParser;

  constructor(root: Root<UserState, UserEvents>, phoneParser: PhoneParser = PhoneNumber) {
    super(root);
    this.#phoneParser = phoneParser;
  }

  /**
   * A user as his events have made him, in no unit of work: from `queries.history` or from what a subscriber has kept, in any order.
   * Events of his account and sessions among them are passed over. Error: `history-invalid`.
   */
  static fromHistory<A extends object = Attributes>(events: readonly DomainEvent[]): Result<User<A>, HistoryInvalid> {
    return fromHistory({ ...userBehaviour, from: (root: Root<UserState, UserEvents>) => new User<A>(root) }, events);
  }

  /** Records the first event of a new user: for whoever defines or imports users; everybody else calls `create`. */
  begin(name: PersonName, attributes: Attributes = {}): void {
    if (this.version === 0) this.record("user-created", { name, attributes });
  }

  /** Null only when erasure has emptied it. */
  get name(): PersonName | null {
    return this.state.name;
  }

  get username(): Username | null {
    return this.state.username?.value ?? null;
  }

  get emails(): readonly Address<Email>[] {
    return this.state.emails;
  }

  get phones(): readonly Address<PhoneNumber>[] {
    return this.state.phones;
  }

  get primaryEmail(): Email | null {
    return this.state.emails.find(({ primary }) => primary)?.value ?? null;
  }

  get primaryPhone(): PhoneNumber | null {
    return this.state.phones.find(({ primary }) => primary)?.value ?? null;
  }

  /** The host's own fields, typed by its schema, through which every one of them went. */
  get attributes(): A {
    return this.state.attributes as A;
  }

  get credentials(): readonly CredentialDescriptor[] {
    return this.state.credentials;
  }

  /** A mask where there is a password, undefined where there is none: nothing of it is here to be shown. */
  get password(): typeof MASK | undefined {
    return this.state.credentials.some(({ kind }) => kind === "password") ? MASK : undefined;
  }

  /** Whether an address of his was ever proved: nobody else can have set up what there is of him since. */
  get isProved(): boolean {
    return isProved(this.state);
  }

  /** Whether nobody logs in as him before there is a new password. */
  get passwordResetRequired(): boolean {
    return this.state.passwordResetRequired;
  }

  get createdAt(): Timestamp {
    return this.state.createdAt;
  }

  get removedAt(): Timestamp | null {
    return this.state.removedAt;
  }

  /** Whether erasure has emptied it: nobody else is without a name. */
  get isErased(): boolean {
    return this.state.name === null;
  }

  rename(input: unknown): Result<void, NameInvalid | UserRemoved> {
    return this.#unlessRemoved().andThen(() => PersonName.parse(input).map((name) => this.record("name-changed", { name })));
  }

  /** Takes the look-alike table along, which is loaded when it is first needed. */
  setUsername(input: unknown): ResultAsync<void, UsernameInvalid | UserRemoved> {
    return new ResultAsync(this.#setUsername(input));
  }

  removeUsername(): Result<void, UserRemoved> {
    return this.#unlessRemoved().map(() => {
      if (this.state.username !== null) this.record("username-changed", { username: null, skeleton: null });
    });
  }

  /** The first one becomes primary. */
  addEmail(input: unknown): Result<Email, EmailInvalid | AddAddressError> {
    return this.#emails().add(input);
  }

  removeEmail(input: unknown): Result<void, EmailInvalid | ChangeAddressError> {
    return this.#emails().remove(input);
  }

  makePrimaryEmail(input: unknown): Result<void, EmailInvalid | ChangeAddressError> {
    return this.#emails().makePrimary(input);
  }

  /** For a host that has had the address proved by means of its own. */
  verifyEmail(input: unknown): Result<void, EmailInvalid | ChangeAddressError> {
    return this.#emails().verify(input);
  }

  /** Takes the address from him, whether or not it is primary: for the commit in which somebody else proves that it is his. */
  releaseEmail(input: unknown): Result<void, EmailInvalid | ChangeAddressError> {
    return this.#emails().release(input);
  }

  /** The first one becomes primary. */
  addPhone(input: unknown): Result<PhoneNumber, PhoneInvalid | AddAddressError> {
    return this.#phones().add(input);
  }

  removePhone(input: unknown): Result<void, PhoneInvalid | ChangeAddressError> {
    return this.#phones().remove(input);
  }

  makePrimaryPhone(input: unknown): Result<void, PhoneInvalid | ChangeAddressError> {
    return this.#phones().makePrimary(input);
  }

  /** For a host that has had the number proved by means of its own. */
  verifyPhone(input: unknown): Result<void, PhoneInvalid | ChangeAddressError> {
    return this.#phones().verify(input);
  }

  /** As `releaseEmail`. */
  releasePhone(input: unknown): Result<void, PhoneInvalid | ChangeAddressError> {
    return this.#phones().release(input);
  }

  /** Where there is a password: nobody logs in before it has been replaced. */
  requirePasswordReset(): Result<void, UserRemoved> {
    return this.#unlessRemoved().map(() => {
      if (this.password !== undefined && !this.passwordResetRequired) this.record("password-reset-required", {});
    });
  }

  removeCredential(credentialId: string): Result<CredentialDescriptor, CredentialUnknown | UserRemoved> {
    return this.#unlessRemoved().andThen(() => {
      const credential = this.state.credentials.find(({ id }) => id === credentialId);
      if (credential === undefined)
        return err<never, CredentialUnknown>(domainError("credential-unknown", "the user has no such credential"));
      this.record("credential-removed", { credentialId: credential.id, kind: credential.kind });
      return ok(credential);
    });
  }

  /** Soft: the user is not found any more and can prove nothing, and its identifiers stay reserved until erasure. */
  remove(): Result<void, UserRemoved> {
    return this.#unlessRemoved().map(() => this.record("user-removed", {}));
  }

  /**
   * Forgets who he is, whether or not he was removed before: names, addresses, attributes and credentials go from here and, in the
   * commit, from every event in the log whose subject he is; his identifiers are anybody's again. One who is erased stays so.
   */
  erase(): void {
    if (!this.isErased) this.record("user-erased", {});
  }

  async #setUsername(input: unknown): Promise<Result<void, UsernameInvalid | UserRemoved>> {
    const claimed = await Username.claim(input);
    if (claimed.isErr()) return err(claimed.error);
    const { username, skeleton } = claimed.value;
    // The user may have been removed while the table was loading.
    return this.#unlessRemoved().map(() => {
      if (this.state.username?.value !== username) this.record("username-changed", { username, skeleton });
    });
  }

  #unlessRemoved(): Result<void, UserRemoved> {
    return this.state.removedAt === null ? ok(undefined) : err(userRemoved());
  }

  #emails(): AddressBook<Email, EmailInvalid> {
    return new AddressBook({
      kind: "email",
      addresses: this.state.emails,
      removed: this.removedAt !== null,
      parse: Email.parse,
      key: Email.key,
      record: {
        added: (email, primary) => this.record("email-added", { email, primary }),
        removed: (email) => this.record("email-removed", { email }),
        verified: (email) => this.record("email-verified", { email }),
        madePrimary: (email) => this.record("primary-email-changed", { email }),
      },
    });
  }

  #phones(): AddressBook<PhoneNumber, PhoneInvalid> {
    return new AddressBook({
      kind: "phone",
      addresses: this.state.phones,
      removed: this.removedAt !== null,
      parse: (input) => this.#phoneParser.parse(input),
      key: (phone) => phone,
      record: {
        added: (phone, primary) => this.record("phone-added", { phone, primary }),
        removed: (phone) => this.record("phone-removed", { phone }),
        verified: (phone) => this.record("phone-verified", { phone }),
        madePrimary: (phone) => this.record("primary-phone-changed", { phone }),
      },
    });
  }
}
