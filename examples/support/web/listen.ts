import { once } from "node:events";
import { Server } from "node:http";
import { createAdaptorServer } from "@hono/node-server";
import type { Hono, Env, Schema } from "hono";

export interface Listening {
  /** `http://127.0.0.1:3000` */
  readonly url: string;
  /** Stops listening, and answers what has been asked, as far as `grace` allows. */
  [Symbol.asyncDispose](): Promise<void>;
}

export interface ListenOptions {
  /** 0 is any that is free. */
  readonly port: number;
  readonly host?: string;
  /** Milliseconds that the last requests have to be answered in. A client that never ends its own would be waited for without end. */
  readonly grace?: number;
}

/** Serves an API. */
export async function listen<E extends Env, S extends Schema>(
  api: Hono<E, S>,
  { port, host = "127.0.0.1", grace = 5000 }: ListenOptions,
): Promise<Listening> {
  const server = createAdaptorServer({ fetch: api.fetch });
  server.listen(port, host);
  await once(server, "listening");
  const address = server.address();
  const taken = typeof address === "object" && address !== null ? address.port : port;
  return {
    url: `http://${hostIn(host)}:${taken}`,
    [Symbol.asyncDispose]: async () => {
      const closed = once(server, "close");
      server.close();
      // Clients that keep a connection open for later would be waited for.
      if (server instanceof Server) server.closeIdleConnections();
      const cut = setTimeout(() => server instanceof Server && server.closeAllConnections(), grace);
      await closed;
      clearTimeout(cut);
    },
  };
}

/** As it stands in an address: what listens everywhere is here, too. */
function hostIn(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}

/** Comes back when the process is asked to end: by Ctrl-C, or by whoever runs it. */
export const stopped = (): Promise<unknown> => Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
