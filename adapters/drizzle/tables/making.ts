import { pgSchema, pgTable, timestamp } from "drizzle-orm/pg-core";
import type { PgColumnBuilderBase, PgTableFn } from "drizzle-orm/pg-core";
import { sql } from "drizzle-orm";
import type { SQL, SQLWrapper } from "drizzle-orm";
import { namesOf } from "../names.js";
import type { Naming } from "../names.js";

/** Columns of the host's own on denizen's tables: nullable or with a default, because denizen never writes them. */
export type ExtraColumns = Readonly<Record<string, PgColumnBuilderBase>>;

/** What every table is made with. */
export interface Making {
  readonly table: PgTableFn;
  readonly prefix: string;
  readonly pkey: ReturnType<typeof namesOf>["primaryKey"];
}

export function making(naming: Naming): Making {
  const { schema, prefix, primaryKey: pkey } = namesOf(naming);
  return { table: schema === undefined ? pgTable : tableIn(schema), prefix, pkey };
}

function tableIn(schema: string): PgTableFn {
  const table: unknown = pgSchema(schema).table;
  // The same function as `pgTable` but for the schema in its return type, which nothing here depends on.
  return table as PgTableFn;
}

export const instant = (name: string) => timestamp(name, { withTimezone: true, mode: "string" });

/** In an index: the order of lists, whatever the collation of the database. */
export const byCodePoint = (text: SQLWrapper): SQL => sql`(${text} collate "C")`;
