import { AnyAggregate } from "../kernel/aggregate.js";
import type { AggregateDefinition } from "../kernel/definition.js";

/** One aggregate of the unit, and how it was when it was last read or written. */
export interface Tracked {
  readonly definition: AggregateDefinition;
  readonly aggregate: AnyAggregate;
  savedVersion: number;
  /** Undefined for one that was never written. */
  savedState: unknown;
}

/** The aggregates of one unit of work: the same id gives the same object. */
export class IdentityMap {
  readonly #tracked = new Map<string, Tracked>();

  get(kind: string, id: string): Tracked | undefined {
    return this.#tracked.get(keyOf(kind, id));
  }

  add(tracked: Tracked): void {
    this.#tracked.set(keyOf(tracked.definition.kind, tracked.aggregate.id), tracked);
  }

  has(aggregate: AnyAggregate): boolean {
    for (const tracked of this.#tracked.values()) if (tracked.aggregate === aggregate) return true;
    return false;
  }

  /** Those with events that are not written, in the order in which they came into the unit. */
  changed(): readonly Tracked[] {
    return [...this.#tracked.values()].filter(({ aggregate }) => AnyAggregate.pendingOf(aggregate).length > 0);
  }
}

// A kind never holds U+0000, so no two pairs share a key.
const keyOf = (kind: string, id: string): string => `${kind}\u0000${id}`;
