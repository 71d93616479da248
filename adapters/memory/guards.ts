import { ok, ResultAsync, Secret } from "denizen";
import type { Attempts, Counted, Guess, Material, Settlement, StoreError, Vault } from "denizen/ports";
import { append } from "./flush.js";
import { load } from "./read.js";
import { key } from "./tables.js";
import type { Table, Tables } from "./tables.js";

interface Counter {
  readonly count: number;
  readonly since: string;
}

const done = <Value>(value: Value): ResultAsync<Value, StoreError> => new ResultAsync(Promise.resolve(ok(value)));

function material(tables: Tables, tenant: string, credentialId: string): Material | undefined {
  const row = tables.materials.get(key(tenant, credentialId));
  return row && { credentialId, version: row.version, secret: new Secret(row.secret) };
}

export const memoryVault = (tables: Tables): Vault => ({
  read: (tenant, credentialId) => done(material(tables, tenant, credentialId)),
  replace: (tenant, expected, secret) => {
    const at = key(tenant, expected.credentialId);
    const row = tables.materials.get(at);
    if (row?.version !== expected.version) return done(false);
    tables.materials.set(at, { ...row, version: row.version + 1, secret: secret.reveal() });
    return done(true);
  },
});

/** Each call is one synchronous step, which is what a single statement is to a database. */
export class MemoryAttempts implements Attempts {
  readonly #tables: Tables;
  readonly #counters: Table<Counter> = new Map<string, Counter>();

  constructor(tables: Tables) {
    this.#tables = tables;
  }

  count(guess: Guess): ResultAsync<Counted, StoreError> {
    const { tenant } = guess;
    const [aggregate] = load(this.#tables, tenant, guess.target, 1);
    const counter = aggregate === undefined ? guess.stranger : `${guess.target.kind}:${aggregate.id}`;
    const at = key(tenant, guess.method, counter);
    const before = this.#counters.get(at);
    const running = before !== undefined && before.since > guess.windowStart;
    const after = running ? { count: before.count + 1, since: before.since } : { count: 1, since: guess.at };
    this.#counters.set(at, after);
    const credentials = aggregate === undefined ? [] : this.#tables.credentials.of(key(tenant, aggregate.id));
    const materials = credentials.flatMap((id) => material(this.#tables, tenant, id) ?? []);
    return done({ counter, ...after, aggregate, materials });
  }

  settle({ tenant, method, counter, succeeded, events }: Settlement): ResultAsync<void, StoreError> {
    if (succeeded) this.#counters.delete(key(tenant, method, counter));
    return done(append(this.#tables, tenant, events));
  }
}
