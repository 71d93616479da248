import { getTableConfig } from "drizzle-orm/pg-core";
import type { PgTable } from "drizzle-orm/pg-core";
import { ConfigurationError } from "denizen";
import type { Json, Timestamp } from "denizen/ports";
import { iso } from "./sql.js";

/** A row by the names of its columns in SQL. Instants are ISO 8601 text. */
export type Row = Readonly<Record<string, Json>>;

/** A column that holds an instant or nothing. */
export const instant = (value: Json | undefined): Timestamp | null => (typeof value === "string" ? iso(value) : null);

/** Child rows as they were in the aggregate. */
export const inOrder = (rows: readonly Row[]): readonly Row[] =>
  [...rows].sort((one, other) => Number(one["ordinal"]) - Number(other["ordinal"]));

/** One table that holds a part of an aggregate: its root row, or a list of child rows. */
export interface MappedTable {
  readonly table: PgTable;
  /** The column that holds the aggregate's id. Beside it there is a column `tenant`. */
  readonly aggregate: string;
  /** The columns, beside those two, that tell the rows of one aggregate apart. None for a root row. */
  readonly key?: readonly string[];
  /** The columns that denizen reads and writes; all others of the table are the host's. */
  readonly columns: readonly string[];
}

/**
 * Keeps one kind of aggregate in tables of its own instead of one document: two pure functions and the tables between them.
 * Child rows are written by difference. `read` gets what `write` gave.
 */
export interface Mapping<State = Json> {
  readonly tables: Readonly<Record<string, MappedTable>>;
  write(state: State): Readonly<Record<string, readonly Row[]>>;
  read(rows: Readonly<Record<string, readonly Row[]>>): Json;
}

/** A mapped table as SQL sees it. */
export interface SqlTable {
  readonly name: string;
  readonly aggregate: string;
  readonly key: readonly string[];
  readonly columns: readonly { readonly name: string; readonly type: string }[];
}

const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Looks the columns up in the table, so that a mapping that names a wrong one is found when the store is made. */
export function sqlTable({ table, aggregate, key = [], columns }: MappedTable): SqlTable {
  const config = getTableConfig(table);
  const types = new Map(config.columns.map((column) => [column.name, column.getSQLType()]));
  const missing = ["tenant", aggregate, ...key, ...columns].filter((name) => !types.has(name));
  if (missing.length > 0)
    throw new ConfigurationError(missing.map((name) => `the mapping of ${config.name} names a column ${name} that it has not`));
  return {
    name: `${config.schema === undefined ? "" : `${quote(config.schema)}.`}${quote(config.name)}`,
    aggregate,
    key,
    columns: columns.map((name) => ({ name, type: types.get(name) ?? "text" })),
  };
}
