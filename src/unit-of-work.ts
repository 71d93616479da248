import type { UnitCommands } from "./accounts/commands/in-unit.js";
import type { CommitError, InvalidScope, UnitError } from "./errors.js";
import { AnyAggregate } from "./kernel/aggregate.js";
import { domainError, invalidArgument } from "./kernel/error.js";
import type { InvalidArgument } from "./kernel/error.js";
import { err, ResultAsync } from "./kernel/result.js";
import type { Result } from "./kernel/result.js";
import type { Scope } from "./kernel/scope.js";
import { subscribeTo } from "./messaging/in-transaction.js";
import type { Subscribe } from "./messaging/in-transaction.js";
import type { StoreError, StoreTransaction } from "./ports/store.js";
import type { Types } from "./types.js";
import { commitOptions } from "./unit/command-id.js";
import { commitUnit } from "./unit/commit.js";
import type { CommitOptions, Committed } from "./unit/commit.js";
import type { UnitContext } from "./unit/context.js";
import { UnitRepository } from "./unit/repository.js";
import type { Repository } from "./unit/repository.js";

/** `uow.users`, `uow.planets`, …: one repository for each kind of aggregate that the application knows. */
export type Repositories<T extends Types> = { readonly [Name in keyof T["aggregates"] & string]: Repository<T["aggregates"][Name]> };

/**
 * An identity map and one atomic commit. Opening it does no I/O, and disposing it without a commit means that nothing
 * happened: `await using uow = application.unitOfWork()`.
 */
export type UnitOfWork<T extends Types> = Unit<T> & Repositories<T> & { readonly commands: UnitCommands<T> };

export class Unit<T extends Types> {
  /** Phantom: carries the types. */
  declare readonly $types: T;
  readonly scope: Scope;
  /** Subscribes inside this unit's transactions, and those only. An `err` or a throw rolls back: a typed veto. */
  readonly subscribe: Subscribe<T>;
  readonly #context: UnitContext;
  readonly #repositories: Readonly<Record<string, UnitRepository>>;

  constructor(context: UnitContext) {
    this.scope = context.scope;
    this.#context = context;
    this.#repositories = Object.fromEntries(
      [...context.engine.definitions].map(([name, definition]) => [name, new UnitRepository(context, definition)]),
    );
    Object.assign(this, this.#repositories);
    this.subscribe = (type, handler) => subscribeTo(context.subscriptions, context.engine.eventTypes, type, handler, false);
  }

  /**
   * Writes everything that was recorded since the last commit, in one transaction, together with what subscribers inside
   * the transaction add. May be called again after further changes; the one commit of a delivery's unit ends it. So does a failure.
   */
  commit(options?: CommitOptions): ResultAsync<Committed, CommitError<T> | InvalidArgument> {
    if (this.#context.managed) return failed(invalidArgument("commit", "is the business of transact here: return ok(…) instead"));
    const checked = commitOptions(options);
    if (checked.isErr()) return failed(checked.error);
    const command = checked.value.command ?? this.#context.command;
    return new ResultAsync(this.#commit(command === undefined ? {} : { command }));
  }

  /** The open transaction, begun if there is none yet: for the host's own tables. The next `commit()` ends and revokes it. */
  transaction(): ResultAsync<T["tx"], StoreError | UnitError> {
    return new ResultAsync(this.#transaction());
  }

  /**
   * For a unit that joined the host's transaction: rings the after-commit bus for what was flushed into it. Call it after
   * your own COMMIT, and only then; durable subscribers need nothing.
   */
  committed(): void {
    this.#context.engine.bus.ring(this.#context.unannounced.splice(0));
  }

  /** Whether an aggregate was created in or loaded by this unit. */
  owns(aggregate: unknown): boolean {
    return AnyAggregate.is(aggregate) && this.#context.aggregates.has(aggregate);
  }

  /** Rolls back what is open and gives the connection back. Silent: it never throws, and a unit may be disposed twice. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#context.close();
  }

  /** Whether a value is a unit of work. */
  static is(value: unknown): value is Unit<Types> {
    return typeof value === "object" && value !== null && #context in value;
  }

  /** For `transact`, which alone commits the units that it manages. */
  static commitManaged<T extends Types>(unit: Unit<T>, options: CommitOptions): Promise<Result<Committed, CommitError<T>>> {
    return unit.#commit(options);
  }

  /** For `Users`, which is a view of a unit. */
  static contextOf<T extends Types>(unit: Unit<T>): UnitContext {
    return unit.#context;
  }

  async #commit(options: CommitOptions): Promise<Result<Committed, CommitError<T>>> {
    const started = this.#context.startCommit();
    if (started.isErr()) return err(started.error);
    try {
      const outcome = await commitUnit(this.#context, (transaction) => this.#viewFor(transaction), options);
      this.#context.endCommit(outcome.isOk());
      // The commit's errors are those of this unit's own definitions and subscribers, which `T` names.
      return outcome as Result<Committed, CommitError<T>>;
    } catch {
      // A clock, an id or a store that throws is broken wiring: fail closed, and hold on to nothing.
      await this.#context.close();
      return err(domainError("store-failed", "a port of the application threw while committing", { detail: "port" }));
    }
  }

  async #transaction(): Promise<Result<T["tx"], StoreError | UnitError>> {
    const usable = this.#context.usable();
    if (usable.isErr()) return err(usable.error);
    const begun = await this.#context.begin();
    return begun.map(({ tx }) => tx);
  }

  #viewFor(transaction: StoreTransaction<unknown>): object {
    return Object.freeze({ ...this.#repositories, tx: transaction.tx, scope: this.scope });
  }
}

const failed = <E>(error: E): ResultAsync<never, E> => new ResultAsync(Promise.resolve(err(error)));

/** What a scope that could not be made answers to everything. */
export const invalidScope = (reason: string): InvalidScope => domainError("invalid-scope", `the scope is not valid: ${reason}`, { reason });
