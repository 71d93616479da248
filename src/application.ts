import { Bootstrap } from "./accounts/bootstrap.js";
import type { DefaultRole } from "./accounts/roles.js";
import type { Config, Declaration, ReasonOf, TypesOf } from "./config.js";
import { Doors } from "./doors.js";
import type { Engine } from "./engine.js";
import type { AggregateDefinitions } from "./kernel/definition.js";
import { configured } from "./kernel/error.js";
import type { DomainError } from "./kernel/error.js";
import { rootScope } from "./kernel/scope.js";
import { publicBus, publicSubscriptions } from "./messaging/doors.js";
import type { AfterCommit, InTransaction } from "./messaging/doors.js";
import { contextIn } from "./open-unit.js";
import { Durable } from "./messaging/durable/durable.js";
import { Worker } from "./messaging/durable/worker.js";
import type { WorkerOptions } from "./messaging/durable/worker-options.js";
import { Retention } from "./retention.js";
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
  /** Subscribers that miss nothing: after the commit, in any process that has a worker, again and again until it is done. */
  readonly durable: Durable<TypesOf<Tx, Aggregates, A, AI, M, ReasonOf<D>, R>>;
  /** Removes what has been kept long enough. */
  readonly retention: Retention;
  /** Protected roles, the first super administrator among them: for the host's own scripts, never behind a request. */
  readonly bootstrap: Bootstrap<TypesOf<Tx, Aggregates, A, AI, M, ReasonOf<D>, R>>;
  readonly #engine: Engine;

  constructor(config: Config<Tx, Aggregates, A, AI, M, D, R>) {
    const engine = configured("new Application", () => wire(config));
    super(engine, rootScope);
    this.bus = publicBus(engine);
    this.inTransaction = publicSubscriptions(engine);
    this.bootstrap = new Bootstrap((tenant) => contextIn(engine, { ...rootScope, tenant }));
    this.durable = new Durable(engine);
    this.retention = new Retention(engine);
    this.#engine = engine;
  }

  /**
   * Delivers events to durable subscribers until it is disposed or stopped: `await using worker = application.worker()`. Any number,
   * in any process, share the work. Throws a `ConfigurationError`.
   */
  worker(options: WorkerOptions = {}): Worker {
    return configured("worker", () => new Worker(this.#engine, this.#engine.durable.all, options));
  }

  /** Closes what the store itself opened, never what it was given. Silent. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      await this.#engine.store.close();
    } catch {
      // Whatever did not close is gone with the process.
    }
  }
}
