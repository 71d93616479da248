import type { Database, Run } from "./database.js";

/** As much of node-postgres's pool as is needed here; its types are not used, so as not to depend on it. */
interface Pool {
  /** What it makes its clients with, and from. */
  readonly Client?: new (options: unknown) => ListeningClient;
  readonly options?: unknown;
  connect(): Promise<Client>;
  on(event: "connect", listener: (client: Client) => void): unknown;
}

interface Client {
  query(query: {
    readonly name?: string;
    readonly text: string;
    readonly values: unknown[];
  }): Promise<{ readonly rows: Record<string, unknown>[] }>;
  on(event: "error", listener: () => void): unknown;
  release(): void;
}

/** A client that is nobody's but the listener's. */
export interface ListeningClient {
  connect(): Promise<unknown>;
  query(text: string): Promise<unknown>;
  on(event: "notification", listener: (notification: { readonly payload?: string | undefined }) => void): unknown;
  on(event: "error" | "end", listener: () => void): unknown;
  end(): Promise<unknown>;
  /** Not where it is libpq's. */
  readonly connection?: { readonly stream: { destroy(): unknown } };
}

const prepared = new WeakSet<object>();

/** The pool beneath a Drizzle database, when it is one of node-postgres's. */
export function poolOf(database: object): Pool | undefined {
  const client: unknown = Reflect.get(database, "$client");
  if (typeof client !== "object" || client === null) return undefined;
  const isPool = "totalCount" in client && "connect" in client && typeof client.connect === "function" && "on" in client;
  // What has these four is a pool of node-postgres's; no other driver's client does.
  return isPool ? (client as Pool) : undefined;
}

/**
 * A client that is checked out and loses its connection emits `error`, and nobody listening ends the process. The statement
 * that runs on it fails as well, so there is nothing to do but to listen.
 */
export function surviveLostConnections(pool: Pool): void {
  if (prepared.has(pool)) return;
  prepared.add(pool);
  pool.on("connect", (client) => client.on("error", () => undefined));
}

/** One statement on a client of its own: `pool.query` destroys the connection on every error, a lost race included. */
export const runOnPool =
  (pool: Pool, named: boolean): Run =>
  async ({ text, name }, params) => {
    const client = await pool.connect();
    try {
      const { rows } = await client.query({ ...(named ? { name } : {}), text, values: [...params] });
      return rows;
    } finally {
      // The pool sees for itself whether the connection is still good.
      client.release();
    }
  };

/**
 * Drizzle's own transaction, on a client that is given back whatever happens: Drizzle takes one from the pool, and when the
 * BEGIN on it fails, because the server has just gone away, never releases it.
 */
export const transactionOnPool =
  (database: Database, pool: Pool): Database["transaction"] =>
  async (body) => {
    const client = await pool.connect();
    // The database's session in everything, its dialect, schema and logger, but for where it runs.
    const session = Object.create(database._.session, { client: { value: client } }) as Database["_"]["session"];
    try {
      return await session.transaction(body);
    } finally {
      client.release();
    }
  };
