import { err, ok, ResultAsync } from "denizen";
import type { Result } from "denizen";
import { withDeadline } from "denizen/ports";
import type { ChangeSet, CommitFailure, CommitRecord, Position, Session, Store, StoreError, StoreTransaction } from "denizen/ports";
import { runOn } from "./database.js";
import type { Database, Run } from "./database.js";
import { failureOf, flushError, interpret, isLostRace, isServerError, storeError, unavailable, wasNeverSent } from "./failure.js";
import { poolOf, runOnPool, surviveLostConnections, transactionOnPool } from "./node-postgres.js";
import { park } from "./park.js";
import type { Statements } from "./statements.js";
import { outcomeUnknown, recordError, repeatedOr } from "./recorded.js";
import { DrizzleTransaction } from "./transaction.js";

export interface StoreOptions {
  readonly statements: Statements;
  readonly timeout: number;
  readonly acquireTimeout: number;
  readonly prepared: boolean;
  readonly close: () => Promise<void>;
}

/** A store over any Drizzle PostgreSQL database. */
export function drizzleStore<Tx extends Database>(
  database: Database,
  { statements, timeout, acquireTimeout, prepared, close }: StoreOptions,
): Store<Tx> {
  const pool = poolOf(database);
  if (pool !== undefined) surviveLostConnections(pool);
  const run: Run = pool === undefined ? runOn(database, prepared) : runOnPool(pool, prepared);
  const { load, held, standing, flush, vault, attempts, sessions, queries, records } = statements;
  const repeated = ({ tenant, command }: CommitRecord) =>
    command === undefined ? Promise.resolve(undefined) : records.command(run, tenant, command.actor, command.id);

  /** A statement that only reads, or is a transaction of its own: what fails has done nothing that matters. */
  const ask = <Value>(work: () => Promise<Value>, tries = TRIES): ResultAsync<Value, StoreError> =>
    new ResultAsync(answerOf(work, timeout, tries));

  /** The sessions of the database, or of a transaction on it, differ in where they run and what their end means. */
  const sessionOn = (on: Database, runs: Run, joined: boolean): Session<Tx> => ({
    load: (tenant, lookup, options) => ask(() => load(runs, tenant, lookup, options), joined ? 1 : TRIES),
    held: (tenant, kind, identifiers) => ask(() => held(runs, tenant, kind, identifiers), joined ? 1 : TRIES),
    standing: (tenant, query) => ask(() => standing(runs, tenant, query), joined ? 1 : TRIES),
    begin: () => new ResultAsync(begin(on, joined)),
  });

  async function begin(on: Database, joined: boolean): Promise<Result<StoreTransaction<Tx>, StoreError>> {
    // Drizzle hands its callback the transaction of the very database that it was called on.
    const transaction: Database["transaction"] =
      pool === undefined || joined ? (body) => on.transaction(body) : transactionOnPool(on, pool);
    const opening = await park<Tx>((body) => transaction((tx) => body(tx as never)), acquireTimeout);
    if (opening.kind === "failed") return err(storeError(failureOf(opening.thrown)));
    if (opening.kind === "busy") return err({ code: "store-busy", message: `no connection within ${acquireTimeout} ms` });
    return ok(new DrizzleTransaction(opening.parked, { statements, prepared, timeout, repeated, joined }));
  }

  async function commit(changes: ChangeSet, record: CommitRecord): Promise<Result<Position, CommitFailure>> {
    const call = flush(changes, record);
    try {
      const answer = await withDeadline(() => run(call.statement, call.params), timeout);
      return answer.timedOut ? err(outcomeUnknown(record.commitId)) : ok(String(answer.value[0]?.["position"]));
    } catch (thrown) {
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
      : flushError(thrown, changes, statements.names);
  }

  return {
    ...sessionOn(database, run, false),
    commit: (changes, record) => new ResultAsync(commit(changes, record)),
    join: (tx) => sessionOn(tx, runOn(tx, prepared), true),
    interpret,
    settle: (commitId, at) => ask(() => records.settle(run, commitId, at)),
    findCommand: (tenant, actor, id) => ask(() => records.command(run, tenant, actor, id)),
    history: (tenant, publisher, after = 0) => ask(() => records.history(run, tenant, publisher, after)),
    vault: {
      read: (tenant, credentialId) => ask(() => vault.read(run, tenant, credentialId)),
      replace: (tenant, expected, secret) => ask(() => vault.replace(run, tenant, expected, secret)),
    },
    attempts: {
      count: (guess) => ask(() => attempts.count(run, guess)),
      settle: (settlement) => ask(() => attempts.settle(run, settlement)),
    },
    sessions: {
      start: (start) => ask(() => sessions.start(run, start)),
      rotate: (rotation) => ask(() => sessions.rotate(run, rotation)),
      check: (access) => ask(() => sessions.check(run, access)),
      revoke: (revocation) => ask(() => sessions.revoke(run, revocation)),
      list: (tenant, account, at) => ask(() => sessions.list(run, tenant, account, at)),
    },
    queries: {
      account: (tenant, id) => ask(() => queries.accounts.one(run, tenant, id)),
      profile: (tenant, id) => ask(() => queries.profiles.one(run, tenant, id)),
      accounts: (query) => ask(() => queries.accounts.page(run, query)),
      profiles: (query) => ask(() => queries.profiles.page(run, query)),
    },
    close,
  };
}

/** Enough for fifty at once: of those who race for a row, each round one has won. */
const TRIES = 50;

/** Where the database's default is serializable, a statement by itself can lose a race as a whole transaction can: it is said again. */
async function answerOf<Value>(work: () => Promise<Value>, timeout: number, tries: number): Promise<Result<Value, StoreError>> {
  for (let run = 1; ; run++) {
    try {
      const answer = await withDeadline(work, timeout);
      return answer.timedOut ? err(unavailable("the database did not answer in time")) : ok(answer.value);
    } catch (thrown) {
      const failure = failureOf(thrown);
      if (run >= tries || !isLostRace(failure)) return err(storeError(failure));
      await new Promise((resolve) => setTimeout(resolve, Math.min(run, 10)));
    }
  }
}
