import { once } from "node:events";
import { Server } from "node:http";
import { createAdaptorServer } from "@hono/node-server";
import type { Hono, Env, Schema } from "hono";

export interface Listening {
  /** `http://127.0.0.1:3000` */
  readonly url: string;
  /** Answers what has been asked, and stops listening. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** Serves an API; port 0 is any that is free. */
export async function listen<E extends Env, S extends Schema>(
  api: Hono<E, S>,
  { port, host = "127.0.0.1" }: { readonly port: number; readonly host?: string },
): Promise<Listening> {
  const server = createAdaptorServer({ fetch: api.fetch });
  server.listen(port, host);
  await once(server, "listening");
  const address = server.address();
  const taken = typeof address === "object" && address !== null ? address.port : port;
  return {
    url: `http://${host === "0.0.0.0" ? "127.0.0.1" : host}:${taken}`,
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, "close");
      server.close();
      // Clients that keep a connection open for later would be waited for.
      if (server instanceof Server) server.closeIdleConnections();
      await closed;
    },
  };
}

/** Comes back when the process is asked to end: by Ctrl-C, or by whoever runs it. */
export const stopped = (): Promise<unknown> => Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
