import { ConfigurationError } from "denizen";
import { configured } from "denizen/ports";
import { getTableColumns, is } from "drizzle-orm";
import { getTableConfig, PgTable } from "drizzle-orm/pg-core";
import type { PgColumn } from "drizzle-orm/pg-core";

/** A table, its columns and its primary key, by the names that they have in TypeScript. */
export interface Shape {
  readonly table: PgTable;
  readonly name: string;
  readonly columns: Readonly<Record<string, PgColumn>>;
  readonly key: Readonly<Record<string, PgColumn>>;
}

/** Throws a `ConfigurationError` for what is no `pgTable`, or has no primary key. */
export const shapeOf = (table: unknown): Shape =>
  configured("denizen/drizzle", () => {
    if (!is(table, PgTable)) throw new ConfigurationError(["tableRepository takes a table of Drizzle's: pgTable(…)"]);
    const columns = getTableColumns(table);
    const { name, primaryKeys } = getTableConfig(table);
    const composed = new Set(primaryKeys.flatMap((key) => key.columns.map((column) => column.name)));
    const key = Object.entries(columns).filter(([, column]) => column.primary || composed.has(column.name));
    if (key.length === 0) throw new ConfigurationError([`tableRepository: ${name} has no primary key`]);
    return { table, name, columns, key: Object.fromEntries(key) };
  });
