import type { Engine } from "./engine.js";
import { authenticate } from "./accounts/authenticate.js";
import type { AuthenticateError } from "./accounts/authenticate.js";
import { Commands } from "./accounts/commands/index.js";
import { measuredAnswer } from "./accounts/context.js";
import type { CommandContext } from "./accounts/context.js";
import type { DeviceInput } from "./accounts/log-in-input.js";
import { Queries } from "./accounts/queries/index.js";
import { startOwnSession } from "./accounts/start-own-session.js";
import type { SignedIn, StartSessionError } from "./accounts/start-session.js";
import type { InvalidScope } from "./errors.js";
import { isActor } from "./kernel/actor.js";
import type { Actor, UserActor } from "./kernel/actor.js";
import type { ErrOf, OkOf } from "./kernel/attempt.js";
import { timestamp } from "./kernel/clock.js";
import { invalidArgument } from "./kernel/error.js";
import type { InvalidArgument } from "./kernel/error.js";
import { field } from "./kernel/hostile.js";
import { findUnstorable } from "./kernel/json.js";
import { errAsync, ResultAsync } from "./kernel/result.js";
import type { Err, Result } from "./kernel/result.js";
import type { Scope } from "./kernel/scope.js";
import { measured } from "./measured.js";
import type { Outcome, StoreError, StoreFailed } from "./ports/store.js";
import { transact } from "./transact.js";
import type { TransactError, TransactOptions, Work } from "./transact.js";
import type { Types } from "./types.js";
import { contextIn, openUnit } from "./open-unit.js";
import { invalidScope } from "./unit-of-work.js";
import type { UnitOfWork } from "./unit-of-work.js";
import { Users } from "./users/users.js";
import type { Verified } from "./users/verified.js";

/** What one request or job says of itself; every field is optional and well-formed text of at most 255 characters. */
export interface Correlation {
  /** One id for everything the request or job does. */
  readonly correlationId?: string;
  /** The event or message that caused it. */
  readonly causationId?: string;
  /** W3C `traceparent`. */
  readonly trace?: string;
}

/**
 * The doors of an application, for one scope: who asks, in which tenant, under which correlation id. The application itself is
 * the default one; `as`, `tenant` and `correlated` give others. A scope that could not be made answers `invalid-scope` behind every door.
 */
export class Doors<T extends Types> {
  /** Phantom: carries the types. */
  declare readonly $types: T;
  readonly #engine: Engine;
  readonly #scope: Scope;
  readonly #problem: InvalidScope | undefined;

  constructor(engine: Engine, scope: Scope, problem?: InvalidScope) {
    this.#engine = engine;
    this.#scope = scope;
    this.#problem = problem;
  }

  /** The same doors for an actor. Only denizen makes actors: one from a request body is `invalid-scope`. */
  as(actor: Actor): Doors<T> {
    return isActor(actor)
      ? this.#with({ actor: `${actor.kind}:${actor.id}`, principal: actor })
      : this.#without("the actor is none that denizen has made");
  }

  /** The same doors in a tenant: nothing of another tenant is found there, and identifiers are unique within it. */
  tenant(id: string): Doors<T> {
    return isText(id) ? this.#with({ tenant: id }) : this.#without("the tenant must be text of 1 to 255 characters");
  }

