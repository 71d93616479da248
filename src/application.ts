import { Bootstrap } from "./accounts/bootstrap.js";
import type { DefaultRole } from "./accounts/roles.js";
import type { Config, Declaration, ReasonOf, TypesOf } from "./config.js";
import { Doors } from "./doors.js";
import type { AggregateDefinitions } from "./kernel/definition.js";
import { configured } from "./kernel/error.js";
import type { DomainError } from "./kernel/error.js";
import { rootScope } from "./kernel/scope.js";
import { publicBus, publicSubscriptions } from "./messaging/doors.js";
import type { AfterCommit, InTransaction } from "./messaging/doors.js";
import { contextIn } from "./open-unit.js";
import type { Store } from "./ports/store.js";
import type { Methods } from "./types.js";
import type { Attributes } from "./users/events.js";
import { wire } from "./wire.js";

/**
 * An application: its settings, wired once, and the doors to everything denizen does. What it offers for a scope (`users`,
 * `unitOfWork`, `transact`, `outcome`; `as`, `tenant`, `correlated` for other scopes) is in `Doors`.
 *
 * Throws one `ConfigurationError` that names everything that is wrong with its configuration.
 */
export class Application<
  Tx = never,
  Aggregates extends AggregateDefinitions = Record<never, never>,
  A extends object = Attributes,
  AI extends object = Record<never, never>,
  M extends Methods = Record<never, never>,
  D extends Declaration<DomainError> = never,
  R extends string = DefaultRole,
> extends Doors<TypesOf<Tx, Aggregates, A, AI, M, ReasonOf<D>, R>> {
  /** Hears what has happened, after the commit, in this process. Failures go to `onError` and hurt nobody. */
  readonly bus: AfterCommit<TypesOf<Tx, Aggregates, A, AI, M, ReasonOf<D>, R>>;
  /** Subscribes inside every transaction from now on: an `err` or a throw rolls it back. */
  readonly inTransaction: InTransaction<TypesOf<Tx, Aggregates, A, AI, M, ReasonOf<D>, R>>;
  /** Protected roles, the first super administrator among them: for the host's own scripts, never behind a request. */
  readonly bootstrap: Bootstrap<TypesOf<Tx, Aggregates, A, AI, M, ReasonOf<D>, R>>;
  readonly #store: Store<unknown>;

  constructor(config: Config<Tx, Aggregates, A, AI, M, D, R>) {
    const engine = configured("new Application", () => wire(config));
    super(engine, rootScope);
    this.bus = publicBus(engine);
    this.inTransaction = publicSubscriptions(engine);
    this.bootstrap = new Bootstrap((tenant) => contextIn(engine, { ...rootScope, tenant }));
    this.#store = engine.store;
  }

  /** Closes what the store itself opened, never what it was given. Silent. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.#store.close();
    } catch {
      // Whatever did not close is gone with the process.
    }
  }
}
