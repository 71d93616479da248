import type { Engine } from "../../engine.js";
import { timestamp } from "../../kernel/clock.js";
import type { Lease } from "../../ports/deliveries.js";
import type { Hand, Hold } from "./hand.js";
import type { Limiter } from "./limiter.js";
import type { Walk } from "./line.js";
import type { DurableSubscriber } from "./subscribers.js";

/** What one worker's work for one subscriber needs: everything but the work itself. */
export interface Crew {
  readonly engine: Engine;
  readonly subscriber: DurableSubscriber;
  /** The worker's id, unique among all workers there ever were. */
  readonly worker: string;
  /** Milliseconds that a lease lasts. */
  readonly lease: number;
  readonly limiter: Limiter;
  readonly hand: Hand;
  /** Whether nothing new shall be begun. */
  stopping(): boolean;
}

export const leaseOf = ({ engine, worker, lease }: Crew): Lease => ({ worker, duration: lease, at: timestamp(engine.clock.now()) });

export const walkUnder = (crew: Crew, hold: Hold): Walk => ({
  engine: crew.engine,
  subscriber: crew.subscriber,
  running: hold.running,
  halted: () => hold.lost || crew.hand.now >= hold.until || crew.stopping(),
});
