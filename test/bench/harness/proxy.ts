import { connect, createServer } from "node:net";
import type { Socket } from "node:net";
import { inFrontOf } from "../../support/in-front-of.js";

/** What went over the wire. */
export interface Traffic {
  /** Flights: bytes to the server when the last ones had come from it. It is for these that a network's latency is paid. */
  readonly roundTrips: number;
  /** Sync and Query messages: what a client says when it has said everything. */
  readonly syncs: number;
  /** Execute and Query messages. */
  readonly statements: number;
  /** Parse messages: none once a statement is prepared. */
  readonly parses: number;
  /** In both directions, without what TCP adds to them. */
  readonly bytes: number;
}

export interface CountingProxy {
  readonly url: string;
  /** What has gone over all connections since it was asked the last time. */
  take(): Traffic;
  [Symbol.asyncDispose](): Promise<void>;
}

const NOTHING = { roundTrips: 0, syncs: 0, statements: 0, parses: 0, bytes: 0 };

/** A TCP proxy in front of a PostgreSQL that counts, and can hold back every byte for some milliseconds in each direction. */
export async function countingProxy(target: string, delay = 0): Promise<CountingProxy> {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let traffic = { ...NOTHING };

  const server = createServer((client) => {
    const upstream = connect(Number(port || 5432), hostname);
    const read = messageReader();
    let lastFromServer = true;
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.setNoDelay(true);
      socket.on("error", () => undefined);
      socket.on("close", () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.on("data", (data) => {
      if (lastFromServer) traffic.roundTrips++;
      lastFromServer = false;
      traffic.bytes += data.length;
      for (const type of read(data)) {
        if (type === "S" || type === "Q") traffic.syncs++;
        if (type === "E" || type === "Q") traffic.statements++;
        if (type === "P") traffic.parses++;
      }
      later(delay, () => upstream.write(data));
    });
    upstream.on("data", (data) => {
      lastFromServer = true;
      traffic.bytes += data.length;
      later(delay, () => client.write(data));
    });
  });

  const url = await inFrontOf(target, server);
  return {
    url,
    take: () => {
      const taken = traffic;
      traffic = { ...NOTHING };
      return taken;
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

// Timers of the same length keep their order.
function later(delay: number, work: () => unknown): void {
  if (delay === 0) work();
  else setTimeout(work, delay);
}

/** Cuts what a client says into messages and gives their types. The first ones, of the start-up, have none. */
function messageReader(): (data: Buffer) => readonly string[] {
  let rest = Buffer.alloc(0);
  let started = false;
  return (data) => {
    rest = Buffer.concat([rest, data]);
    const types: string[] = [];
    for (;;) {
      const start = started ? 1 : 0;
      if (rest.length < start + 4) return types;
      const length = start + rest.readUInt32BE(start);
      if (rest.length < length) return types;
      if (started) types.push(String.fromCharCode(rest.readUInt8(0)));
      // A request for TLS comes before the protocol's version, whose major part is 3.
      else started = rest.readUInt16BE(4) === 3;
      rest = rest.subarray(length);
    }
  };
}
