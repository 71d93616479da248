import type { Engine } from "../engine.js";
import type { InvalidScope, UnitBusy, UnitClosed, UnitError } from "../errors.js";
import type { AggregateDefinition, UnitAccess } from "../kernel/definition.js";
import { domainError } from "../kernel/error.js";
import type { DomainEvent } from "../kernel/event.js";
import { err, ok } from "../kernel/result.js";
import type { Result } from "../kernel/result.js";
import type { Scope } from "../kernel/scope.js";
import type { Secret } from "../kernel/secret.js";
import { Subscriptions } from "../messaging/subscriptions.js";
import type { Reader, Session, StoreError, StoreTransaction } from "../ports/store.js";
import { IdentityMap } from "./identity-map.js";
import { PendingSecrets } from "./secrets.js";

export interface UnitOptions {
  /** The host's own transaction, which the unit joins; undefined for a unit with transactions of its own. */
  readonly within?: unknown;
  /** Set when the scope could not be made: everything the unit is asked answers with it. */
  readonly problem?: InvalidScope | undefined;
  /** Set when somebody else commits the unit: `transact`. */
  readonly managed?: boolean;
  /** Set for what a durable subscriber does: under these names its commits are recorded, so that each happens once. */
  readonly deliveryOf?: string;
}

/** The inside of one unit of work, shared by its repositories and its commit. */
export class UnitContext implements UnitAccess {
  readonly engine: Engine;
  readonly scope: Scope;
  readonly aggregates = new IdentityMap();
  readonly secrets = new PendingSecrets();
  readonly subscriptions = new Subscriptions<unknown>();
  /** Events that were flushed into the host's transaction and wait for its commit. */
  readonly unannounced: DomainEvent[] = [];
  readonly joined: boolean;
  readonly managed: boolean;
  readonly #deliveryOf: string | undefined;
  #commits = 0;
  readonly #session: Session<unknown>;
  /** Why nothing may be done in this scope; undefined for a good one. */
  readonly problem: InvalidScope | undefined;
  #phase: "open" | "committing" | "closed" = "open";
  #transaction: Promise<Result<StoreTransaction<unknown>, StoreError>> | undefined;

  constructor(engine: Engine, scope: Scope, options: UnitOptions) {
    this.engine = engine;
    this.scope = scope;
    this.managed = options.managed === true;
    this.#deliveryOf = options.deliveryOf;
    this.joined = options.within !== undefined;
    const joined = this.joined ? engine.store.join?.(options.within) : engine.store;
    this.#session = joined ?? engine.store;
    this.problem = joined === undefined ? noneToJoin : options.problem;
  }

  get inTransaction(): boolean {
    return this.joined || this.#transaction !== undefined;
  }

  putSecret(credentialId: string, owner: string, secret: Secret): void {
    this.secrets.put(credentialId, owner, secret);
  }

  dropSecret(credentialId: string): void {
    this.secrets.drop(credentialId);
  }

  pendingSecret(credentialId: string): Secret | undefined {
    return this.secrets.get(credentialId);
  }

  /** Whether the unit may still be used, by its loads and by subscribers of its own commit. */
  usable(): Result<void, UnitClosed | InvalidScope> {
    if (this.problem !== undefined) return err(this.problem);
    return this.#phase === "closed" ? err(domainError("unit-closed", "this unit of work has ended: open another one")) : ok(undefined);
  }

  /** The command that the next commit carries out, where its caller names none. */
  nextCommand(): { readonly id: string } | undefined {
    return this.#deliveryOf === undefined ? undefined : { id: `delivery:${this.#deliveryOf}:${this.#commits++}` };
  }

  startCommit(): Result<void, UnitError> {
    const usable = this.usable();
    if (usable.isErr()) return usable;
    if (this.#phase === "committing") return err<never, UnitBusy>(domainError("unit-busy", "this unit of work is committing already"));
    this.#phase = "committing";
    return ok(undefined);
  }

  endCommit(): void {
    if (this.#phase === "committing") this.#phase = "open";
  }

  /** The transaction, opened when there is none yet. Two callers at once get the same. */
  begin(): Promise<Result<StoreTransaction<unknown>, StoreError>> {
    this.#transaction ??= this.#begin();
    return this.#transaction;
  }

  async #begin(): Promise<Result<StoreTransaction<unknown>, StoreError>> {
    const begun = await this.#session.begin();
    if (begun.isErr()) this.#transaction = undefined;
    return begun;
  }

  /** Where to read: the transaction if one is open, so that its own writes are seen. */
  async reader(): Promise<Result<Reader, StoreError>> {
    return this.#transaction ?? ok(this.#session);
  }

  /** The open transaction leaves the unit, to be ended by the caller. */
  async takeTransaction(): Promise<StoreTransaction<unknown> | undefined> {
    // Taken at once, not when it is there: of two who want it, only one may end it.
    const taken = this.#transaction;
    this.#transaction = undefined;
    const begun = await taken;
    return begun?.isOk() ? begun.value : undefined;
  }

  /** Ends the unit: whatever is open is rolled back. Never throws. */
  async close(): Promise<void> {
    this.#phase = "closed";
    const transaction = await this.takeTransaction();
    await transaction?.rollback();
  }

  definition(name: string): AggregateDefinition | undefined {
    return this.engine.definitions.get(name);
  }
}

const noneToJoin: InvalidScope = domainError("invalid-scope", "this store has no transaction that could be joined", {
  reason: "within: not supported by this store",
});
