import { err, invalidArgument, ResultAsync } from "denizen";
import type { InvalidArgument, Result } from "denizen";
import type { PgTable } from "drizzle-orm/pg-core";
import type {
  CreateRowError,
  DeleteRowError,
  ListRowsError,
  RetrieveRowError,
  TableFailure,
  TableInUse,
  UpdateRowError,
} from "./errors.js";
import { list } from "./list.js";
import { count, create, drop, remove, retrieve, update } from "./rows.js";
import { shapeOf } from "./shape.js";
import type { Shape } from "./shape.js";
import type { NewRow, RowChanges, RowKey, TableListInput, TablePage, TableRow, Where } from "./types.js";
import type { TableUnit } from "./unit.js";

/**
 * The rows of one table, in one unit of work. Nothing throws or rejects. Each call is one statement; what is written in a transaction
 * is in a savepoint, so that an error leaves the unit usable. On a database itself each call is a transaction of its own.
 *
 * Every method can answer `invalid-argument`, `store-unavailable`, `store-busy`, `store-failed`, `concurrency-conflict` (which
 * `transact` tries again), `transaction-broken`, and `unit-closed`, `unit-busy` or `invalid-scope` of the unit.
 */
export interface TableRepository<T extends PgTable> {
  /** Makes a row, and answers its key; `row-exists`, `row-invalid`. */
  create(values: NewRow<T>): ResultAsync<RowKey<T>, CreateRowError>;
  /** The one row of which `where` is true, which must say something; `row-not-found`, `multiple-rows`. */
  retrieve(where: Where<T>): ResultAsync<TableRow<T>, RetrieveRowError>;
  /** Changes exactly one row, and answers it; `row-not-found`, `multiple-rows`, `row-exists`, `row-invalid`. */
  update(where: Where<T>, changes: RowChanges<T>): ResultAsync<TableRow<T>, UpdateRowError>;
  /** Deletes exactly one row, and answers it; `row-not-found`, `multiple-rows`, `row-in-use`. */
  delete(where: Where<T>): ResultAsync<TableRow<T>, DeleteRowError>;
  /** All rows of which `where` is true, or a page of them, at any depth by an index on their order; `cursor-invalid`. */
  list(input?: TableListInput<T>): ResultAsync<TablePage<T>, ListRowsError>;
  count(where?: Where<T>): ResultAsync<number, TableFailure>;
  /** Drops the table; `table-in-use` when somebody else uses it now, or something depends on it. */
  drop(): ResultAsync<void, TableFailure | TableInUse>;
}

/**
 * A base class for what has no rules to guard: `class Planets extends tableRepository(planetTable) {}`, with methods of your own beside
 * these, and `new Planets(uow)`. All repositories on one unit share its transaction.
 *
 * Throws a `ConfigurationError` for what is no `pgTable`, or has no primary key.
 */
export function tableRepository<T extends PgTable>(table: T): new (unit: TableUnit) => TableRepository<T> {
  const shape = shapeOf(table);
  return class extends Repository<T> {
    constructor(unit: TableUnit) {
      super(unit, shape);
    }
  };
}

class Repository<T extends PgTable> implements TableRepository<T> {
  readonly #unit: unknown;
  readonly #shape: Shape;

  constructor(unit: unknown, shape: Shape) {
    this.#unit = unit;
    this.#shape = shape;
  }

  create(values: unknown): ResultAsync<RowKey<T>, CreateRowError> {
    return answered(() => create(this.#unit, this.#shape, values));
  }

  retrieve(where: unknown): ResultAsync<TableRow<T>, RetrieveRowError> {
    return answered(() => retrieve(this.#unit, this.#shape, where));
  }

  update(where: unknown, changes: unknown): ResultAsync<TableRow<T>, UpdateRowError> {
    return answered(() => update(this.#unit, this.#shape, where, changes));
  }

  delete(where: unknown): ResultAsync<TableRow<T>, DeleteRowError> {
    return answered(() => remove(this.#unit, this.#shape, where));
  }

  list(input: unknown = {}): ResultAsync<TablePage<T>, ListRowsError> {
    return answered(() => list(this.#unit, this.#shape, input));
  }

  count(where: unknown = {}): ResultAsync<number, TableFailure> {
    return answered(() => count(this.#unit, this.#shape, where));
  }

  drop(): ResultAsync<void, TableFailure | TableInUse> {
    return answered(() => drop(this.#unit, this.#shape));
  }
}

/** Statements answer what the database does; what throws here is an argument, or a unit, that cannot be read. */
function answered<Value, E>(work: () => Promise<Result<unknown, E>>): ResultAsync<Value, E | InvalidArgument> {
  const answer = async () => {
    try {
      // Rows are objects to the statements; that they have the columns of the table is what its shape is made of.
      return (await work()) as Result<Value, E>;
    } catch {
      return err(invalidArgument("arguments", "cannot be read"));
    }
  };
  return new ResultAsync<Value, E | InvalidArgument>(answer());
}
