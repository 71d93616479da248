import { domainError, err, invalidArgument, ok } from "denizen";
import type { CursorInvalid, InvalidArgument, Result } from "denizen";
import { sql } from "drizzle-orm";
import type { SQL } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";
import type { Shape } from "./shape.js";
import { acceptsText } from "./values.js";

/** Which page: a total order, one direction, and where it begins. */
export interface PageRequest {
  readonly order: readonly (readonly [name: string, column: PgColumn])[];
  readonly direction: "ascending" | "descending";
  readonly limit: number | undefined;
  /** The last row's values, as PostgreSQL writes them. */
  readonly after: readonly string[] | undefined;
}

const LARGEST_PAGE = 100;

/** Reads order and page from whatever was passed. */
export function pageIn({ columns, key }: Shape, said: ReadonlyMap<string, unknown>): Result<PageRequest, InvalidArgument | CursorInvalid> {
  const [direction = "ascending", limit, after] = [said.get("direction"), said.get("limit"), said.get("after")];
  const wanted = [said.get("order") ?? []].flat();
  const names = [...new Set([...wanted, ...Object.keys(key)])];
  const order = names.flatMap((name) => {
    const column = typeof name === "string" && Object.hasOwn(columns, name) ? columns[name] : undefined;
    return typeof name === "string" && column !== undefined && isOrdered(column, name in key) ? [[name, column] as const] : [];
  });
  if (order.length < names.length) return err(invalidArgument("order", "must be of columns that are never null"));
  if (direction !== "ascending" && direction !== "descending") return err(invalidArgument("direction", "must be ascending or descending"));
  if (limit !== undefined && !(typeof limit === "number" && Number.isInteger(limit) && limit >= 1 && limit <= LARGEST_PAGE)) {
    return err(invalidArgument("limit", `must be a whole number from 1 to ${LARGEST_PAGE}`));
  }
  const page: PageRequest = { order, direction, limit, after: undefined };
  if (after === undefined) return ok(page);
  const values = valuesIn(after, page);
  return values === undefined ? err(cursorInvalid()) : ok({ ...page, after: values });
}

export const cursorInvalid = (): CursorInvalid => domainError("cursor-invalid", "this cursor is none of this list's");

const isOrdered = ({ notNull, dataType }: PgColumn, isKey: boolean): boolean => (notNull || isKey) && !["json", "array"].includes(dataType);

/** A row's place, in full precision: JavaScript's dates have milliseconds, PostgreSQL's microseconds. */
export const placeOf = ({ order }: PageRequest): readonly SQL[] => order.map(([, column]) => sql`${column}::text`);

export function orderBy({ order, direction }: PageRequest): SQL {
  const way = sql.raw(direction === "ascending" ? "asc" : "desc");
  return sql.join(
    order.map(([, column]) => sql`${column} ${way}`),
    sql`, `,
  );
}

/** Past the row with these values. Drivers encode these two types from JavaScript's values, and not from text. */
export function beyond({ order, direction }: PageRequest, values: readonly string[]): SQL {
  const columns = order.map(([, column]) => column);
  const places = columns.map((column, index) => {
    const type = column.getSQLType();
    return sql`${values[index]}${sql.raw(type === "boolean" || type === "bytea" ? `::text::${type}` : "")}`;
  });
  const listed = (parts: readonly (SQL | PgColumn)[]): SQL => sql.join([...parts], sql`, `);
  return sql`(${listed(columns)}) ${sql.raw(direction === "ascending" ? ">" : "<")} (${listed(places)})`;
}

// Without tildes, which part the parts.
const encoded = (part: string): string => encodeURIComponent(part).replaceAll("~", "%7E");

const listOf = ({ order, direction }: PageRequest): readonly string[] => [order.map(([name]) => name).join(), direction];

export const cursorOf = (page: PageRequest, place: readonly string[]): string => [...listOf(page), ...place].map(encoded).join("~");

function valuesIn(cursor: unknown, page: PageRequest): readonly string[] | undefined {
  if (typeof cursor !== "string") return undefined;
  try {
    const [order, direction, ...values] = cursor.split("~").map(decodeURIComponent);
    const [ours, ourDirection] = listOf(page);
    const valid = order === ours && direction === ourDirection && values.length === page.order.length;
    return valid && page.order.every(([, column], index) => acceptsText(column, values[index] ?? "")) ? values : undefined;
  } catch {
    // What somebody else wrote need not decode.
    return undefined;
  }
}