  /** The same doors for one request or job, whose ids every event will carry. */
  correlated(correlation: Correlation): Doors<T> {
    const [correlationId, causationId, trace] = ["correlationId", "causationId", "trace"].map((name) => field(correlation, name));
    if (!isOptional(correlationId) || !isOptional(causationId) || !isOptional(trace)) {
      return this.#without("correlationId, causationId and trace must be text of 1 to 255 characters");
    }
    return this.#with({
      correlationId: correlationId ?? this.#scope.correlationId,
      causationId: causationId ?? this.#scope.causationId,
      trace: trace ?? this.#scope.trace,
    });
  }

  /** What can be done: sign up, log in, change a password, grant a role, … each in a transaction of its own. */
  get commands(): Commands<T> {
    return new Commands(this.#context);
  }

  /** What can be asked: accounts and profiles, one or a page of them. */
  get queries(): Queries<T> {
    return new Queries(this.#context);
  }

  /**
   * Who shows this access token, for `as(actor)`. Opaque tokens are looked up, in one round trip; signed ones only checked.
   * Errors: `access-token-invalid` for every cause, `access-tokens-failed` and the store's for outages.
   */
  authenticate(accessToken: string): ResultAsync<UserActor, AuthenticateError | StoreFailed> {
    const context = this.#context;
    return measuredAnswer(context, "command", "authenticate", () => authenticate(context, accessToken));
  }

  /**
   * Starts a session from proofs of one's own making (`users.verify`): the same gate as for `commands.logIn`, which is where
   * the account's status and a second factor are looked at. Proofs are good for ten minutes (`lifetimes.proof`). Its errors say
   * what it has refused: where enumeration protection is on, do not hand on `account-pending`.
   */
  startSession(
    proof: Verified | readonly Verified[],
    options: DeviceInput = {},
  ): ResultAsync<SignedIn, StartSessionError | InvalidScope | InvalidArgument> {
    const context = this.#context;
    return measuredAnswer(context, "command", "startSession", () => startOwnSession(context, proof, options));
  }

  /** `await using uow = application.unitOfWork()`. With `within`, it works inside a transaction that the host opened and ends. */
  unitOfWork(options?: { readonly within?: T["tx"] }): UnitOfWork<T> {
    return this.#open({ within: field(options, "within") });
  }

  /** The users, as one unit of work: `await using users = application.users()`. */
  users(): Users<T> {
    return new Users<T>({ bind: this });
  }

  /**
   * Runs the block in one transaction and commits when it returns `ok`; `err`, returned or yielded, rolls back. A lost race
   * re-runs the block from fresh reads. `tx` is the transaction itself, for the host's own tables.
   */
  transact<Yielded extends Err<never, unknown>, Returned extends Result<unknown, unknown>>(
    work: (work: Work<T>) => AsyncGenerator<Yielded, Returned, unknown>,
    options?: TransactOptions,
  ): ResultAsync<OkOf<Returned>, ErrOf<Yielded> | ErrOf<Returned> | TransactError<T>> {
    const within = { engine: this.#engine, scope: this.#scope };
    return new ResultAsync(
      measured(within, "transaction", undefined, () => transact(this.#engine, () => this.#open({ managed: true }), work, options)),
    );
  }

  /** Settles a `commit-outcome-unknown`. A commit that is `rolled-back` here can never arrive late. */
  outcome(commitId: string): ResultAsync<Outcome, StoreError | InvalidScope | InvalidArgument> {
    if (this.#problem !== undefined) return errAsync(this.#problem);
    if (!isText(commitId)) return errAsync(invalidArgument("commitId", "must be text of 1 to 255 characters"));
    return this.#engine.store.settle(commitId, timestamp(this.#engine.clock.now()));
  }

  get #context(): CommandContext {
    return contextIn(this.#engine, this.#scope, this.#problem);
  }

  #open(options: { readonly within?: unknown; readonly managed?: boolean }): UnitOfWork<T> {
    return openUnit<T>(this.#engine, this.#scope, { ...options, problem: this.#problem });
  }

  #with(change: Partial<Scope>): Doors<T> {
    const scope = { ...this.#scope, ...change };
    // Ids are unique within a tenant: who is somebody in one may bear another's id in the next.
    if (scope.principal?.kind === "user" && scope.principal.tenant !== scope.tenant) return this.#without("the actor is another tenant's");
    return new Doors(this.#engine, scope, this.#problem);
  }

  #without(reason: string): Doors<T> {
    return new Doors(this.#engine, this.#scope, invalidScope(reason));
  }
}

const isText = (value: unknown): value is string =>
  typeof value === "string" && value.length > 0 && value.length <= 255 && findUnstorable(value) === undefined;

const isOptional = (value: unknown): value is string | undefined => value === undefined || isText(value);
