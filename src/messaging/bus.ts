import mitt from "mitt";
import type { DomainEvent } from "../kernel/event.js";
import type { Wake } from "./wake.js";

type Channel = Record<string, DomainEvent>;

/**
 * The after-commit bus: tells this process what has happened. A subscriber that throws or rejects is reported to `onError`
 * and hurts nobody: not the commit, which is over, and not the next subscriber.
 */
export class Bus<Payloads> {
  /** Phantom: carries the types. */
  declare readonly $payloads?: Payloads;
  readonly #emitter = mitt<Channel>();
  readonly #onError: (error: unknown, event: DomainEvent) => unknown;
  readonly #wake: Wake;

  constructor(onError: (error: unknown, event: DomainEvent) => unknown, wake: Wake) {
    this.#onError = onError;
    this.#wake = wake;
  }

  subscribe(type: string, handler: (event: DomainEvent) => unknown): () => void {
    if (type === "*") {
      const all = (_: string, event: DomainEvent): void => this.#isolate(handler, event);
      this.#emitter.on("*", all);
      return () => this.#emitter.off("*", all);
    }
    const one = (event: DomainEvent): void => this.#isolate(handler, event);
    this.#emitter.on(type, one);
    return () => this.#emitter.off(type, one);
  }

  ring(events: readonly DomainEvent[]): void {
    for (const event of events) this.#emitter.emit(event.type, event);
    if (events.length > 0) this.#wake.ring("events");
  }

  #isolate(handler: (event: DomainEvent) => unknown, event: DomainEvent): void {
    try {
      Promise.resolve(handler(event)).catch((error: unknown) => this.report(error, event));
    } catch (error) {
      this.report(error, event);
    }
  }

  /** Tells whoever hears of failures. */
  report(error: unknown, event: DomainEvent): void {
    // Where the host's own reporter fails, at once or later, there is nobody left to tell.
    (async () => this.#onError(error, event))().catch(() => undefined);
  }
}
