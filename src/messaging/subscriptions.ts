import type { DomainEvent } from "../kernel/event.js";

/** What subscribers inside the transaction are called with; the doors give it its precise types. */
export type Handler<Unit> = (event: DomainEvent, unit: Unit) => unknown;

export interface Subscription<Unit> {
  readonly type: string;
  readonly handler: Handler<Unit>;
  /** Whether its reasons are declared in the configuration's type. */
  readonly declared: boolean;
  /** Of the events of its type, those that matter; all of them when left out. Where none matters no transaction is opened for it. */
  readonly concerns?: (event: DomainEvent) => boolean;
}

/** Subscribers inside the transaction, in order of registration. */
export class Subscriptions<Unit> {
  readonly #subscriptions: Subscription<Unit>[] = [];

  /** Adds one; the function that is returned takes it away again. */
  add(subscription: Subscription<Unit>): () => void {
    this.#subscriptions.push(subscription);
    return () => {
      const index = this.#subscriptions.indexOf(subscription);
      if (index >= 0) this.#subscriptions.splice(index, 1);
    };
  }

  for(event: DomainEvent): readonly Subscription<Unit>[] {
    return this.#subscriptions.filter(
      ({ type, concerns }) => (type === event.type || type === "*") && (concerns === undefined || concerns(event)),
    );
  }
}
