import { sql } from "drizzle-orm";
import type { SQL, SQLWrapper } from "drizzle-orm";
import type { Field } from "./ask.js";
import type { Shape } from "./shape.js";

export const COUNT = sql<number>`count`.mapWith(Number);

export const rowFields = ({ columns }: Pick<Shape, "columns">, ...path: readonly string[]): Field[] =>
  Object.entries(columns).map(([name, field]) => ({ path: [...path, name], field }));

export const listed = (columns: Readonly<Record<string, SQLWrapper>>): SQL => sql.join(Object.values(columns), sql`, `);

/** True of the one row that `found` has; of none when it has none or several. */
export const isFound = ({ key }: Shape): SQL =>
  sql`(${listed(key)}) in (select ${names(key)} from found) and (select count(*) from found) = 1`;

/**
 * Changes exactly one row, or nothing, in one statement: two rows at most are found and held, `change` does what it does to
 * `isFound`, and the answer is how many were found, and the row. Who waits for the row finds what it has become meanwhile.
 */
export const toOne = ({ table, key }: Shape, where: SQL, hold: "update" | "no key update", change: SQLWrapper): SQL =>
  sql`with found (${names(key)}) as materialized (
  select ${listed(key)} from ${table} where ${where} limit 2 for ${sql.raw(hold)}),
done as ${change}
select (select count(*) from found)::text, done.* from (select 1) as one left join done on true`;

export const toOneFields = (shape: Shape): readonly Field[] => [{ path: ["found"], field: COUNT }, ...rowFields(shape, "row")];

const names = (key: Shape["key"]): SQL =>
  sql.raw(
    Object.keys(key)
      .map((_, index) => `k${index}`)
      .join(", "),
  );
