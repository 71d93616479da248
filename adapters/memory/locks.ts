import { domainError, err, ok } from "denizen";
import type { Result } from "denizen";
import type { ConcurrencyConflict, StoreBusy } from "denizen/ports";

type Taken = "taken" | "too-late" | "ended" | "deadlock";

interface Waiting {
  readonly owner: symbol;
  end(how: Taken): void;
}

interface Lock {
  owner: symbol;
  waiting: readonly Waiting[];
}

/** Exclusive locks by key, first come first served, held by a transaction until it ends: PostgreSQL's row locks in small. */
export class Locks {
  readonly #held = new Map<string, Lock>();
  readonly #timeout: number;

  constructor(timeout: number) {
    this.#timeout = timeout;
  }

  /** Takes the keys in sorted order. Whoever closes a circle of waiting owners loses the race; whoever waits too long is `store-busy`. */
  async acquire(owner: symbol, keys: Iterable<string>): Promise<Result<void, StoreBusy | ConcurrencyConflict>> {
    for (const key of [...new Set(keys)].sort()) {
      const taking = this.#take(owner, key);
      const taken = typeof taking === "string" ? taking : await taking;
      if (taken === "too-late" || taken === "ended") return err(domainError("store-busy", `no lock within ${this.#timeout} ms`));
      if (taken === "deadlock")
        return err(domainError("concurrency-conflict", "two units of work wait for each other", { aggregates: [] }));
    }
    return ok(undefined);
  }

  /** Gives everything back, also the places in queues: who has ended takes nothing any more. */
  release(owner: symbol): void {
    for (const [key, lock] of this.#held) {
      for (const waiting of lock.waiting) if (waiting.owner === owner) waiting.end("ended");
      if (lock.owner === owner) this.#pass(key, lock);
    }
  }

  #pass(key: string, lock: Lock): void {
    const [next] = lock.waiting;
    if (next === undefined) this.#held.delete(key);
    else {
      lock.owner = next.owner;
      next.end("taken");
    }
  }

  /** At once, where there is nobody to wait for. */
  #take(owner: symbol, key: string): Taken | Promise<Taken> {
    const lock = this.#held.get(key);
    if (lock === undefined) this.#held.set(key, { owner, waiting: [] });
    if (lock === undefined || lock.owner === owner) return "taken";
    return this.#waitsFor(lock.owner, owner) ? "deadlock" : this.#wait(owner, lock);
  }

  #wait(owner: symbol, lock: Lock): Promise<Taken> {
    return new Promise((resolve) => {
      const waiting = {
        owner,
        end: (how: Taken) => {
          clearTimeout(timer);
          lock.waiting = lock.waiting.filter((other) => other !== waiting);
          resolve(how);
        },
      };
      const timer = setTimeout(() => waiting.end("too-late"), this.#timeout);
      lock.waiting = [...lock.waiting, waiting];
    });
  }

  /** Whether one owner waits for another, directly or through others. Each waits for one key at a time. */
  #waitsFor(one: symbol, other: symbol): boolean {
    for (const lock of this.#held.values()) {
      if (lock.waiting.some(({ owner }) => owner === one)) return lock.owner === other || this.#waitsFor(lock.owner, other);
    }
    return false;
  }
}
