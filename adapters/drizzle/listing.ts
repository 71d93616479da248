import type { Listed, ListQuery } from "denizen/ports";
import type { Run } from "./database.js";
import { memoized } from "./sql.js";

/** Something that rows `x` of a list must be; its value travels as a parameter. */
export interface Condition {
  readonly sql: (parameter: string) => string;
  readonly value: string;
}

/** What is listed, in SQL: `x` is the row's alias. */
export interface Listing<Filter, Sort extends string, Row> {
  readonly table: string;
  /** Those that are there at all. */
  readonly where: string;
  readonly sorts: Readonly<Record<Sort, { readonly by: string; readonly type: "text" | "timestamptz" }>>;
  readonly conditions: (filter: Filter) => readonly Condition[];
  /** A row as one JSON object, and what is read from that. */
  readonly json: string;
  readonly read: (json: never) => Row;
}

/** Text by code point, whatever the collation of the database. */
export const byCodePoint = (text: string): string => `${text} collate "C"`;

/**
 * Pages of a list, and one row of it by its id. What each row says is gathered for the rows of the page alone. A page after a
 * row is found by an index and counts nothing; one by offset counts what passes the filter, in the same statement.
 */
export function listing<Filter, Sort extends string, Row>({ table, where, sorts, conditions, json, read }: Listing<Filter, Sort, Row>) {
  const made = memoized((text: string) => text);
  const one = made(`select ${json}::text as json from ${table} x where x.tenant = $1::text and x.id = $2::text and ${where}`);
  const id = byCodePoint("x.id");

  function call({ tenant, filter, sort, direction, limit, from }: ListQuery<Filter, Sort>) {
    const params = [tenant];
    const parameter = (value: string): string => `$${params.push(value)}::text`;
    const [ways, beyond] = direction === "ascending" ? ["asc", ">="] : ["desc", "<="];
    const { by, type } = sorts[sort];
    const order = `${by} ${ways}, ${id} ${ways}`;
    // Of `>` the planner believes that it leaves what is beyond the value alone, and takes an index that is not in order of the ids.
    const afterRow = ({ value, id: last }: { readonly value: string; readonly id: string }): string => {
      const [place, row] = [`(${by}, ${id})`, `(${parameter(value)}::${type}, ${parameter(last)})`];
      return `${place} ${beyond} ${row} and ${place} <> ${row}`;
    };
    const listed = ["x.tenant = $1::text", where, ...conditions(filter).map(({ sql, value }) => sql(parameter(value)))];
    const after = "after" in from && from.after !== null ? [afterRow(from.after)] : [];
    const offset = "offset" in from ? ` offset ${parameter(String(from.offset))}::bigint` : "";
    const total = "offset" in from ? `(select count(*) from ${table} x where ${listed.join(" and ")})` : "null";
    const text = `select json_build_object('rows', (
  select json_agg(${json} order by ${order}) from (
    select x.* from ${table} x where ${[...listed, ...after].join(" and ")}
    order by ${order} limit ${parameter(String(limit))}::bigint${offset}) x),
  'total', ${total})::text as json`;
    return { statement: made(text), params };
  }

  return {
    one: async (run: Run, tenant: string, of: string): Promise<Row | undefined> => {
      const [row] = await run(one, [tenant, of]);
      // The statement built its JSON in the shape that `read` takes.
      return row && read(JSON.parse(String(row["json"])) as never);
    },
    page: async (run: Run, query: ListQuery<Filter, Sort>): Promise<Listed<Row>> => {
      const { statement, params } = call(query);
      const [row] = await run(statement, params);
      // So did this one.
      const { rows, total } = JSON.parse(String(row?.["json"])) as {
        readonly rows: readonly never[] | null;
        readonly total: number | null;
      };
      return { rows: (rows ?? []).map(read), total };
    },
  };
}
