import { domainError, err, ok } from "denizen";
import type { Result } from "denizen";
import type { StoreBusy } from "denizen/ports";

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

  /** Whether nobody holds anything, so that a single statement needs no locks at all. */
  get idle(): boolean {
    return this.#held.size === 0;
  }

  /** Takes the keys in sorted order. Two owners that wait for each other end by the time limit: `store-busy`. */
  async acquire(owner: symbol, keys: Iterable<string>): Promise<Result<void, StoreBusy>> {
    for (const key of [...new Set(keys)].sort()) {
      if (!(await this.#take(owner, key))) {
        return err(domainError("store-busy", `no lock within ${this.#timeout} ms`));
      }
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

  #take(owner: symbol, key: string): Promise<boolean> {
    const lock = this.#held.get(key);
    if (lock === undefined) {
      this.#held.set(key, { owner, waiting: [] });
      return Promise.resolve(true);
    }
    if (lock.owner === owner) return Promise.resolve(true);
    return new Promise((resolve) => {
      const entry = {
        owner,
        grant: () => {
          clearTimeout(timer);
          resolve(true);
        },
      };
      const timer = setTimeout(() => {
        lock.waiting.splice(lock.waiting.indexOf(entry), 1);
        resolve(false);
      }, this.#timeout);
      lock.waiting.push(entry);
    });
  }
}
