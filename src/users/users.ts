import type { Committed, CommitOptions } from "../unit/commit.js";
import type { CommitError, ForeignAggregate, InvalidScope, LoadError, UnitClosed } from "../errors.js";
import { ConfigurationError, configured, domainError, invalidArgument } from "../kernel/error.js";
import type { DomainError, InvalidArgument } from "../kernel/error.js";
import { field } from "../kernel/hostile.js";
import { err, errAsync, ok, ResultAsync } from "../kernel/result.js";
import type { Result } from "../kernel/result.js";
import type { Subscribe } from "../messaging/in-transaction.js";
import type { Types } from "../types.js";
import { Unit } from "../unit-of-work.js";
import type { UnitOfWork } from "../unit-of-work.js";
import type { GetOptions, Repository } from "../unit/repository.js";
import type { BoundUser, VerifyError } from "./bound-user.js";
import { lookupOf, lookupToProve } from "./criteria.js";
import type { CriteriaError, ProofCriteria, UserCriteria } from "./criteria.js";
import type { CreateUserError, NewUser, UserDefinition } from "./definition.js";
import type { UserAmbiguous, UserNotFound, UserRemoved } from "./errors.js";
import { proofOf } from "./proof-input.js";
import type { ProofInput } from "./proof-input.js";
import { Prover } from "./prover.js";
import { UserId } from "./values/user-id.js";
import type { UserIdInvalid } from "./values/user-id.js";
import type { Verified } from "./verified.js";

/** The types of an application whose users these are. */
export type UserOf<T extends Types> = BoundUser<T["attributes"], T["attributesInput"], T["methods"]>;

/** What users can be bound to: an application, one of its scopes, or a unit of work that is open already. */
export type Bindable<T extends Types> = Unit<T> | { readonly $types: T; unitOfWork(): UnitOfWork<T> };

export type ReadError = UserNotFound | UserAmbiguous | CriteriaError | LoadError;

/**
 * The users of an application, as one unit of work: `await using users = application.users()`. Nothing is written before
 * `save`, which commits everything; disposing without it means that nothing happened.
 */
export class Users<T extends Types> {
  /** The unit of work beneath, with the other repositories. Bound to a unit, it is that unit. */
  readonly unit: UnitOfWork<T>;
  /** Subscribes inside this unit's transactions: an `err` or a throw rolls everything back and reaches `save` as `vetoed`. */
  readonly subscribe: Subscribe<T>;
  readonly #owned: boolean;
  readonly #repository: Repository<UserDefinition<T["attributes"], T["attributesInput"], T["methods"]>>;

  constructor(options: { readonly bind: Bindable<T> }) {
    const { bind } = configured("new Users({ bind })", () => ({ ...options }));
    this.#owned = !Unit.is(bind);
    const unit: unknown = configured("new Users({ bind })", () => (Unit.is(bind) ? bind : bind.unitOfWork()));
    if (!Unit.is(unit)) throw new ConfigurationError(["new Users({ bind }) takes an application, one of its scopes or a unit of work"]);
    // A unit of the application's that `bind` is or belongs to: its types and repositories are T's.
    const its: unknown = unit;
    this.unit = its as UnitOfWork<T>;
    this.subscribe = this.unit.subscribe;
    // Every application registers `users`; an index into the unit's repositories does not say so.
    this.#repository = field(this.unit, "users") as Repository<UserDefinition<T["attributes"], T["attributesInput"], T["methods"]>>;
  }

  /** A new user, in one checked call with everything that is given. `id` where the host has ids of its own. */
  create(
    user: NewUser<T["attributesInput"], T["methods"]> & { readonly id?: string },
  ): ResultAsync<UserOf<T>, CreateUserError<T["methods"]> | UserIdInvalid | UnitClosed | InvalidScope> {
    const given = field(user, "id");
    if (given === undefined) return this.#repository.create(user);
    const id = UserId.parse(given);
    return id.isErr() ? errAsync(id.error) : this.#repository.create(user, { id: id.value });
  }

  /**
   * By id, e-mail, username, phone or name. Nobody is `user-not-found`, several of one name are `user-ambiguous`. Who was removed is
   * nobody, unless `{ removed: true }` asks for him too.
   */
  read(criteria: UserCriteria, options?: GetOptions): ResultAsync<UserOf<T>, ReadError> {
    const lookup = lookupOf(criteria, this.#context.engine.users.phoneParser);
    if (lookup.isErr()) return errAsync(lookup.error);
    const found =
      "id" in lookup.value ? this.#repository.get(lookup.value.id, options) : this.#repository.find(lookup.value.identifier, options);
    return found.mapErr((error) => {
      if (error.code === "not-found") return domainError("user-not-found", "there is no such user");
      return error.code === "ambiguous" ? domainError("user-ambiguous", "several users have this name") : error;
    });
  }

  /**
   * Proves somebody who need not exist: unknown users, wrong secrets and missing credentials cost the same work and get the
   * same answer. `verify({ email }, { password })`.
   */
  verify(criteria: ProofCriteria, proof: ProofInput<T["methods"]>): ResultAsync<Verified, VerifyError<T["methods"]> | CriteriaError> {
    return new ResultAsync(this.#verify(criteria, proof));
  }

  /** Commits the whole unit. A user of another unit is `foreign-aggregate`. */
  save(user?: UserOf<T>, options?: CommitOptions): ResultAsync<Committed, CommitError<T> | ForeignAggregate | InvalidArgument> {
    return user === undefined || this.unit.owns(user) ? this.unit.commit(options) : errAsync(foreign());
  }

  /** Removes softly, at the next `save`: not found any more, nothing left to prove, identifiers reserved until erasure. */
  remove(user: UserOf<T>): Result<void, UserRemoved | ForeignAggregate> {
    return this.unit.owns(user) ? user.remove() : err(foreign());
  }

  /**
   * Forgets who this user is, at the next `save`: here, in the log and in the vault; sessions end, and his identifiers are anybody's
   * again. A removed one too: `read(criteria, { removed: true })` finds him.
   */
  erase(user: UserOf<T>): Result<void, ForeignAggregate> {
    return this.unit.owns(user) ? ok(user.erase()) : err(foreign());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#owned) await this.unit[Symbol.asyncDispose]();
  }

  get #context(): ReturnType<typeof Unit.contextOf> {
    return Unit.contextOf(this.unit);
  }

  async #verify(criteria: unknown, proof: unknown): Promise<Result<Verified, VerifyError<T["methods"]> | CriteriaError>> {
    const unit = this.#context;
    const target = lookupToProve(criteria, unit.engine.users.phoneParser);
    if (target.isErr()) return err(target.error);
    if ("identifier" in target.value && target.value.identifier.shared === true)
      return err(invalidArgument("criteria", "cannot be a name: several may share it"));
    const read = proofOf(proof);
    if (read.isErr()) return err(read.error);
    const proved: Result<Verified, DomainError> = await new Prover(unit.engine.users, unit).prove({ target: target.value, ...read.value });
    // The prover knows the methods as a map; their own types say how they fail.
    return proved.isOk() ? ok(proved.value) : err(proved.error as VerifyError<T["methods"]>);
  }
}

const foreign = (): ForeignAggregate => domainError("foreign-aggregate", "this user belongs to another unit of work");
