import { both } from "../wake.js";
import type { Call } from "../wake.js";

/** Wakes one sleeper. A ring while nobody sleeps is kept for the next one. */
export class Signal {
  #rung: Call | undefined;
  #wake: (() => void) | undefined;

  ring(call: Call = "anything"): void {
    this.#rung = both(this.#rung, call);
    this.#wake?.();
  }

  /** Until it rings, at most that many milliseconds. Answers what for; undefined when it did not. */
  async sleep(milliseconds: number): Promise<Call | undefined> {
    if (this.#rung === undefined) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, milliseconds);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#wake = undefined;
    const rung = this.#rung;
    this.#rung = undefined;
    return rung;
  }
}
