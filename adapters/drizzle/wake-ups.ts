import { withDeadline } from "denizen/ports";
import type { WakeUps } from "denizen/ports";
import type { Run } from "./database.js";
import { listenerOf } from "./listeners.js";
import type { Listen } from "./listeners.js";
import type { Names } from "./names.js";
import { statement } from "./sql.js";

const LONGEST_PAUSE = 30_000;

/** NOTIFY and LISTEN: from commit to handler in less than a millisecond. Nothing depends on them. */
export function wakeUps(database: object, { channel }: Names, run: Run, timeout: number): WakeUps {
  const notify = statement("select pg_notify($1::text, $2::text)");
  const listen = listenerOf(database);
  return {
    ring: (message = "") => silently(() => withDeadline(() => run(notify, [channel, message]), timeout)),
    listen: async (heard) => {
      if (listen === undefined) return undefined;
      const listening = new Listening(listen, channel, heard);
      await withDeadline(() => listening.connect(), timeout);
      return () => listening.stop();
    },
  };
}

/** A connection that listens, and another one whenever it is lost: at once, then after longer and longer pauses. */
class Listening {
  readonly #listen: Listen;
  readonly #channel: string;
  readonly #heard: (message?: string) => void;
  #end: (() => Promise<unknown>) | undefined;
  #pause: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #stopped = false;

  constructor(listen: Listen, channel: string, heard: (message?: string) => void) {
    this.#listen = listen;
    this.#channel = channel;
    this.#heard = (message) => {
      silently(async () => heard(message)).catch(() => undefined);
    };
  }

  /** Silent. */
  async connect(): Promise<void> {
    let isLost = false;
    const lost = (): void => {
      if (isLost) return;
      isLost = true;
      this.#again();
    };
    try {
      const end = await this.#listen(this.#channel, this.#heard, lost);
      this.#failures = 0;
      this.#end = end;
      if (this.#stopped) await this.stop();
    } catch {
      lost();
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#pause);
    await silently(async () => this.#end?.());
  }

  #again(): void {
    const end = this.#end;
    this.#end = undefined;
    if (this.#stopped) return;
    const pause = Math.min(LONGEST_PAUSE, 50 * 2 ** Math.min(this.#failures++, 20));
    this.#pause = setTimeout(() => {
      silently(async () => end?.()).then(
        async () => {
          await this.connect();
          // What was said meanwhile was not heard.
          if (this.#end !== undefined) this.#heard();
        },
        () => undefined,
      );
    }, pause);
    this.#pause.unref();
  }
}

async function silently(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch {
    // A hint that is lost is found out by asking.
  }
}
