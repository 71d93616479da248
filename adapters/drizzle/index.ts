import type { Store } from "denizen/ports";
import type { Database, TransactionOf } from "./database.js";
import { openStore } from "./open-store.js";
import type { DrizzleOptions } from "./open-store.js";

export { migrate } from "./migrate.js";
export { migrations } from "./migrations.js";
export { postgres } from "./postgres.js";
export { tableRepository } from "./table-repository/table-repository.js";
export { denizenTables } from "./tables.js";
export type { Database, TransactionOf } from "./database.js";
export type { MappedTable, Mapping, Row } from "./mapping.js";
export type { Migration } from "./migrations.js";
export type { Naming } from "./names.js";
export type { DrizzleOptions } from "./open-store.js";
export type { PostgresOptions, PostgresStore } from "./postgres.js";
export type {
  CreateRowError,
  DeleteRowError,
  ListRowsError,
  MultipleRows,
  RetrieveRowError,
  RowExists,
  RowInUse,
  RowInvalid,
  RowNotFound,
  TableFailure,
  TableInUse,
  UpdateRowError,
} from "./table-repository/errors.js";
export type { TableRepository } from "./table-repository/table-repository.js";
export type { Comparison, NewRow, RowChanges, RowKey, TableListInput, TablePage, TableRow, Where } from "./table-repository/types.js";
export type { TableUnit } from "./table-repository/unit.js";
export type { TableOptions } from "./tables.js";
export type { ExtraColumns } from "./tables/making.js";

/**
 * A store over any Drizzle PostgreSQL database: postgres.js, node-postgres, PGlite and others. `unit.tx` and `transact`'s `tx`
 * are this database's own transaction; the host's tables are written with it. Closing the store leaves the database open.
 *
 * Throws a `ConfigurationError` when it is given something else, or options that cannot be.
 */
export function drizzle<Db extends Database>(database: Db, options: DrizzleOptions = {}): Store<TransactionOf<Db> & Database> {
  return openStore(database, options, () => Promise.resolve());
}
