import { connect, createServer } from "node:net";
import type { Socket } from "node:net";
import { inFrontOf } from "../../support/in-front-of.js";

/** A TCP proxy that can fall silent, as a network does that loses everything and tells nobody. */
export interface FreezingProxy {
  readonly url: string;
  freeze(): void;
  /** What was said meanwhile is delivered now, as by a network that sends again. */
  thaw(): void;
  close(): Promise<void>;
}

export async function freezingProxy(target: string): Promise<FreezingProxy> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let frozen = false;
  const server = createServer((client) => {
    const upstream = connect(Number(port || 5432), hostname);
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(one);
      one.setNoDelay(true);
      one.on("error", () => other.destroy());
      one.on("close", () => other.destroy());
      one.on("data", (data) => other.write(data));
      if (frozen) one.pause();
    }
  });
  const url = await inFrontOf(target, server);
  return {
    url,
    freeze: () => {
      frozen = true;
      sockets.forEach((socket) => socket.pause());
    },
    thaw: () => {
      frozen = false;
      sockets.forEach((socket) => socket.resume());
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
