import { err, ok, ResultAsync } from "denizen";
import type { Result } from "denizen";
import { withDeadline } from "denizen/ports";
import type { ChangeSet, CommitFailure, CommitRecord, Position, Session, Store, StoreError, StoreTransaction } from "denizen/ports";
import { asking } from "./asking.js";
import { runOn } from "./database.js";
import type { Database, Run } from "./database.js";
import { failureOf, flushError, interpret, isElsewhere, isServerError, storeError, wasNeverSent } from "./failure.js";
import { poolOf, runOnPool, surviveLostConnections, transactionOnPool } from "./node-postgres.js";
import { park } from "./park.js";
import type { Statements } from "./statements.js";
import { outcomeUnknown, recordError, repeatedOr } from "./recorded.js";
import { DrizzleTransaction } from "./transaction.js";
import { wakeUps } from "./wake-ups.js";

export interface StoreOptions {
  readonly statements: Statements;
  readonly timeout: number;
  readonly acquireTimeout: number;
  readonly prepared: boolean;
  readonly wakesUp: boolean;
  readonly close: () => Promise<void>;
}

/** A store over any Drizzle PostgreSQL database. */
export function drizzleStore<Tx extends Database>(
  database: Database,
  { statements, timeout, acquireTimeout, prepared, wakesUp, close }: StoreOptions,
): Store<Tx> {
  const pool = poolOf(database);
  if (pool !== undefined) surviveLostConnections(pool);
  const run: Run = pool === undefined ? runOn(database, prepared) : runOnPool(pool, prepared);
  const { load, held, standing, flush, vault, attempts, sessions, queries, records, log, deliveries, retention, names } = statements;
  const { ask, calls, recalibrated } = asking(run, statements, timeout);
  const repeated = ({ tenant, command }: CommitRecord) =>
    command === undefined ? Promise.resolve(undefined) : records.command(run, tenant, command.actor, command.id);

  /** A transaction that a statement of it has broken does not say another. */
  const once = <Value>(work: () => Promise<Value>) => ask(work, 1);

  /** The sessions of the database, or of a transaction on it, differ in where they run and what their end means. */
  const sessionOn = (on: Database, runs: Run, joined: boolean): Session<Tx> => ({
    load: (tenant, lookup, options) => (joined ? once : ask)(() => load(runs, tenant, lookup, options)),
    held: (tenant, kind, identifiers) => (joined ? once : ask)(() => held(runs, tenant, kind, identifiers)),
    standing: (tenant, query) => (joined ? once : ask)(() => standing(runs, tenant, query)),
    begin: () => new ResultAsync(begin(on, joined)),
  });

  async function begin(on: Database, joined: boolean): Promise<Result<StoreTransaction<Tx>, StoreError>> {
    // Drizzle hands its callback the transaction of the very database that it was called on.
    const transaction: Database["transaction"] =
      pool === undefined || joined ? (body) => on.transaction(body) : transactionOnPool(on, pool);
    const opening = await park<Tx>((body) => transaction((tx) => body(tx as never)), acquireTimeout);
    if (opening.kind === "failed") return err(storeError(failureOf(opening.thrown)));
    if (opening.kind === "busy") return err({ code: "store-busy", message: `no connection within ${acquireTimeout} ms` });
    return ok(new DrizzleTransaction(opening.parked, { statements, prepared, timeout, repeated, recalibrated, joined }));
  }

  async function commit(changes: ChangeSet, record: CommitRecord, tries = 3): Promise<Result<Position, CommitFailure>> {
    const call = flush(changes, record);
    try {
      const answer = await withDeadline(() => run(call.statement, call.params), timeout);
      return answer.timedOut ? err(outcomeUnknown(record.commitId)) : ok(String(answer.value[0]?.["position"]));
    } catch (thrown) {
      const isLast = tries === 1 || !isElsewhere(failureOf(thrown), names) || !(await recalibrated());
      if (!isLast) return commit(changes, record, tries - 1);
      return err(await repeatedOr(commitError(thrown, changes, record), () => repeated(record)));
    }
  }

  function commitError(thrown: unknown, changes: ChangeSet, record: CommitRecord): CommitFailure {
    const failure = failureOf(thrown);
    if (wasNeverSent(failure)) return storeError(failure);
    if (!isServerError(failure)) return outcomeUnknown(record.commitId);
    const asRecord = recordError(thrown, record, statements);
    return asRecord.code === "command-repeated" || asRecord.code === "commit-outcome-unknown"
      ? asRecord
      : flushError(thrown, changes, names);
  }

  return {
    ...sessionOn(database, run, false),
    commit: (changes, record) => new ResultAsync(commit(changes, record)),
    join: (tx) => sessionOn(tx, runOn(tx, prepared), true),
    interpret,
    settle: (commitId, at) => ask(() => records.settle(run, commitId, at)),
    findCommand: (tenant, actor, id) => ask(() => records.command(run, tenant, actor, id)),
    history: (tenant, publisher, after = 0) => ask(() => records.history(run, tenant, publisher, after)),
    vault: calls(vault),
    attempts: calls(attempts),
    sessions: calls(sessions),
    log: calls(log),
    deliveries: calls(deliveries),
    retention: calls(retention),
    ...(wakesUp ? { wakeUps: wakeUps(database, names, run, acquireTimeout) } : {}),
    queries: {
      account: (tenant, id) => ask(() => queries.accounts.one(run, tenant, id)),
      profile: (tenant, id) => ask(() => queries.profiles.one(run, tenant, id)),
      accounts: (query) => ask(() => queries.accounts.page(run, query)),
      profiles: (query) => ask(() => queries.profiles.page(run, query)),
    },
    close,
  };
}
