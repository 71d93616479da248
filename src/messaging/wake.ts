import type { WakeUps } from "../ports/deliveries.js";

/** What workers are told: that events were committed, and nothing else; or that they have to look at everything. */
export type Call = "events" | "anything";

/** Milliseconds within which other processes are told once, however much is committed. */
const PAUSE = 5;

/** Tells workers that something has happened: those of this process at once, others through the store. */
export class Wake {
  readonly #wakeUps: WakeUps | undefined;
  readonly #newName: () => string;
  readonly #listeners = new Set<(call: Call) => void>();
  /** What this one signs with, so that it knows what it has said itself: its own listeners have been told. */
  #name: string | undefined;
  #pending: Call | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `newName` makes one that nobody else has. */
  constructor(wakeUps: WakeUps | undefined, newName: () => string) {
    this.#wakeUps = wakeUps;
    this.#newName = newName;
  }

  ring(call: Call = "anything"): void {
    for (const heard of this.#listeners) heard(call);
    if (this.#wakeUps === undefined) return;
    this.#pending = both(this.#pending, call);
    if (this.#timer === undefined) this.#tell(this.#wakeUps);
  }

  /** In this process; the function that is returned ends it. */
  listen(heard: (call: Call) => void): () => void {
    this.#listeners.add(heard);
    return () => this.#listeners.delete(heard);
  }

  /** In other processes; nothing where the store has no such thing. */
  async listenElsewhere(heard: (call: Call) => void): Promise<(() => Promise<void>) | undefined> {
    return this.#wakeUps?.listen((message = "") => {
      if (message === "") heard("anything");
      else if (message !== this.#name) heard("events");
    });
  }

  /** The first of many is told at once, the last one after a pause: between them lies whatever the others were. */
  #tell(wakeUps: WakeUps): void {
    const call = this.#pending;
    this.#pending = undefined;
    const tell = (): void => {
      (async () => wakeUps.ring(call === "events" ? (this.#name ??= this.#newName()) : ""))().catch(() => undefined);
    };
    if (this.#listeners.size === 0) tell();
    else afterThose(tell);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#pending !== undefined) this.#tell(wakeUps);
    }, PAUSE);
    unref(this.#timer);
  }
}

/** What two calls come to. */
export const both = (one: Call | undefined, other: Call): Call => (one === "anything" ? one : other);

/** Once the workers of this process have sent what they ask: drivers write at the end of a turn of the event loop. */
function afterThose(work: () => void): void {
  if (typeof setImmediate === "function") setImmediate(() => setImmediate(work));
  else setTimeout(work, 0);
}

/** A hint keeps no process alive. Timers are objects on Node, Bun and Deno, and numbers elsewhere. */
function unref(timer: unknown): void {
  if (typeof timer === "object" && timer !== null && "unref" in timer && typeof timer.unref === "function")
    (timer as { unref(): unknown }).unref();
}
