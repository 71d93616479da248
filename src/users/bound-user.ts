import type { UnitAccess } from "../kernel/definition.js";
import type { Root } from "../kernel/aggregate.js";
import { domainError } from "../kernel/error.js";
import type { DomainError, InvalidArgument } from "../kernel/error.js";
import { field } from "../kernel/hostile.js";
import { err, errAsync, ok, ResultAsync } from "../kernel/result.js";
import type { Result } from "../kernel/result.js";
import type { Secret } from "../kernel/secret.js";
import type { AuthenticationMethod, Enrolled, ProofContext } from "../ports/authentication-method.js";
import type { Methods } from "../types.js";
import { askMethod } from "./ask-method.js";
import { parseAttributes } from "./attributes.js";
import type {
  AttributesInvalid,
  CredentialNotSaved,
  CredentialUnknown,
  MethodFailed,
  MethodUnknown,
  PasswordUnchanged,
  UserRemoved,
} from "./errors.js";
import { userRemoved } from "./errors.js";
import type { Attributes, CredentialDescriptor, UserEvents } from "./events.js";
import { proofOf } from "./proof-input.js";
import type { FailureOf, InputOf, ProofInput } from "./proof-input.js";
import { methodUnknown, Prover } from "./prover.js";
import type { ProofError } from "./prover.js";
import type { UserServices } from "./services.js";
import type { UserState } from "./state.js";
import { User } from "./user.js";
import { Password } from "./values/password.js";
import { sightOf } from "./verified.js";
import type { Verified } from "./verified.js";

export type EnrolError<M extends Methods, Key extends keyof M> = FailureOf<M, Key> | MethodUnknown | MethodFailed | UserRemoved;
export type VerifyError<M extends Methods> = ProofError | FailureOf<M, keyof M> | CredentialNotSaved | InvalidArgument;

/** A user in a unit of work: what the pure one cannot do, because it takes the unit's vault, hasher or schema. */
export class BoundUser<A extends object = Attributes, AI extends object = A, M extends Methods = Methods> extends User<A> {
  readonly #services: UserServices;
  readonly #unit: UnitAccess;

  constructor(root: Root<UserState, UserEvents>, unit: UnitAccess, services: UserServices) {
    super(root, services.phoneParser);
    this.#services = services;
    this.#unit = unit;
  }

