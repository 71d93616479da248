import type { Env, Hono, Schema } from "hono";
import { migrate, postgres } from "denizen/drizzle";
import type { PostgresStore } from "denizen/drizzle";
import { listen } from "../../examples/support/web/listen.js";
import { freshDatabase } from "../support/database.js";

/** What came back, as a client from outside sees it: JSON read, everything else as text. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

export interface Asked {
  readonly json?: unknown;
  readonly form?: Readonly<Record<string, string>>;
  readonly bearer?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** A body as it is, however broken. */
  readonly raw?: string;
}

/** A real HTTP client of an API at this address. Redirects are answers too. */
export const client =
  (url: string) =>
  async (method: string, path: string, { json, form, bearer, headers = {}, raw }: Asked = {}): Promise<Answer> => {
    const response = await fetch(url + path, {
      method,
      redirect: "manual",
      headers: {
        ...(json === undefined ? {} : { "content-type": "application/json" }),
        ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
        ...headers,
      },
      body: raw ?? (form === undefined ? (json === undefined ? null : JSON.stringify(json)) : new URLSearchParams(form)),
    });
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.includes("json") === true;
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
  };

export type Client = ReturnType<typeof client>;

/** An empty database with denizen's tables, and those of the app's own. */
export async function migratedDatabase(createTables: (database: PostgresStore["database"]) => Promise<unknown> = async () => undefined) {
  const database = await freshDatabase();
  const store = await postgres(database.url, { connections: 2 });
  const migrated = await migrate(store.database);
  if (migrated.isErr()) throw new Error(migrated.error.message);
  await createTables(store.database);
  await store.close();
  return database;
}

/** An API that listens, and its client. */
export async function serve<E extends Env, S extends Schema>(api: Hono<E, S>) {
  const server = await listen(api, { port: 0 });
  return { url: server.url, call: client(server.url), [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

/** What a test has opened, closed in the opposite order. (Node 20 has no AsyncDisposableStack.) */
export function resources() {
  const opened: AsyncDisposable[] = [];
  return {
    use<Resource extends AsyncDisposable>(resource: Resource): Resource {
      opened.push(resource);
      return resource;
    },
    async close(): Promise<void> {
      for (const resource of opened.reverse()) await resource[Symbol.asyncDispose]();
    },
  };
}
