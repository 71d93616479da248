import { domainError, err, ok, ResultAsync } from "denizen";
import type { Result } from "denizen";
import type {
  ChangeSet,
  CommitFailure,
  CommitRecord,
  Holding,
  Identifier,
  Json,
  Lookup,
  LoadFailure,
  LoadOptions,
  Position,
  Standing,
  StandingQuery,
  StoredAggregate,
  StoreTransaction,
  FlushError,
} from "denizen/ports";
import { done } from "./done.js";
import { aggregateLock, flush, lockKeys } from "./flush.js";
import type { Locks } from "./locks.js";
import { held, idsOf, load, standing } from "./read.js";
import { positionOf } from "./entry.js";
import { key } from "./key.js";
import { Layer } from "./layer.js";
import type { CommittedTables } from "./tables.js";

/** A transaction: its own writes over the committed tables, and the locks that keep what it checked true until it ends. */
export class MemoryTransaction implements StoreTransaction<never> {
  readonly #owner = Symbol("transaction");
  readonly #layer: Layer;
  readonly #locks: Locks;
  #ended = false;

  constructor(base: CommittedTables, locks: Locks) {
    this.#layer = new Layer(base);
    this.#locks = locks;
  }

  /** There is no driver beneath: a host whose store is memory has no tables to write to. */
  get tx(): never {
    return undefined as never;
  }

  load(tenant: string, lookup: Lookup, { limit, lock }: LoadOptions): ResultAsync<readonly StoredAggregate[], LoadFailure> {
    return new ResultAsync(this.#load(tenant, lookup, limit, lock === true));
  }

  held(tenant: string, kind: string, identifiers: readonly Identifier[]): ResultAsync<readonly Holding[], LoadFailure> {
    return done(held(this.#layer.tables, tenant, kind, identifiers));
  }

  standing(tenant: string, query: StandingQuery): ResultAsync<Standing, LoadFailure> {
    return done(standing(this.#layer.tables, tenant, query));
  }

  flush(changes: ChangeSet): ResultAsync<void, FlushError> {
    return new ResultAsync(this.#flush(changes));
  }

  commit(record: CommitRecord): ResultAsync<Position, CommitFailure> {
    return new ResultAsync(this.#commit(record));
  }

  rollback(): Promise<void> {
    this.#end();
    return Promise.resolve();
  }

  #end(): void {
    this.#ended = true;
    this.#locks.release(this.#owner);
  }

  /** Locks for a transaction that still is: whoever ended it meanwhile has given all of them back. */
  async #acquire(keys: Iterable<string>): Promise<Result<void, LoadFailure>> {
    const locked = this.#ended ? ok(undefined) : await this.#locks.acquire(this.#owner, keys);
    return this.#ended ? err(domainError("store-unavailable", "this transaction has ended")) : locked;
  }

  async #load(tenant: string, lookup: Lookup, limit: number, lock: boolean): Promise<Result<readonly StoredAggregate[], LoadFailure>> {
    // While it waited, an identifier may have passed to somebody else: then that one is what is meant.
    for (let locks: string[] = []; lock;) {
      const missing = idsOf(this.#layer.tables, tenant, lookup)
        .slice(0, limit)
        .map((id) => aggregateLock(tenant, lookup.kind, id))
        .filter((at) => !locks.includes(at));
      if (missing.length === 0) break;
      const locked = await this.#acquire(missing);
      if (locked.isErr()) return err(locked.error);
      locks = [...locks, ...missing];
    }
    return ok(load(this.#layer.tables, tenant, lookup, limit));
  }

  async #flush(changes: ChangeSet): Promise<Result<void, FlushError>> {
    const locked = await this.#acquire(lockKeys(changes));
    return locked.isErr() ? err(locked.error) : flush(this.#layer.tables, changes);
  }

  async #commit(record: CommitRecord): Promise<Result<Position, CommitFailure>> {
    const locked = await this.#acquire([key("commit", record.commitId), ...commandLock(record)]);
    const recorded = locked.isErr() ? err(locked.error) : recordCommit(this.#layer, record);
    if (recorded.isOk()) this.#layer.apply();
    this.#end();
    return recorded;
  }
}

const commandLock = ({ tenant, command }: CommitRecord): readonly string[] =>
  command === undefined ? [] : [key("command", tenant, command.actor, command.id)];

/** Notes that a commit happened; not, when its command did before or when somebody has settled that it never will. */
function recordCommit({ tables, position }: Layer, record: CommitRecord): Result<Position, CommitFailure> {
  if (tables.commits.get(record.commitId) !== undefined) {
    return err(domainError("commit-outcome-unknown", "this commit was settled already", { commitId: record.commitId }));
  }
  const { command, commitId, tenant, at } = record;
  const by = command === undefined ? undefined : key(tenant, command.actor, command.id);
  const earlier = by === undefined ? undefined : tables.commands.get(by);
  if (earlier !== undefined) return err(domainError("command-repeated", "this command was carried out before", { record: earlier }));
  tables.commits.set(commitId, { position, at, command: by });
  if (by !== undefined && command !== undefined) {
    const outcome = JSON.parse(JSON.stringify(command.outcome)) as Json;
    tables.commands.set(by, { commitId, position: positionOf(position), outcome });
  }
  return ok(positionOf(position));
}
