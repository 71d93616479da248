import type { InferInsertModel, InferSelectModel, SQL } from "drizzle-orm";
import type { PgTable } from "drizzle-orm/pg-core";

/** A row as it is read, by the names that the columns have in TypeScript. */
export type TableRow<T extends PgTable> = InferSelectModel<T>;

/** A row as it is made: what has a default may be left out. */
export type NewRow<T extends PgTable> = { [Name in keyof InferInsertModel<T>]: InferInsertModel<T>[Name] | SQL };

/** What of a row is changed; an expression may say what it becomes: `` { visits: sql`${table.visits} + 1` } ``. */
export type RowChanges<T extends PgTable> = Partial<NewRow<T>>;

/** The columns of the primary key; any of the row's where it is composed by `primaryKey(…)`, which types do not tell. */
export type RowKey<T extends PgTable> = [KeyNames<T>] extends [never] ? Partial<TableRow<T>> : Pick<TableRow<T>, KeyNames<T>>;

type Columns<T extends PgTable> = T["_"]["columns"];
type KeyNames<T extends PgTable> = NamesWhere<T, "isPrimaryKey"> & keyof TableRow<T>;
type NamesWhere<T extends PgTable, Trait extends "isPrimaryKey" | "notNull"> = {
  [Name in keyof Columns<T> & string]: Columns<T>[Name]["_"][Trait] extends true ? Name : never;
}[keyof Columns<T> & string];

/** All that is said must hold. `ne` is true of null, too, unless it is null that is said. */
export interface Comparison<Value> {
  readonly gt?: Value;
  readonly gte?: Value;
  readonly lt?: Value;
  readonly lte?: Value;
  readonly ne?: Value | null;
  readonly in?: readonly Value[];
}

/** Values that columns have (`null` is found as null), comparisons, or a condition of Drizzle's: `eq(…)`, `` sql`…` ``. */
export type Where<T extends PgTable> =
  { readonly [Name in keyof TableRow<T>]?: TableRow<T>[Name] | Comparison<NonNullable<TableRow<T>[Name]>> } | SQL;

export interface TableListInput<T extends PgTable> {
  /** All rows when left out. */
  readonly where?: Where<T>;
  /** One column or several, none of which may be null; the primary key follows, which is the order when this is left out. */
  readonly order?: NamesWhere<T, "notNull"> | readonly NamesWhere<T, "notNull">[];
  /** Ascending when left out. */
  readonly direction?: "ascending" | "descending";
  /** Rows at most: 1 to 100; all of them when left out. */
  readonly limit?: number;
  /** The page's `next`, as it was given for the same order and direction. */
  readonly after?: string;
}

export interface TablePage<T extends PgTable> {
  readonly items: readonly TableRow<T>[];
  /** Where the next page begins; null on the last one. */
  readonly next: string | null;
}
