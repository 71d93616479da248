import type { Engine } from "../../engine.js";
import type { Correlation } from "../../doors.js";
import { systemActor } from "../../kernel/actor.js";
import type { DomainEvent } from "../../kernel/event.js";
import type { Scope } from "../../kernel/scope.js";
import { openUnit } from "../../open-unit.js";
import type { Types } from "../../types.js";
import { Unit } from "../../unit-of-work.js";
import type { UnitOfWork } from "../../unit-of-work.js";
import type { DurableSubscriber } from "./subscribers.js";

/** One call of a durable subscriber's handler: what it needs beside the event to have its effect once. */
export class Delivery<T extends Types = Types> {
  /** The same for every try of this event by this subscriber: hand it to whatever understands such keys. */
  readonly idempotencyKey: string;
  /** 1 for the first try, as far as is known: a worker that died has not counted. */
  readonly attempt: number;
  readonly #engine: Engine;
  readonly #subscriber: DurableSubscriber;
  readonly #event: DomainEvent;
  /** By their numbers: those that are open, and those that have committed; the others until their number is given away. */
  readonly #units: UnitOfWork<T>[] = [];
  #abort: AbortController | undefined;
  #over: string | undefined;

  constructor(engine: Engine, subscriber: DurableSubscriber, event: DomainEvent, attempt: number) {
    this.idempotencyKey = `${subscriber.name}:${event.id}`;
    this.attempt = attempt;
    this.#engine = engine;
    this.#subscriber = subscriber;
    this.#event = event;
  }

  /** Aborted when the handler has taken too long, its worker is stopped, or another worker has taken over. */
  get signal(): AbortSignal {
    this.#abort ??= new AbortController();
    if (this.#over !== undefined) this.#abort.abort(new Error(this.#over));
    return this.#abort.signal;
  }

  /** For `application.correlated(…)`: what is done there is known to be caused by this event. */
  get correlation(): Correlation {
    const { correlationId } = this.#event.metadata;
    const trace = this.#trace;
    return { correlationId, causationId: this.#event.id, ...(trace === null ? {} : { trace }) };
  }

  /**
   * A unit of work in the event's tenant, by `system:<subscriber>`, caused by the event. Its commit also records the delivery:
   * when the event is delivered again after that, the commit changes nothing and answers `repeated`. So its effect, the host's
   * own writes through `transaction()` included, happens exactly once, for as long as that record is kept: `commits` of
   * `retention.sweep`, 30 days by default. A handler that is too late finds it closed.
   *
   * It has one commit, and is closed after it: for another commit open another `unitOfWork()`. They are told apart by the order in
   * which they are opened, which must be the same in every try; one that ended without a commit (a lost race) leaves its place to the next.
   */
  unitOfWork(): UnitOfWork<T> {
    const vacant = this.#units.findIndex((unit) => Unit.contextOf(unit).cameToNothing);
    const number = vacant < 0 ? this.#units.length : vacant;
    const opened = openUnit<T>(this.#engine, this.#scope, { commandId: `delivery:${this.#event.id}:${number}` });
    this.#units[number] = opened;
    if (this.#over !== undefined) opened[Symbol.asyncDispose]().catch(() => undefined);
    return opened;
  }

  /**
   * The handler is over: what it left open is closed, and whatever it still does through here comes to nothing. `why` when it
   * was not its own doing.
   */
  static async end(delivery: Delivery, why?: string): Promise<void> {
    delivery.#over ??= why ?? "the delivery is over";
    if (why !== undefined) delivery.#abort?.abort(new Error(why));
    for (const unit of delivery.#units) await unit[Symbol.asyncDispose]();
  }

  /** Whether `end` has something to close. */
  static hasUnits(delivery: Delivery): boolean {
    return delivery.#units.length > 0;
  }

  get #trace(): string | null {
    return this.#engine.instrumentation.trace() ?? this.#event.metadata.trace;
  }

  get #scope(): Scope {
    const { tenant, correlationId } = this.#event.metadata;
    const { name } = this.#subscriber;
    const principal = systemActor(name).unwrapOr(undefined);
    return { actor: `system:${name}`, principal, tenant, correlationId, causationId: this.#event.id, trace: this.#trace };
  }
}
