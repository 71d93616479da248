import { clearTimeout, setTimeout } from "node:timers";
import { ResultAsync, domainError, err, ok } from "denizen";
import type { Result } from "denizen";
import type { HasherBusy, HasherFailed } from "denizen/ports";

export interface GateLimits {
  /** Tasks that run at the same time. */
  readonly concurrency: number;
  /** Tasks that may wait. */
  readonly queueLimit: number;
  /** How long a task may wait, in milliseconds. */
  readonly queueTimeout: number;
}

/** Bounds how many hashes run at once. The rest wait first come, first served; past the limits the answer is `hasher-busy`, at once. */
export class Gate {
  readonly #limits: GateLimits;
  // A Set keeps the order of arrival and lets the one whose time is over leave from anywhere.
  readonly #waiting = new Set<() => void>();
  #running = 0;

  constructor(limits: GateLimits) {
    this.#limits = limits;
  }

  /** What the task throws becomes the failure that `failed` makes of it. */
  run<T>(task: () => Promise<T>, failed: (cause: unknown) => HasherFailed): ResultAsync<T, HasherBusy | HasherFailed> {
    return new ResultAsync(this.#run(task, failed));
  }

  async #run<T>(task: () => Promise<T>, failed: (cause: unknown) => HasherFailed): Promise<Result<T, HasherBusy | HasherFailed>> {
    if (!(await this.#enter())) return err(busy());
    try {
      return ok(await task());
    } catch (cause) {
      return err(failed(cause));
    } finally {
      this.#leave();
    }
  }

  #enter(): boolean | Promise<boolean> {
    if (this.#running < this.#limits.concurrency) {
      this.#running++;
      return true;
    }
    if (this.#waiting.size >= this.#limits.queueLimit) return false;
    return new Promise((resolve) => {
      const leaveQueue = (admitted: boolean): void => {
        clearTimeout(timer);
        this.#waiting.delete(start);
        resolve(admitted);
      };
      const start = (): void => leaveQueue(true);
      // Waiting must not keep a process alive that wants to end.
      const timer = setTimeout(() => leaveQueue(false), this.#limits.queueTimeout).unref();
      this.#waiting.add(start);
    });
  }

  #leave(): void {
    const [next] = this.#waiting;
    // The slot is handed over, not freed: nobody who comes now overtakes those who wait.
    if (next === undefined) this.#running--;
    else next();
  }
}

const busy = (): HasherBusy =>
  domainError("hasher-busy", "All password hashing slots are taken and the queue's limit is reached; retry later");
