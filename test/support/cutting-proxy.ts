import { connect, createServer } from "node:net";
import type { Socket } from "node:net";
import { inFrontOf } from "./in-front-of.js";

/** A TCP proxy that can lose the next request, or the answer to it, as a failing network does. */
export interface CuttingProxy {
  readonly url: string;
  /** `before`: the next thing a client says (that matches) does not reach the server. `after`: it does, and the answer is lost. */
  cut(when: "before" | "after", matching?: RegExp): void;
  close(): Promise<void>;
}

export async function cuttingProxy(target: string): Promise<CuttingProxy> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let armed: "before" | "after" | undefined;
  let expected = /(?:)/;

  const server = createServer((client) => {
    const upstream = connect(Number(port || 5432), hostname);
    let losing = false;
    const end = (): void => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on("error", end);
      socket.on("close", end);
    }
    client.on("data", (data) => {
      const loses = armed !== undefined && expected.test(data.toString("latin1")) ? armed : undefined;
      if (loses !== undefined) armed = undefined;
      if (loses === "before") return end();
      losing ||= loses === "after";
      upstream.write(data);
    });
    upstream.on("data", (data) => (losing ? end() : client.write(data)));
  });

  const url = await inFrontOf(target, server);
  return {
    url,
    cut: (when, matching = /(?:)/) => {
      armed = when;
      expected = matching;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
