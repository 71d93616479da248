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
  /** Set for a unit of a delivery: it has one commit, which carries out this command, so that it happens once. */
  readonly commandId?: string;
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
  readonly #commandId: string | undefined;
  readonly #session: Session<unknown>;
  /** Why nothing may be done in this scope; undefined for a good one. */
  readonly problem: InvalidScope | undefined;
  #phase: "open" | "committing" | "committed" | "closed" = "open";
  #transaction: Promise<Result<StoreTransaction<unknown>, StoreError>> | undefined;

  constructor(engine: Engine, scope: Scope, options: UnitOptions) {
    this.engine = engine;
    this.scope = scope;
    this.managed = options.managed === true;
    this.#commandId = options.commandId;
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
    const hasEnded = this.#phase === "closed" || this.#phase === "committed";
    return hasEnded ? err(domainError("unit-closed", "this unit of work has ended: open another one")) : ok(undefined);
  }

  /** The command that its commit carries out, where its caller names none. */
  get command(): { readonly id: string } | undefined {
    return this.#commandId === undefined ? undefined : { id: this.#commandId };
  }

  /** Whether it has ended, and nothing was committed, now or by an earlier try of its command. */
  get cameToNothing(): boolean {
    return this.#phase === "closed";
  }

  startCommit(): Result<void, UnitError> {
    const usable = this.usable();
    if (usable.isErr()) return usable;
    if (this.#phase === "committing") return err<never, UnitBusy>(domainError("unit-busy", "this unit of work is committing already"));
    this.#phase = "committing";
    return ok(undefined);
  }

  /** It may commit again, unless that failed, or its one commit is done. */
  endCommit(succeeded: boolean): void {
    if (succeeded && this.#commandId !== undefined) this.#phase = "committed";
    else if (this.#phase === "committing") this.#phase = "open";
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
    if (this.#phase !== "committed") this.#phase = "closed";
    try {
      const transaction = await this.takeTransaction();
      await transaction?.rollback();
    } catch {
      // A store that throws, instead of answering, has broken wiring: there is nothing left to hold on to.
    }
  }

  definition(name: string): AggregateDefinition | undefined {
    return this.engine.definitions.get(name);
  }
}

const noneToJoin: InvalidScope = domainError("invalid-scope", "this store has no transaction that could be joined", {
  reason: "within: not supported by this store",
});
