import { err, ok, ResultAsync } from "denizen";
import type { Result } from "denizen";
import { withDeadline } from "denizen/ports";
import type {
  ChangeSet,
  CommandOutcome,
  CommitFailure,
  CommitRecord,
  FlushError,
  Holding,
  Identifier,
  LoadFailure,
  LoadOptions,
  Lookup,
  Position,
  Standing,
  StandingQuery,
  StoredAggregate,
  StoreError,
  StoreTransaction,
  TransactionBroken,
} from "denizen/ports";
import { failureOf, flushError, interpret, isElsewhere, isServerError, storeError, unavailable } from "./failure.js";
import { inTurn } from "./in-turn.js";
import { manners, runOn } from "./database.js";
import type { Database, Run } from "./database.js";
import type { Parked } from "./park.js";
import { NOTHING, outcomeUnknown, recordError, repeatedOr } from "./recorded.js";
import { revocable } from "./revocable.js";
import type { Statements } from "./statements.js";

export interface TransactionOptions {
  readonly statements: Statements;
  readonly prepared: boolean;
  /** Milliseconds that one statement may take. */
  readonly timeout: number;
  /** Finds what a repeated command was answered with, on a connection that still works. */
  readonly repeated: (record: CommitRecord) => Promise<CommandOutcome | undefined>;
  /** Lets the log go on in this cluster, on another connection. Never rejects. */
  readonly recalibrated: () => Promise<boolean>;
  /** In a joined transaction the COMMIT is the host's: this one's end is a savepoint's. */
  readonly joined: boolean;
}

/** A parked transaction of the driver's, as the unit of work uses it. */
export class DrizzleTransaction<Tx extends Database> implements StoreTransaction<Tx> {
  readonly tx: Tx;
  readonly #parked: Parked<Tx>;
  readonly #options: TransactionOptions;
  readonly #run: Run;
  readonly #runLast: Run;
  #position: Position | undefined;
  #isElsewhere = false;
  #isSealed = false;

  constructor(parked: Parked<Tx>, options: TransactionOptions) {
    this.#parked = parked;
    this.#options = options;
    this.tx = revocable(parked.tx, () => !this.#isSealed && parked.isOpen());
    manners.set(this.tx, options);
    // Through the revocable one as well: what is still under way when the transaction ends must not go on in another.
    const run = runOn(this.tx, options.prepared);
    this.#run = (...said) => inTurn(this.tx, () => run(...said));
    this.#runLast = (...said) =>
      inTurn(this.tx, async () => {
        const rows = await run(...said);
        this.#isSealed = true;
        return rows;
      });
  }

  load(tenant: string, lookup: Lookup, options: LoadOptions): ResultAsync<readonly StoredAggregate[], LoadFailure> {
    return this.#read(({ load }) => load(this.#run, tenant, lookup, options));
  }

  held(tenant: string, kind: string, identifiers: readonly Identifier[]): ResultAsync<readonly Holding[], LoadFailure> {
    return this.#read(({ held }) => held(this.#run, tenant, kind, identifiers));
  }

  standing(tenant: string, query: StandingQuery): ResultAsync<Standing, LoadFailure> {
    return this.#read(({ standing }) => standing(this.#run, tenant, query));
  }

  flush(changes: ChangeSet): ResultAsync<void, FlushError | TransactionBroken> {
    return new ResultAsync(this.#flush(changes));
  }

  commit(record: CommitRecord): ResultAsync<Position, CommitFailure> {
    return new ResultAsync(this.#commit(record));
  }

  async rollback(): Promise<void> {
    await withDeadline(() => this.#parked.end("rollback"), this.#options.timeout);
    if (!this.#isElsewhere) return;
    const recalibrated = this.#options.recalibrated();
    // Inside the host's transaction, which may hold the only connection, it waits for that one's end; nobody waits for it.
    if (!this.#options.joined) await recalibrated;
  }

  #read<Value>(ask: (statements: Statements) => Promise<Value>): ResultAsync<Value, LoadFailure> {
    return new ResultAsync(
      this.#within(
        () => ask(this.#options.statements),
        (thrown) => interpret(thrown) ?? storeError(failureOf(thrown)),
      ),
    );
  }

  async #flush(changes: ChangeSet): Promise<Result<void, FlushError | TransactionBroken>> {
    const { statements } = this.#options;
    const call = statements.flush(changes);
    const rows = await this.#within(
      () => this.#run(call.statement, call.params),
      (thrown) => {
        this.#isElsewhere ||= isElsewhere(failureOf(thrown), statements.names);
        return flushError(thrown, changes, statements.names);
      },
    );
    return rows.map(([row]) => {
      const position = row?.["position"];
      if (typeof position === "string") this.#position = position;
    });
  }

  async #commit(record: CommitRecord): Promise<Result<Position, CommitFailure>> {
    const recorded = await this.#record(record);
    if (recorded.isErr()) {
      await this.rollback();
      return this.#unlessRepeated(record, recorded.error);
    }
    const ending = await withDeadline(() => this.#parked.end("commit"), this.#options.timeout);
    if (!ending.timedOut && ending.value.kind === "committed") return ok(recorded.value);
    const failure = !ending.timedOut && ending.value.kind === "failed" ? failureOf(ending.value.thrown) : undefined;
    if (this.#options.joined) return err(failure === undefined ? unavailable("the savepoint could not be released") : storeError(failure));
    // The server itself refused the COMMIT (a deferred constraint, a serialization failure): it was rolled back.
    if (failure !== undefined && isServerError(failure)) return err(flushError(failure, NOTHING, this.#options.statements.names));
    return err(outcomeUnknown(record.commitId));
  }

  /**
   * The last statement is ours: it fails in a transaction that somebody has broken, which node-postgres would commit in silence.
   * Nothing is said after it that might break it yet.
   */
  async #record(record: CommitRecord): Promise<Result<Position, CommitFailure>> {
    const { statements } = this.#options;
    const call = statements.flush(
      { ...NOTHING, tenant: record.tenant },
      this.#position === undefined ? record : { ...record, position: this.#position },
    );
    const rows = await this.#within(
      () => this.#runLast(call.statement, call.params),
      (thrown) => recordError(thrown, record, statements),
    );
    return rows.map(([row]) => String(row?.["position"]));
  }

  async #unlessRepeated(record: CommitRecord, failure: CommitFailure): Promise<Result<never, CommitFailure>> {
    return err(await repeatedOr(failure, () => this.#options.repeated(record)));
  }

  async #within<Value, E>(work: () => Promise<Value>, failed: (thrown: unknown) => E): Promise<Result<Value, E | StoreError>> {
    try {
      const answer = await withDeadline(work, this.#options.timeout);
      return answer.timedOut ? err(unavailable("the database did not answer in time")) : ok(answer.value);
    } catch (thrown) {
      return err(failed(thrown));
    }
  }
}
