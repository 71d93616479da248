import type { Hand, Hold } from "./hand.js";
import type { Lessee } from "./lease.js";
import type { Limiter } from "./limiter.js";
import type { Walk } from "./line.js";
import type { Signal } from "./signal.js";

/** What one worker's work for one subscriber needs: everything but the work itself. */
export interface Crew extends Lessee {
  readonly limiter: Limiter;
  readonly hand: Hand;
  /** Rings when there may be something to take. */
  readonly signal: Signal;
  /** Whether nothing new shall be begun. */
  stopping(): boolean;
}

export const walkUnder = (crew: Crew, hold: Hold): Walk => ({
  engine: crew.engine,
  subscriber: crew.subscriber,
  running: hold.running,
  halted: () => hold.lost || crew.hand.now >= hold.until || crew.stopping(),
});
