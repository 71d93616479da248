import { ConfigurationError } from "../../kernel/error.js";
import type { DomainEvent } from "../../kernel/event.js";
import { problemsOf } from "../in-transaction.js";
import type { Known } from "../in-transaction.js";
import type { Delivery } from "./delivery.js";
import { durableSettings, problemsOfDurable } from "./options.js";
import type { DurableOptions, DurableSettings } from "./options.js";

/** One durable subscriber, as a worker sees it. */
export interface DurableSubscriber {
  readonly name: string;
  /** Null for everything. */
  readonly types: ReadonlySet<string> | null;
  readonly handler: (event: DomainEvent, delivery: Delivery) => unknown;
  readonly settings: DurableSettings;
}

/** The durable subscribers of one application, by name. */
export class DurableSubscribers {
  readonly #subscribers = new Map<string, DurableSubscriber>();
  readonly #known: Known;
  /** The hands of this application's workers that hold something. */
  readonly busy = new Set<object>();

  constructor(known: Known) {
    this.#known = known;
  }

  /** Adds one; the function that is returned takes it away again, from this process. Throws a `ConfigurationError`. */
  add(name: unknown, types: unknown, handler: unknown, options: unknown): () => void {
    const all: readonly unknown[] = Array.isArray(types) ? types : [types];
    const problems = [
      ...(isSubscriberName(name) ? [] : ["a durable subscriber's name must be 1 to 64 letters, digits, dots, hyphens or underscores"]),
      ...(isSubscriberName(name) && this.#subscribers.has(name) ? [`there is a durable subscriber ${name} already`] : []),
      ...(all.length === 0 ? ["a durable subscriber must name at least one event type"] : []),
      ...new Set(all.flatMap((type) => problemsOf(this.#known, type, handler))),
      ...problemsOfDurable(options).map((problem) => `durable subscriber: ${problem}`),
    ];
    if (problems.length > 0 || !isSubscriberName(name)) throw new ConfigurationError(problems);
    const subscriber: DurableSubscriber = {
      name,
      types: all.includes("*") ? null : new Set(all as readonly string[]),
      handler: handler as DurableSubscriber["handler"],
      // Whose problems were just looked for, and there were none.
      settings: durableSettings(options as DurableOptions | undefined),
    };
    this.#subscribers.set(name, subscriber);
    return () => {
      // The name may be somebody else's by now.
      if (this.#subscribers.get(name) === subscriber) this.#subscribers.delete(name);
    };
  }

  get all(): readonly DurableSubscriber[] {
    return [...this.#subscribers.values()];
  }

  get(name: string): DurableSubscriber | undefined {
    return this.#subscribers.get(name);
  }
}

/** It is an actor's name as well: what a handler does through its unit of work is done by `system:name`. */
export const isSubscriberName = (name: unknown): name is string => typeof name === "string" && /^[\w.-]{1,64}$/.test(name);