  /** Checks and hashes now; the vault gets it in the commit. For a user's own change take `changePassword`. */
  setPassword(password: InputOf<M, "password">): ResultAsync<void, EnrolError<M, "password">> {
    return new ResultAsync(this.#setPassword(password));
  }

  /** Takes the current password, which counts as a guess, and one that differs from it. */
  changePassword(passwords: {
    readonly current: InputOf<M, "password">;
    readonly next: InputOf<M, "password">;
  }): ResultAsync<void, EnrolError<M, "password"> | VerifyError<M> | PasswordUnchanged> {
    return new ResultAsync(this.#changePassword(passwords));
  }

  /**
   * Takes over the hash that another system made (`pbkdf2_sha256$…`, `$2b$…`, …), if the hasher can read it. It is replaced by
   * one of today's at the next log-in.
   */
  importPasswordHash(stored: string): ResultAsync<void, EnrolError<M, "password">> {
    return new ResultAsync(this.#importPasswordHash(stored));
  }

  /** Adds a credential of any configured method but the password. */
  enrol<Key extends Exclude<keyof M & string, "password">>(
    method: Key,
    input: InputOf<M, Key>,
  ): ResultAsync<CredentialDescriptor, EnrolError<M, Key>> {
    return new ResultAsync(this.#enrol(method, input));
  }

  /** Proves the user: `verify({ password })`, `verify({ totp })`. Every guess is counted and leaves an event, without a commit. */
  verify(proof: ProofInput<M>): ResultAsync<Verified, VerifyError<M>> {
    return new ResultAsync(this.#verify(proof));
  }

  /**
   * Proves a credential that was enrolled and saved: from the commit on, a second factor asks for itself at every log-in. Before its
   * first proof it asks for nothing, so that a device that was set up wrongly locks nobody out.
   */
  confirmCredential(proof: ProofInput<M>): ResultAsync<Verified, VerifyError<M> | UserRemoved> {
    return new ResultAsync(this.#confirmCredential(proof));
  }

  /** Replaces the host's own fields, through the host's schema. */
  setAttributes(attributes: AI): ResultAsync<void, AttributesInvalid | UserRemoved> {
    return new ResultAsync(this.#setAttributes(attributes));
  }

  override removeCredential(credentialId: string): Result<CredentialDescriptor, CredentialUnknown | UserRemoved> {
    return super.removeCredential(credentialId).map((credential) => {
      this.#unit.dropSecret(credential.id);
      return credential;
    });
  }

  override remove(): Result<void, UserRemoved> {
    const { credentials } = this;
    return super.remove().map(() => credentials.forEach(({ id }) => this.#unit.dropSecret(id)));
  }

  override erase(): void {
    const { credentials } = this;
    super.erase();
    credentials.forEach(({ id }) => this.#unit.dropSecret(id));
  }

  async #setPassword(password: unknown): Promise<Result<void, EnrolError<M, "password">>> {
    const enrolled = await this.#material("password", (method, context) => method.enrol(password as never, context));
    if (enrolled.isErr()) return err(enrolled.error);
    this.#keepPassword(enrolled.value.secret);
    return ok(undefined);
  }

  async #importPasswordHash(stored: unknown): Promise<Result<void, EnrolError<M, "password">>> {
    const taken = await this.#material("password", (method) => method.import?.(stored) ?? errAsync(methodUnknown("password")));
    if (taken.isErr()) return err(taken.error);
    this.#keepPassword(taken.value.secret);
    return ok(undefined);
  }

  async #changePassword(passwords: unknown): Promise<Result<void, EnrolError<M, "password"> | VerifyError<M> | PasswordUnchanged>> {
    const [current, next] = [field(passwords, "current"), field(passwords, "next")];
    const verified = await this.#verify({ password: current });
    if (verified.isErr()) return err(verified.error);
    if (samePassword(current, next)) return err(domainError("password-unchanged", "the new password is the current one"));
    return this.#setPassword(next);
  }

  async #enrol<Key extends keyof M & string>(key: Key, input: unknown): Promise<Result<CredentialDescriptor, EnrolError<M, Key>>> {
    // The compiler has refused it; `setPassword` is for that.
    if (typeof key !== "string" || String(key) === "password") return err(methodUnknown("password"));
    const enrolled = await this.#material(key, (method, context) => method.enrol(input as never, context));
    if (enrolled.isErr()) return err(enrolled.error);
    const credentialId = this.facts.nextId();
    const { secret, label = null, confirmed = false } = enrolled.value;
    this.record("credential-added", { credentialId, kind: key, label, confirmed });
    this.#unit.putSecret(credentialId, this.id, secret);
    const descriptor = this.credentials.find(({ id }) => id === credentialId);
    return descriptor === undefined ? err(methodUnknown(key)) : ok(descriptor);
  }

  async #verify(proof: unknown): Promise<Result<Verified, VerifyError<M>>> {
    const read = proofOf(proof);
    if (read.isErr()) return err(read.error);
    const { method, input } = read.value;
    const credentials = this.credentials.filter(({ kind }) => kind === method);
    if (credentials.length > 0 && credentials.every(({ id }) => this.#unit.pendingSecret(id) !== undefined)) {
      return err(domainError("credential-not-saved", "this credential is not saved yet: only what is stored can be proved"));
    }
    const target = { kind: "user", id: this.id } as const;
    const proved = await new Prover(this.#services, this.#unit).prove({ target, method, input, device: this.#session() });
    // The prover knows the methods as a map; their own types say how they fail.
    return proved as Result<Verified, VerifyError<M>>;
  }

  async #confirmCredential(proof: unknown): Promise<Result<Verified, VerifyError<M> | UserRemoved>> {
    const verified = await this.#verify(proof);
    if (verified.isErr()) return verified;
    if (this.removedAt !== null) return err(userRemoved());
    const proved = sightOf(verified.value)?.credential;
    const credential = this.credentials.find(({ id, confirmedAt }) => id === proved && confirmedAt === null);
    if (credential !== undefined) this.record("credential-confirmed", { credentialId: credential.id, kind: credential.kind });
    return verified;
  }

  /** Who is signed in guesses on a counter of his session's own: what strangers guess does not keep him from changing his password. */
  #session(): { readonly holder: string; readonly name: string } | undefined {
    const { principal } = this.#unit.scope;
    return principal?.kind === "user" && principal.id === this.id ? { holder: this.id, name: principal.session } : undefined;
  }

  async #setAttributes(attributes: unknown): Promise<Result<void, AttributesInvalid | UserRemoved>> {
    const parsed = await parseAttributes(this.#services.attributes, attributes);
    if (parsed.isErr()) return err(parsed.error);
    if (this.removedAt !== null) return err(userRemoved());
    this.record("attributes-changed", { attributes: parsed.value });
    return ok(undefined);
  }

  /** Makes material by a method that is configured, unless the user was removed before or while that was going on. */
  async #material<Key extends keyof M>(
    key: Key & string,
    make: (method: AuthenticationMethod<never>, context: ProofContext) => ResultAsync<Enrolled, DomainError>,
  ): Promise<Result<Enrolled, EnrolError<M, Key>>> {
    const method = Object.hasOwn(this.#services.methods, key) ? this.#services.methods[key] : undefined;
    if (method === undefined) return err(methodUnknown(key));
    if (this.removedAt !== null) return err(userRemoved());
    const made = await askMethod(key, () => make(method, { userId: this.id, words: this.#words() }));
    // A method fails as its own type says.
    if (made.isErr()) return err(made.error as FailureOf<M, Key>);
    return this.removedAt === null ? ok(made.value) : err(userRemoved());
  }

  /** A fresh id each time: the material under an id never changes its meaning. */
  #keepPassword(secret: Secret): void {
    const before = this.credentials.find(({ kind }) => kind === "password");
    const credentialId = this.facts.nextId();
    this.record("password-changed", { credentialId, replaced: before !== undefined });
    if (before !== undefined) this.#unit.dropSecret(before.id);
    this.#unit.putSecret(credentialId, this.id, secret);
  }

  #words(): readonly string[] {
    const { display, given, family } = this.name ?? {};
    return [display, given, family, this.username, ...this.emails.map(({ value }) => value)].filter((word) => typeof word === "string");
  }
}

/** Whether both are the same password, whatever keyboard they were typed on. */
const samePassword = (one: unknown, other: unknown): boolean => {
  const [a, b] = [one, other].map((text) => Password.parse(text, { minimum: 1 }).unwrapOr(undefined)?.reveal());
  return a !== undefined && a === b;
};
