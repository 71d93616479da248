import type { Attempts, Counted, Guess, Lockout, Settlement, StoredAggregate } from "denizen/ports";
import { done } from "./done.js";
import { append } from "./flush.js";
import { load, loadOne } from "./read.js";
import { key } from "./key.js";
import type { CommittedTables, Counter } from "./tables.js";
import { material } from "./vault.js";

export interface MemoryAttempts extends Attempts {
  /** `settle`, as one part of a greater step. */
  settled(settlement: Settlement): void;
}

/** Each call is one synchronous step, which is what a single statement is to a database. */
export function memoryAttempts(tables: CommittedTables): MemoryAttempts {
  const { counters } = tables;

  function counted(at: string, owner: string | undefined, guess: Guess): Pick<Counted, "count" | "refusedUntil"> {
    const now = Date.parse(guess.at);
    const before = counters.get(at);
    if (before !== undefined && now < before.lockedUntil) {
      return { count: before.count, refusedUntil: new Date(before.lockedUntil).toISOString() };
    }
    const after = { owner, ...next(before, now, guess.lockout) };
    counters.set(at, after);
    return { count: after.count, refusedUntil: null };
  }

  function settled({ tenant, method, counter, succeeded, events }: Settlement): void {
    if (succeeded) counters.delete(key(tenant, method, counter));
    append(tables, tenant, events);
  }

  return {
    count: (guess) => {
      const { tenant, target, method, alongside = [] } = guess;
      const [aggregate] = load(tables, tenant, target, 1);
      const counter = counterOf(guess, aggregate);
      const credentials = aggregate === undefined ? [] : tables.credentials.of(key(tenant, aggregate.id));
      const others: Record<string, StoredAggregate> = {};
      for (const kind of alongside) {
        const other = aggregate === undefined ? undefined : loadOne(tables, tenant, kind, aggregate.id);
        if (other !== undefined) others[kind] = other;
      }
      return done({
        counter,
        ...counted(key(tenant, method, counter), aggregate?.id, guess),
        aggregate,
        alongside: others,
        materials: credentials.flatMap((id) => material(tables, tenant, id) ?? []),
      });
    },
    settle: (settlement) => done(settled(settlement)),
    settled,
  };
}

function next(before: Counter | undefined, now: number, { limit, first, longest, memory }: Lockout): Omit<Counter, "owner"> {
  const count = before === undefined || now - before.last >= memory ? 1 : before.count + 1;
  // Beyond 2^50 milliseconds every lock is the longest, and numbers stay exact.
  const lock = count < limit ? 0 : Math.min(longest, first * 2 ** Math.min(count - limit, 50));
  return { count, last: now, lockedUntil: now + lock };
}

/** A device counts for its holder alone: to anybody else it is none. */
function counterOf({ target, stranger, device }: Guess, aggregate: StoredAggregate | undefined): string {
  if (aggregate === undefined) return stranger;
  const counter = `${target.kind}:${aggregate.id}`;
  return device?.holder === aggregate.id ? `${counter}:${device.name}` : counter;
}
