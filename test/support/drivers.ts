import { PGlite } from "@electric-sql/pglite";
import { drizzle as drizzleNodePostgres } from "drizzle-orm/node-postgres";
import { drizzle as drizzlePglite } from "drizzle-orm/pglite";
import { drizzle as drizzlePostgresJs } from "drizzle-orm/postgres-js";
import { sql } from "drizzle-orm";
import pg from "pg";
import postgresJs from "postgres";
import type { Store } from "denizen/ports";
import { drizzle, migrate } from "denizen/drizzle";
import type { Database, DrizzleOptions } from "denizen/drizzle";
import { freshDatabase } from "./database.js";

/** One migrated database, its Drizzle, and a store on it. */
export interface Opened {
  readonly url: string;
  readonly database: TestedDatabase;
  readonly store: Store<TestedTransaction>;
  /** A transaction of the host's own. */
  transaction(work: (tx: TestedTransaction) => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

/** As much of every driver's Drizzle as the tests use; postgres.js's, because all have the same. */
export type TestedDatabase = ReturnType<typeof drizzlePostgresJs> & Database;
export type TestedTransaction = Parameters<Parameters<TestedDatabase["transaction"]>[0]>[0] & Database;

export interface OpenOptions extends DrizzleOptions {
  readonly connections?: number;
  /** A database that is there already; a fresh one otherwise. */
  readonly url?: string;
  /** Whether denizen's tables are still to be made there; a fresh one always has them. */
  readonly migrates?: boolean;
}

type Connect = (url: string, connections: number) => { readonly database: unknown; close(): Promise<void> };

const connectors: Readonly<Record<string, Connect>> = {
  "postgres.js": (url, max) => {
    const client = postgresJs(url, { max, onnotice: () => undefined });
    return { database: drizzlePostgresJs(client), close: () => client.end({ timeout: 1 }) };
  },
  "node-postgres": (url, max) => {
    const pool = new pg.Pool({ connectionString: url, max });
    pool.on("error", () => undefined);
    return { database: drizzleNodePostgres(pool), close: () => pool.end() };
  },
  PGlite: () => {
    const client = new PGlite();
    return { database: drizzlePglite(client), close: () => client.close() };
  },
};

export type Driver = "postgres.js" | "node-postgres" | "PGlite";
export const servers: readonly Driver[] = ["postgres.js", "node-postgres"];
export const drivers: readonly Driver[] = [...servers, "PGlite"];

/** Opens a database through a driver. */
export async function open(
  driver: Driver,
  { connections = 10, url, migrates = url === undefined, ...options }: OpenOptions = {},
): Promise<Opened> {
  const fresh = driver === "PGlite" || url !== undefined ? undefined : await freshDatabase();
  const at = url ?? fresh?.url ?? "";
  const connect = connectors[driver];
  if (connect === undefined) throw new Error(`no driver ${driver}`);
  const { database: connected, close } = connect(at, connections);
  // The builders that the tests call are the same on every driver.
  const database = connected as TestedDatabase;
  if (migrates) {
    const migrated = await migrate(database, options);
    if (migrated.isErr()) throw new Error(migrated.error.message);
  }
  // A driver's own transaction differs from postgres.js's in its result type alone.
  // Those who count statements want to see none but those that they asked for.
  const store = drizzle(database, { wakeUps: false, ...options }) as Store<TestedTransaction>;
  return {
    url: at,
    database,
    store,
    transaction: (work) => database.transaction((tx) => work(tx as TestedTransaction)),
    close: async () => {
      await close();
      await fresh?.[Symbol.asyncDispose]();
    },
  };
}

/** Every row of every table of denizen's, to compare a database before and after. */
export async function everything(database: TestedDatabase): Promise<string> {
  const tables = [
    ...["aggregates", "identifiers", "events", "commits", "vault", "attempts", "sessions", "accounts", "account_roles"],
    ...["users", "user_emails", "user_phones", "user_credentials"],
    ...["log_epoch", "subscribers", "cursors", "deliveries"],
  ];
  const rows = await Promise.all(
    tables.map(async (table) => {
      const result: unknown = await database.execute(sql.raw(`select to_jsonb(t)::text as row from denizen_${table} t order by 1`));
      return [table, Array.isArray(result) ? result : Reflect.get(Object(result), "rows")];
    }),
  );
  return JSON.stringify(rows);
}
