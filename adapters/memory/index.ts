import { ConfigurationError, err, ResultAsync } from "denizen";
import type { Result } from "denizen";
import { configured } from "denizen/ports";
import type { ChangeSet, CommitFailure, CommitRecord, Position, Store } from "denizen/ports";
import { memoryAttempts } from "./attempts.js";
import { memoryDeliveries } from "./deliveries.js";
import { done } from "./done.js";
import { key } from "./key.js";
import { Locks } from "./locks.js";
import { memoryLog } from "./log.js";
import { memoryQueries } from "./queries.js";
import { held, history, load, standing } from "./read.js";
import { memoryRetention } from "./retention.js";
import { memorySessions } from "./sessions.js";
import { settleCommit } from "./settle-commit.js";
import { emptyTables } from "./tables.js";
import { MemoryTransaction } from "./transaction.js";
import { memoryVault } from "./vault.js";

export interface MemoryOptions {
  /** How long a unit waits for an aggregate that another one holds, in milliseconds; then `store-busy`. Default 2000. */
  readonly lockTimeout?: number;
}

/**
 * A store in this process's memory, with the semantics of the PostgreSQL one: snapshots instead of live objects, versions,
 * unique identifiers, locks and atomic commits. For tests, prototypes and tools; it forgets everything when the process ends.
 */
export function memory(options: MemoryOptions = {}): Store {
  const lockTimeout = configured("memory", () => options.lockTimeout ?? 2000);
  if (!Number.isInteger(lockTimeout) || lockTimeout < 0 || lockTimeout > 2 ** 31 - 1) {
    throw new ConfigurationError(["memory({ lockTimeout }) must be a whole number of milliseconds"]);
  }
  const tables = emptyTables();
  const locks = new Locks(lockTimeout);
  const begin = (): MemoryTransaction => new MemoryTransaction(tables, locks);

  async function commit(changes: ChangeSet, record: CommitRecord): Promise<Result<Position, CommitFailure>> {
    const transaction = begin();
    const flushed = await transaction.flush(changes);
    if (flushed.isOk()) return transaction.commit(record);
    await transaction.rollback();
    return err(flushed.error);
  }

  const attempts = memoryAttempts(tables);

  return {
    load: (tenant, lookup, { limit }) => done(load(tables, tenant, lookup, limit)),
    held: (tenant, kind, identifiers) => done(held(tables, tenant, kind, identifiers)),
    standing: (tenant, query) => done(standing(tables, tenant, query)),
    commit: (changes, record) => new ResultAsync(commit(changes, record)),
    begin: () => done(begin()),
    settle: (commitId, at) => done(settleCommit(tables, commitId, at)),
    findCommand: (tenant, actor, id) => done(tables.commands.get(key(tenant, actor, id))),
    history: (tenant, publisher, after = 0) => done(history(tables.log, tenant, publisher, after)),
    vault: memoryVault(tables),
    attempts,
    sessions: memorySessions(tables, attempts),
    queries: memoryQueries(tables),
    log: memoryLog(tables.log),
    deliveries: memoryDeliveries(tables),
    retention: memoryRetention(tables),
    close: () => Promise.resolve(),
  };
}
