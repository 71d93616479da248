import { withDeadline } from "denizen/ports";
import { poolOf } from "./node-postgres.js";
import type { ListeningClient } from "./node-postgres.js";

/** Opens a connection that listens to a channel, and answers how it is closed. `lost` is called when it is gone. */
export type Listen = (channel: string, heard: (message: string) => void, lost: () => void) => Promise<() => Promise<unknown>>;

/** Milliseconds. */
const LONGEST_LEAVE = 1000;

/** How one listens beside a Drizzle database; undefined for drivers that one cannot listen with. */
export function listenerOf(database: object): Listen | undefined {
  const client: unknown = Reflect.get(database, "$client");
  const pool = poolOf(database);
  if (pool?.Client !== undefined) return onNodePostgres(pool.Client, pool.options);
  if (typeof client === "function" && "listen" in client && "options" in client) return onPostgresJs(client.options);
  const isPglite = typeof client === "object" && client !== null && "listen" in client && "onNotification" in client;
  // What has these two is a PGlite.
  return isPglite ? onPglite(client as Pglite) : undefined;
}

const onNodePostgres =
  (Client: new (options: unknown) => ListeningClient, options: unknown): Listen =>
  async (channel, heard, lost) => {
    const client = new Client(options);
    client.on("error", lost);
    client.on("end", lost);
    client.on("notification", ({ payload = "" }) => heard(payload));
    const end = async (): Promise<void> => {
      // It waits for the server to take leave, which never comes through a network that is dead.
      await withDeadline(() => client.end(), LONGEST_LEAVE);
      client.connection?.stream.destroy();
    };
    await opened(end, async () => {
      await client.connect();
      await client.query(`listen "${channel}"`);
    });
    return end;
  };

/** postgres.js's own `listen` gives up when it fails to come back, and its connection stays open: so this is a client of its own. */
const onPostgresJs =
  (options: unknown): Listen =>
  async (channel, heard, lost) => {
    const { default: postgres } = await import("postgres");
    const onnotify = (_: string, message: string): void => heard(message);
    const listening = { max: 1, idle_timeout: null, max_lifetime: null, fetch_types: false, onclose: lost, onnotify };
    // The options of a client that is there already, as postgres.js itself gives them to another one; its types know only what a host writes.
    const client = postgres({ ...(options as object), ...listening } as object);
    const end = () => client.end({ timeout: LONGEST_LEAVE / 1000 });
    await opened(end, () => client.unsafe(`listen "${channel}"`));
    return end;
  };

interface Pglite {
  listen(channel: string, heard: (message: string) => void): Promise<() => Promise<unknown>>;
}

/** It is a database within this process: there is no connection to lose. */
const onPglite =
  (client: Pglite): Listen =>
  (channel, heard) =>
    client.listen(`"${channel}"`, heard);

/** What could not be opened as a whole is closed. */
async function opened(end: () => Promise<unknown>, open: () => Promise<unknown>): Promise<void> {
  try {
    await open();
  } catch (cause) {
    await end().catch(() => undefined);
    throw cause;
  }
}
