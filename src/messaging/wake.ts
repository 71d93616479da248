import type { WakeUps } from "../ports/deliveries.js";

/** Milliseconds within which other processes are told once, however much is committed. */
const PAUSE = 5;

/** Tells workers that something was committed: those of this process at once, others through the store. */
export class Wake {
  readonly #wakeUps: WakeUps | undefined;
  readonly #listeners = new Set<() => void>();
  #pending = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(wakeUps: WakeUps | undefined) {
    this.#wakeUps = wakeUps;
  }

  ring(): void {
    for (const heard of this.#listeners) heard();
    if (this.#wakeUps === undefined) return;
    if (this.#timer === undefined) this.#tell(this.#wakeUps);
    else this.#pending = true;
  }

  /** In this process; the function that is returned ends it. */
  listen(heard: () => void): () => void {
    this.#listeners.add(heard);
    return () => this.#listeners.delete(heard);
  }

  /** In other processes; nothing where the store has no such thing. */
  async listenElsewhere(heard: () => void): Promise<(() => Promise<void>) | undefined> {
    return this.#wakeUps?.listen(heard);
  }

  /** The first of many is told at once, the last one after a pause: between them lies whatever the others were. */
  #tell(wakeUps: WakeUps): void {
    this.#pending = false;
    (async () => wakeUps.ring())().catch(() => undefined);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#pending) this.#tell(wakeUps);
    }, PAUSE);
    unref(this.#timer);
  }
}

/** A hint keeps no process alive. Timers are objects on Node, Bun and Deno, and numbers elsewhere. */
function unref(timer: unknown): void {
  if (typeof timer === "object" && timer !== null && "unref" in timer && typeof timer.unref === "function")
    (timer as { unref(): unknown }).unref();
}
