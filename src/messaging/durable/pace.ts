import type { Result } from "../../kernel/result.js";
import type { Taken } from "../../ports/deliveries.js";
import type { Position, StoreError } from "../../ports/store.js";
import type { Call } from "../wake.js";

/** Milliseconds before events that an open transaction holds back are asked for again; twice as long each time. */
export const HELD_BACK = 5;

/** What one look came to. */
export interface Look extends Pick<Taken, "wait" | "heldBack" | "end"> {
  readonly taken: number;
  /** Whether it found anything at all. */
  readonly found: boolean;
}

/** When a pump looks next, and at how much of the log. */
export class Pace {
  readonly #poll: number;
  /** Milliseconds by a clock that nobody sets. */
  readonly #now: () => number;
  /** Whether the last look found something. */
  #found = false;
  /** Looks in a row that found nothing but events held back. */
  #heldBack = 0;
  /** Looks in a row that the store did not answer. */
  #outages = 0;
  /** Where the log ended when the last look left nothing behind. */
  #end: Position | undefined;
  #after: Position | undefined;
  /** When everything is to be looked at again, whoever rings. */
  #whole = 0;

  constructor(poll: number, now: () => number) {
    this.#poll = poll;
    this.#now = now;
  }

  /** The next look need only find what stands beyond this; undefined for everything. */
  get after(): Position | undefined {
    return this.#after;
  }

  /** Milliseconds to sleep when nobody rings: none where there may be a backlog, as when one look after another finds something. */
  wait(look: Result<Look, StoreError>, room: number): number {
    const isWhole = this.#after === undefined;
    this.#after = undefined;
    this.#end = look.isOk() && !look.value.found ? look.value.end : undefined;
    if (look.isErr()) return Math.min(30_000, this.#poll * 2 ** Math.min(this.#outages++, 10));
    const { taken, found, wait, heldBack } = look.value;
    const isBacklog = found && (this.#found || taken >= room);
    const again = heldBack ? HELD_BACK * 2 ** Math.min(this.#heldBack, 10) : Infinity;
    this.#outages = 0;
    this.#found = found;
    this.#heldBack = heldBack && !found ? this.#heldBack + 1 : 0;
    if (isBacklog || (!isWhole && !found && this.#end === undefined)) return 0;
    // What waits is known from the last look at everything.
    const rest = isWhole ? Math.min(this.#poll, wait ?? Infinity) : this.#whole - this.#now();
    if (isWhole) this.#whole = this.#now() + rest;
    return Math.max(1, Math.min(rest, again));
  }

  /** What the sleeper was told, if anything: that there are new events is no reason to look at all the others. */
  told(call: Call | undefined): void {
    this.#after = call === "events" && this.#now() < this.#whole ? this.#end : undefined;
  }
}
