import { EventEmitter, once } from "node:events";
import { connect } from "node:net";
import type { Socket } from "node:net";
import { networkInterfaces } from "node:os";
import { expect, test, vi } from "vitest";
import { createApi } from "../../examples/support/web/api.js";
import { serveDocs } from "../../examples/support/web/docs.js";
import { listen } from "../../examples/support/web/listen.js";
import { failures } from "../../examples/support/web/problems.js";
import { client, serve } from "./client.js";

const about = { title: "Some API", version: "1.0.0", description: "Of an app" } as const;
const some = () => createApi(failures({}));

async function connected(url: string): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  socket.on("error", () => undefined);
  await once(socket, "connect");
  return socket;
}

test("nothing is kept on the way, failures neither, but what says so", async () => {
  const api = some();
  serveDocs(api, about);
  api.get("/token", (c) => c.json({ access_token: "…" }));
  await using server = await serve(api);
  const kept = async (path: string) => (await server.call("GET", path)).headers.get("cache-control");
  expect([await kept("/token"), await kept("/nowhere"), await kept("/docs/")]).toEqual(["no-store", "no-store", "no-store"]);
  expect(await kept("/docs/swagger-ui.css")).toBe("max-age=3600");
  const unslashed = await server.call("GET", "/docs");
  expect([unslashed.status, unslashed.headers.get("location")]).toEqual([302, "/docs/"]);
});

test("a server that ends answers what has been asked, and waits for no client that never does", async () => {
  const api = some();
  const gate = new EventEmitter();
  api.get("/slow", async (c) => {
    const opened = once(gate, "open");
    gate.emit("reached");
    await opened;
    return c.text("done");
  });
  api.post("/body", async (c) => c.text(await c.req.text()));
  const server = await listen(api, { port: 0, grace: 200 });

  const [silent, stuck] = [await connected(server.url), await connected(server.url)];
  stuck.write("POST /body HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\nhalf");
  const reached = once(gate, "reached");
  const answer = client(server.url)("GET", "/slow");
  await reached;
  const told = vi.spyOn(console, "error");
  const cut = [once(silent, "close"), once(stuck, "close")];
  const ended = server[Symbol.asyncDispose]();
  gate.emit("open");
  expect((await answer).body).toBe("done");
  await ended;
  await Promise.all(cut);
  expect(told).not.toHaveBeenCalled();
  await expect(client(server.url)("GET", "/slow")).rejects.toThrow();
});

const hasIpv6 = Object.values(networkInterfaces()).some((addresses) => addresses?.some(({ address }) => address === "::1"));

test("its address is one that can be followed, by IPv6 as well", async () => {
  const api = some();
  api.get("/", (c) => c.text("here"));
  for (const host of hasIpv6 ? ["0.0.0.0", "::1"] : ["0.0.0.0"]) {
    const server = await listen(api, { port: 0, host });
    expect((await client(server.url)("GET", "/")).body).toBe("here");
    await server[Symbol.asyncDispose]();
  }
});
