import type { Engine } from "../../engine.js";
import { timestamp } from "../../kernel/clock.js";
import type { Lease } from "../../ports/deliveries.js";
import type { DurableSubscriber } from "./subscribers.js";

/** Who takes events, and whose. */
export interface Lessee {
  readonly engine: Engine;
  readonly subscriber: DurableSubscriber;
  /** The worker's id, unique among all workers there ever were. */
  readonly worker: string;
  /** Milliseconds that a lease lasts. */
  readonly lease: number;
}

export const leaseOf = ({ engine, worker, lease }: Lessee): Lease => ({ worker, duration: lease, at: timestamp(engine.clock.now()) });
