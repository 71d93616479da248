import type { Engine } from "../../engine.js";
import { timestamp } from "../../kernel/clock.js";
import { domainError, invalidArgument } from "../../kernel/error.js";
import type { DomainError, InvalidArgument } from "../../kernel/error.js";
import { field } from "../../kernel/hostile.js";
import { onSignal } from "../../kernel/signals.js";
import { err, errAsync, ok, ResultAsync } from "../../kernel/result.js";
import type { Result } from "../../kernel/result.js";
import type { StoreError } from "../../ports/store.js";
import { answered } from "./answered.js";
import { STOPPED } from "./cut.js";
import type { Crew } from "./crew.js";
import { leaseOf } from "./crew.js";
import { Hand } from "./hand.js";
import { Limiter } from "./limiter.js";
import { isWhole } from "./options.js";
import { Pump } from "./pump.js";
import { Signal } from "./signal.js";
import type { DurableSubscriber } from "./subscribers.js";
import { workerSettings } from "./worker-options.js";
import type { WorkerOptions, WorkerSettings } from "./worker-options.js";

/** The worker has been stopped. */
export type WorkerStopped = DomainError<"worker-stopped">;

/** What a drain has done. */
export interface Drained {
  /** Events handled, those that failed not among them. */
  readonly delivered: number;
  /** Milliseconds until something that waits is due, 0 when the limit was reached; null when nothing waits. */
  readonly next: number | null;
}

/**
 * Delivers events to durable subscribers, from its making until it is disposed: `await using worker = application.worker()`. As
 * many as one likes, on as many machines, share the load. With `{ manual: true }` it works when `drain` is called, and only then.
 */
export class Worker {
  readonly #engine: Engine;
  readonly #settings: WorkerSettings;
  readonly #crews: readonly { readonly crew: Crew; readonly pump: Pump }[];
  /** All that goes on, for whoever waits for its end. */
  readonly #runs = new Set<Promise<unknown>>();
  readonly #halt = new Signal();
  readonly #cleanUp: (() => unknown)[] = [];
  #stopping = false;
  #stopped: Promise<void> | undefined;

  constructor(engine: Engine, subscribers: readonly DurableSubscriber[], options: WorkerOptions) {
    this.#engine = engine;
    this.#settings = workerSettings(options, subscribers);
    const { lease } = this.#settings;
    const worker = engine.ids.next();
    const chosen = subscribers.filter(({ name }) => this.#settings.subscribers?.includes(name) !== false);
    this.#crews = chosen.map((subscriber) => {
      const limiter = new Limiter(subscriber.settings.concurrency);
      const crew = { engine, subscriber, worker, lease, limiter, hand: new Hand(), stopping: () => this.#stopping };
      return { crew, pump: new Pump(crew, this.#settings) };
    });
    this.#obey(options);
    this.#renewLeases();
    if (!this.#settings.manual) this.#runs.add(this.#run());
  }

  /**
   * Handles everything that is due, at most so many events, and answers: for functions that run when they are called. Subscribers
   * go on one after another. Errors: `worker-stopped`, and the store's.
   */
  drain(options: { readonly limit?: number } = {}): ResultAsync<Drained, WorkerStopped | StoreError | InvalidArgument> {
    const limit = field(options, "limit") ?? Number.MAX_SAFE_INTEGER;
    if (!isWhole(limit, 1, Number.MAX_SAFE_INTEGER)) return errAsync(invalidArgument("limit", "must be a whole number from 1"));
    if (this.#stopping) return errAsync(domainError("worker-stopped", "this worker was stopped: make another one"));
    const drained = Worker.drain(this, limit).finally(() => this.#runs.delete(drained));
    this.#runs.add(drained);
    return new ResultAsync(drained);
  }

  /** Begins nothing new, lets the handlers that run end (for `grace` milliseconds; then they are cut off), and gives everything back. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  /** As `stop`. Silent. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  /** What `drain` does, for a worker that is known to be good. */
  static async drain(worker: Worker, limit = Number.MAX_SAFE_INTEGER): Promise<Result<Drained, StoreError>> {
    const enlisted = await worker.#enlist();
    if (enlisted.isErr()) return err(enlisted.error);
    let [delivered, next]: [number, number | null] = [0, null];
    for (const { pump } of worker.#crews) {
      const before = pump.delivered;
      const wait = await pump.drain(limit - delivered);
      delivered += pump.delivered - before;
      if (wait !== null) next = Math.min(next ?? wait, wait);
      if (delivered >= limit) return ok({ delivered, next: 0 });
    }
    return ok({ delivered, next });
  }

  #enlist(): ResultAsync<void, StoreError> {
    const { store, clock } = this.#engine;
    const names = this.#crews.map(({ crew: { subscriber } }) => ({ name: subscriber.name, from: subscriber.settings.from }));
    return store.deliveries.enlist(names, timestamp(clock.now()));
  }

  async #run(): Promise<void> {
    const ring = (): void => this.#crews.forEach(({ pump }) => pump.ring());
    this.#cleanUp.push(this.#engine.wake.listen(ring));
    for (let tries = 0; !this.#stopping; tries++) {
      const enlisted = await answered(() => this.#enlist().map(() => true));
      if (enlisted === true) break;
      await this.#halt.sleep(Math.min(30_000, this.#settings.poll * 2 ** Math.min(tries, 10)));
    }
    if (this.#stopping) return;
    const elsewhere = await this.#engine.wake.listenElsewhere(ring);
    if (elsewhere !== undefined) this.#cleanUp.push(elsewhere);
    await Promise.all(this.#crews.map(({ pump }) => pump.run()));
  }

  async #stop(): Promise<void> {
    this.#stopping = true;
    this.#crews.forEach(({ pump }) => pump.ring());
    this.#halt.ring();
    const cut = setTimeout(() => this.#crews.forEach(({ crew }) => crew.hand.cut(STOPPED)), this.#settings.grace);
    await Promise.allSettled(this.#runs);
    clearTimeout(cut);
    await Promise.allSettled(this.#cleanUp.map(async (clean) => clean()));
  }

  #renewLeases(): void {
    const timer = setInterval(() => {
      for (const { crew } of this.#crews) {
        crew.hand.renew(this.#engine.store, crew.subscriber.name, leaseOf(crew)).catch(() => undefined);
      }
    }, this.#settings.lease / 3);
    this.#cleanUp.push(() => clearInterval(timer));
  }

  #obey({ signal, stopOn = [] }: WorkerOptions): void {
    const stop = (): void => {
      this.stop().catch(() => undefined);
    };
    signal?.addEventListener("abort", stop, { once: true });
    this.#cleanUp.push(() => signal?.removeEventListener("abort", stop));
    if (stopOn.length > 0) this.#cleanUp.push(onSignal(stopOn, stop));
    if (signal?.aborted === true) queueMicrotask(stop);
  }
}
