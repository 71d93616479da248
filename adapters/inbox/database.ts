/** A Drizzle database or transaction for PostgreSQL, of any driver. */
export interface DrizzleDatabase {
  execute(query: never): PromiseLike<unknown>;
}

/** `sql` of postgres.js, or the one that `sql.begin` hands out. */
export interface PostgresJsClient {
  unsafe(query: string, parameters?: string[]): PromiseLike<readonly unknown[]>;
}

/** A client or pool of node-postgres; for a transaction it is the client that said BEGIN. */
export interface NodePostgresClient {
  query(text: string, values?: string[]): PromiseLike<{ readonly rows: readonly unknown[] }>;
}

export type InboxDatabase = DrizzleDatabase | PostgresJsClient | NodePostgresClient;

/** One statement with its values, in pieces: what is between the pieces are parameters. */
export interface Statement {
  readonly pieces: readonly string[];
  readonly values: readonly string[];
}

/** Runs a statement and answers its rows. Rejects with whatever the driver rejects with. */
export async function rowsOf(database: InboxDatabase, statement: Statement): Promise<readonly unknown[]> {
  const { pieces, values } = statement;
  const text = pieces.reduce((sum, piece, index) => `${sum}$${index}${piece}`);
  if ("unsafe" in database && typeof database.unsafe === "function") return database.unsafe(text, [...values]);
  if ("execute" in database && typeof database.execute === "function") return throughDrizzle(database, statement);
  if ("query" in database && typeof database.query === "function") return (await database.query(text, [...values])).rows;
  throw new TypeError("inbox: this is no transaction of Drizzle, postgres.js or node-postgres");
}

async function throughDrizzle(database: DrizzleDatabase, { pieces, values }: Statement): Promise<readonly unknown[]> {
  const { sql } = await import("drizzle-orm");
  const chunks = pieces.flatMap((piece, index) => [...(index > 0 ? [sql`${values[index - 1]}`] : []), sql.raw(piece)]);
  // No type of Drizzle is named in the declarations, so that they are valid where there is none; this is what it takes.
  const answer = await database.execute(sql.join(chunks) as never);
  // postgres.js answers a list, the others an object that has one.
  return Array.isArray(answer) ? answer : (answer as { readonly rows: readonly unknown[] }).rows;
}
