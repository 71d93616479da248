import { domainError } from "../../kernel/error.js";
import { err, errAsync, ok, okAsync, ResultAsync } from "../../kernel/result.js";
import type { Result } from "../../kernel/result.js";
import { hex } from "../../kernel/random.js";
import type { Random } from "../../kernel/random.js";
import { Secret } from "../../kernel/secret.js";
import type { AuthenticationMethod, Enrolled, ProofContext, Proved } from "../../ports/authentication-method.js";
import type { BreachCheckUnavailable } from "../../ports/breach-check.js";
import type { HasherBusy, HasherFailed, PasswordHasher } from "../../ports/password-hasher.js";
import type { PasswordPolicy } from "../password-policy.js";
import { Password } from "../values/password.js";
import type { PasswordRejected } from "../values/password.js";

export type PasswordFailure = PasswordRejected | BreachCheckUnavailable | HasherBusy | HasherFailed;

/** The first authentication method: a memorised secret, kept as a PHC string. */
export class PasswordMethod implements AuthenticationMethod<string | Secret, PasswordFailure> {
  readonly #hasher: PasswordHasher;
  readonly #policy: PasswordPolicy;
  readonly #random: Random;
  #dummy: ResultAsync<Enrolled, HasherBusy | HasherFailed> | undefined;

  constructor(hasher: PasswordHasher, policy: PasswordPolicy, random: Random) {
    this.#hasher = hasher;
    this.#policy = policy;
    this.#random = random;
  }

  enrol(input: string | Secret, { words }: ProofContext): ResultAsync<Enrolled, PasswordFailure> {
    return this.#policy.check(input, words).andThen((password) => this.#hash(password));
  }

  import(stored: unknown): ResultAsync<Enrolled, PasswordFailure> {
    if (typeof stored === "string" && stored.length <= 1024 && this.#hasher.recognises(stored))
      return okAsync({ secret: new Secret(stored) });
    return errAsync(domainError("hasher-failed", "no configured hasher can read this hash"));
  }

  verify(input: string | Secret, material: Secret | undefined): ResultAsync<Proved, PasswordFailure> {
    return new ResultAsync(this.#verify(input, material));
  }

  async #verify(input: string | Secret, material: Secret | undefined): Promise<Result<Proved, PasswordFailure>> {
    // Rules for new passwords do not apply to old ones; a text that can be no password at all is simply a wrong one.
    const password = Password.parse(input, { minimum: 1 }).unwrapOr(undefined);
    if (password === undefined) return ok({ accepted: false });
    // Also where it is not needed: its first making must not tell strangers from users.
    const dummy = await this.#dummyHash();
    if (dummy.isErr()) return err(dummy.error);
    const match = await this.#hasher.verify(password, (material ?? dummy.value.secret).reveal());
    if (match.isErr()) return err(match.error);
    if (!match.value.matches || material === undefined) return ok({ accepted: false });
    return match.value.outdated ? this.#rehash(password) : ok({ accepted: true });
  }

  /** An upgrade that does not come off now comes off at another log-in: the proof holds all the same. */
  async #rehash(password: Password): Promise<Result<Proved, PasswordFailure>> {
    const upgraded = await this.#hash(password);
    return ok(upgraded.isOk() ? { accepted: true, replacement: upgraded.value.secret } : { accepted: true });
  }

  #hash(password: Secret): ResultAsync<Enrolled, HasherBusy | HasherFailed> {
    return this.#hasher.hash(password).map((phc) => ({ secret: new Secret(phc) }));
  }

  /** What an unknown user's password is compared with: the hash of something nobody knows, at today's cost. */
  async #dummyHash(): Promise<Result<Enrolled, HasherBusy | HasherFailed>> {
    this.#dummy ??= this.#hash(new Secret(hex(this.#random.bytes(16))));
    const dummy = await this.#dummy;
    if (dummy.isErr()) this.#dummy = undefined;
    return dummy;
  }
}
