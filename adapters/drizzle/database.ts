import { ConfigurationError } from "denizen";
import { configured } from "denizen/ports";
import type { PgDatabase, PgQueryResultHKT } from "drizzle-orm/pg-core";
import type { Statement } from "./sql.js";

/** Any Drizzle PostgreSQL database or transaction, of whatever driver. */
export type Database = Pick<PgDatabase<PgQueryResultHKT>, "_" | "transaction">;

/** The transaction that a Drizzle database hands to its callback: the type of `unit.tx`. */
export type TransactionOf<Db> = Db extends { transaction(body: (tx: infer Tx) => never, ...rest: never): unknown } ? Tx : never;

/** Throws a `ConfigurationError` for what is no Drizzle PostgreSQL database. */
export function checkDatabase(database: unknown): void {
  const valid = configured(
    "denizen/drizzle",
    () => typeof database === "object" && database !== null && "transaction" in database && "_" in database,
  );
  if (!valid) throw new ConfigurationError(["denizen/drizzle takes a Drizzle PostgreSQL database: drizzle(client)"]);
}

/** How a store says statements on its transactions, for what shares them; nothing is known of a database of the host's own. */
export const manners = new WeakMap<object, { readonly prepared: boolean; readonly timeout: number }>();

export interface Result {
  readonly [column: string]: unknown;
}

/** Runs one named statement: prepared once a connection, one round trip on every driver. */
export type Run = (statement: Statement, params: readonly unknown[]) => Promise<readonly Result[]>;

/** Through Drizzle's own session, which is there for every driver and inside every transaction. */
export const runOn =
  (database: Pick<Database, "_">, prepared: boolean): Run =>
  async ({ text, name }, params) => {
    const query = { sql: text, params: [...params] };
    const result: unknown = await database._.session.prepareQuery(query, undefined, prepared ? name : undefined, false).execute();
    return rowsOf(result);
  };

/** postgres.js answers with an array, the others with an object that has one. */
function rowsOf(result: unknown): readonly Result[] {
  const rows: unknown = Array.isArray(result)
    ? result
    : typeof result === "object" && result !== null && "rows" in result
      ? result.rows
      : [];
  // Every driver gives rows as objects when it is not asked for arrays.
  return Array.isArray(rows) ? (rows as Result[]) : [];
}
