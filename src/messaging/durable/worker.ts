import { answered } from "../../answered.js";
import type { Engine } from "../../engine.js";
import { timestamp } from "../../kernel/clock.js";
import { domainError, invalidArgument } from "../../kernel/error.js";
import type { DomainError, InvalidArgument } from "../../kernel/error.js";
import { field } from "../../kernel/hostile.js";
import { onSignal } from "../../kernel/signals.js";
import { err, errAsync, ok, ResultAsync } from "../../kernel/result.js";
import type { Result } from "../../kernel/result.js";
import { isWhole } from "../../kernel/whole.js";
import type { StoreError } from "../../ports/store.js";
import type { Call } from "../wake.js";
import { STOPPED } from "./cut.js";
import type { Crew } from "./crew.js";
import { Hand } from "./hand.js";
import { Limiter } from "./limiter.js";
import { Pump } from "./pump.js";
import type { Drain } from "./pump.js";
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
  /** Milliseconds until something that waits is due, 0 when the limit was reached or the worker stopped; null when nothing waits. */
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
      const lessee = { engine, subscriber, worker, lease };
      const limiter = new Limiter(subscriber.settings.concurrency);
      const crew = { ...lessee, limiter, hand: new Hand(lessee), signal: new Signal(), stopping: () => this.#stopping };
      return { crew, pump: new Pump(crew, this.#settings) };
    });
    this.#obey(options);
    if (!this.#settings.manual) this.#runs.add(this.#run());
  }

  /**
   * Handles everything that is due, at most so many events (those that fail count, too), and answers: for functions that run when they
   * are called. Subscribers go on one after another, until there is nothing more for any. Errors: `worker-stopped`, and the store's.
   */
  drain(options: { readonly limit?: number } = {}): ResultAsync<Drained, WorkerStopped | StoreError | InvalidArgument> {
    const limit = field(options, "limit") ?? Number.MAX_SAFE_INTEGER;
    if (!isWhole(limit, 1, Number.MAX_SAFE_INTEGER)) return errAsync(invalidArgument("limit", "must be a whole number from 1"));
    if (this.#stopping) return errAsync(domainError("worker-stopped", "this worker was stopped: make another one"));
    const run = answered(() => Worker.drain(this, limit)).finally(() => this.#runs.delete(run));
    this.#runs.add(run);
    return new ResultAsync(run).map(({ delivered, next }) => ({ delivered, next }));
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
  static async drain(worker: Worker, limit: number): Promise<Result<Drain, StoreError>> {
    const enlisted = await worker.#enlist();
    if (enlisted.isErr()) return err(enlisted.error);
    let [taken, delivered] = [0, 0];
    for (;;) {
      const before = taken;
      let next: number | null = null;
      for (const { pump } of worker.#crews) {
        const drained = await pump.drain(limit - taken);
        if (drained.isErr()) return err(drained.error);
        taken += drained.value.taken;
        delivered += drained.value.delivered;
        if (taken >= limit || worker.#stopping) return ok({ taken, delivered, next: 0 });
        const wait = drained.value.next;
        if (wait !== null) next = Math.min(next ?? wait, wait);
      }
      // What one subscriber has done may be what another, before it, hears.
      if (taken === before) return ok({ taken, delivered, next });
    }
  }

  #enlist(): ResultAsync<void, StoreError> {
    const { store, clock } = this.#engine;
    const names = this.#crews.map(({ crew: { subscriber } }) => ({ name: subscriber.name, from: subscriber.settings.from }));
    return store.deliveries.enlist(names, timestamp(clock.now()));
  }

  async #run(): Promise<void> {
    const ring = (call: Call): void => this.#ring(call);
    this.#cleanUp.push(this.#engine.wake.listen(ring));
    for (let tries = 0; !this.#stopping; tries++) {
      const enlisted = await answered(() => this.#enlist());
      if (enlisted.isOk()) break;
      await this.#halt.sleep(Math.min(30_000, this.#settings.poll * 2 ** Math.min(tries, 10)));
    }
    if (this.#stopping) return;
    const elsewhere = await this.#engine.wake.listenElsewhere(ring).catch(() => undefined);
    if (elsewhere !== undefined) this.#cleanUp.push(elsewhere);
    await Promise.all(this.#crews.map(({ pump }) => pump.run()));
  }

  async #stop(): Promise<void> {
    this.#stopping = true;
    this.#ring("anything");
    this.#halt.ring();
    const cut = setTimeout(() => this.#crews.forEach(({ crew }) => crew.hand.cut(STOPPED)), this.#settings.grace);
    await Promise.allSettled(this.#runs);
    clearTimeout(cut);
    await Promise.allSettled(this.#cleanUp.map(async (clean) => clean()));
  }

  #ring(call: Call): void {
    for (const { crew } of this.#crews) crew.signal.ring(call);
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
