import { err, invalidArgument, ok } from "denizen";
import type { InvalidArgument, Result } from "denizen";
import { is, SQL, sql } from "drizzle-orm";
import { makePgArray } from "drizzle-orm/pg-core";
import type { PgColumn } from "drizzle-orm/pg-core";
import type { Shape } from "./shape.js";
import { accepts } from "./values.js";

export interface Condition {
  /** True of every row when undefined. */
  readonly sql: SQL | undefined;
  /** Whether its text is the caller's: it may be another one every time, and is not worth a name. */
  readonly raw: boolean;
}

const COMPARED: Readonly<Record<string, string>> = { gt: ">", gte: ">=", lt: "<", lte: "<=", ne: "is distinct from" };

/** Says a condition in SQL, its columns in the table's order, so that the same question always has the same text. */
export function conditionIn({ columns }: Shape, where: unknown): Result<Condition, InvalidArgument> {
  if (is(where, SQL)) return ok({ sql: sql`(${where})`, raw: true });
  const said = entriesIn(where);
  if (said === undefined) return err(invalidArgument("where", "must be an object of columns, or a condition of Drizzle's"));
  if ([...said.keys()].some((name) => !Object.hasOwn(columns, name))) return err(invalidArgument("where", "has what is no column"));
  const parts: SQL[] = [];
  for (const [name, column] of Object.entries(columns)) {
    if (!said.has(name)) continue;
    const compared = comparisons(column, said.get(name));
    if (compared === undefined) return err(invalidArgument(`where.${name}`, "is nothing that this column can be compared with"));
    parts.push(...compared);
  }
  return ok({ sql: parts.length === 0 ? undefined : sql.join(parts, sql` and `), raw: false });
}

/** For one row: that of no condition would be any row, by accident. */
export const rowIn = (shape: Shape, where: unknown): Result<Condition & { readonly sql: SQL }, InvalidArgument> =>
  conditionIn(shape, where).andThen(({ sql: said, raw }) =>
    said === undefined ? err(invalidArgument("where", "must say which row")) : ok({ sql: said, raw }),
  );

/** Undefined for what is no plain object. */
export function entriesIn(input: unknown): ReadonlyMap<string, unknown> | undefined {
  if (typeof input !== "object" || input === null) return undefined;
  const prototype: unknown = Object.getPrototypeOf(input);
  // By what it has and not by which it is: an object may come from another realm.
  const plain = prototype === null || (typeof prototype === "object" && Object.hasOwn(prototype, "isPrototypeOf"));
  return plain && !Array.isArray(input) ? new Map(Object.entries(input)) : undefined;
}

function comparisons(column: PgColumn, value: unknown): readonly SQL[] | undefined {
  if (value === null) return [sql`${column} is null`];
  const operators = column.dataType === "json" ? undefined : entriesIn(value);
  const compares =
    operators !== undefined && operators.size > 0 && [...operators.keys()].every((name) => name === "in" || Object.hasOwn(COMPARED, name));
  if (!compares) return accepts(column, value) ? [sql`${comparable(column)} = ${sql.param(value, column)}`] : undefined;
  const parts: SQL[] = [];
  for (const name of [...Object.keys(COMPARED), "in"]) {
    if (!operators.has(name)) continue;
    const part = comparison(column, name, operators.get(name));
    if (part === undefined) return undefined;
    parts.push(part);
  }
  return parts;
}

/** PostgreSQL compares `jsonb`, and not `json`. */
const comparable = (column: PgColumn): SQL => (column.columnType === "PgJson" ? sql`${column}::jsonb` : sql`${column}`);

function comparison(column: PgColumn, name: string, value: unknown): SQL | undefined {
  if (name === "in") return Array.isArray(value) ? isOneOf(column, value) : undefined;
  if (value === null ? name !== "ne" : !accepts(column, value)) return undefined;
  return sql`${column} ${sql.raw(COMPARED[name] ?? "")} ${sql.param(value, column)}`;
}

/** One parameter however many there are; `in ($1, $2, …)` would be another text each time. */
function isOneOf(column: PgColumn, values: readonly unknown[]): SQL | undefined {
  if (column.dataType === "array" || !values.every((value) => accepts(column, value))) return undefined;
  const encoded = values.map((value): unknown => column.mapToDriverValue(value));
  if (encoded.some((value) => typeof value === "object")) return undefined;
  return sql`${column} = any(${makePgArray(encoded.map(String))})`;
}
