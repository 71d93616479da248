import type { Server } from "node:net";

/** Lets a proxy listen: the same URL as its target's, with the proxy's address. */
export async function inFrontOf(target: string, proxy: Server): Promise<string> {
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const address = proxy.address();
  const url = new URL(target);
  url.hostname = "127.0.0.1";
  url.port = String(typeof address === "object" && address !== null ? address.port : 0);
  return url.href;
}
