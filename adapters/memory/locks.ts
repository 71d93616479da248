import { domainError, err, ok } from "denizen";
import type { Result } from "denizen";
import type { ConcurrencyConflict, StoreBusy } from "denizen/ports";

interface Lock {
  owner: symbol;
  readonly waiting: { readonly owner: symbol; readonly grant: () => void }[];
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
      const taken = await this.#take(owner, key);
      if (taken === "too-late") return err(domainError("store-busy", `no lock within ${this.#timeout} ms`));
      if (taken === "deadlock")
        return err(domainError("concurrency-conflict", "two units of work wait for each other", { aggregates: [] }));
    }
    return ok(undefined);
  }

  release(owner: symbol): void {
    for (const [key, lock] of this.#held) {
      if (lock.owner !== owner) continue;
      const next = lock.waiting.shift();
      if (next === undefined) this.#held.delete(key);
      else {
        lock.owner = next.owner;
        next.grant();
      }
    }
  }

  #take(owner: symbol, key: string): Promise<"taken" | "too-late" | "deadlock"> {
    const lock = this.#held.get(key);
    if (lock === undefined) this.#held.set(key, { owner, waiting: [] });
    if (lock === undefined || lock.owner === owner) return Promise.resolve("taken");
    if (this.#waitsFor(lock.owner, owner)) return Promise.resolve("deadlock");
    return new Promise((resolve) => {
      const entry = {
        owner,
        grant: () => {
          clearTimeout(timer);
          resolve("taken");
        },
      };
      const timer = setTimeout(() => {
        lock.waiting.splice(lock.waiting.indexOf(entry), 1);
        resolve("too-late");
      }, this.#timeout);
      lock.waiting.push(entry);
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
