import { ConfigurationError } from "denizen";
import type { Store } from "denizen/ports";
import type { PostgresJsDatabase } from "drizzle-orm/postgres-js";
import type { Database, TransactionOf } from "./database.js";
import { openStore } from "./open-store.js";
import type { DrizzleOptions } from "./open-store.js";

/** A store with connections of its own. `database` is Drizzle's, for the host's own tables and for `migrate`. */
export interface PostgresStore extends Store<TransactionOf<PostgresJsDatabase> & Database> {
  readonly database: PostgresJsDatabase;
}

export interface PostgresOptions extends DrizzleOptions {
  /** Connections at most. Default 10. */
  readonly connections?: number;
}

/** The one-line store: `await postgres("postgres://localhost/app")`. Closing it, or disposing its application, closes the connections. */
export async function postgres(url: string, options: PostgresOptions = {}): Promise<PostgresStore> {
  if (typeof url !== "string" || !/^postgres(ql)?:\/\//.test(url)) throw new ConfigurationError(["postgres(url) takes a postgres:// URL"]);
  const [{ default: client }, { drizzle }] = await Promise.all([import("postgres"), import("drizzle-orm/postgres-js")]);
  const connections = client(url, {
    max: options.connections ?? 10,
    // Notices ("relation exists, skipping") are no business of the host's log.
    onnotice: () => undefined,
    // postgres.js asks for the types of arrays on every new connection, and nobody catches it when the server goes away over that.
    // Drizzle reads array columns by itself.
    fetch_types: false,
  });
  const database = drizzle(connections);
  const store = openStore(database, options, () => connections.end({ timeout: 5 }));
  return { ...store, database };
}
