import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { embeddedPostgres, urlOf } from "./postgres.js";
import type { Database } from "./postgres.js";

/**
 * A PostgreSQL from npm whose data stay in a folder: what is there is there the next time. One that already runs on the folder is used
 * as it is, and left running.
 */
export async function durablePostgres(folder: string): Promise<Database> {
  const running = () => portOfRunning(join(folder, "data", "postmaster.pid"));
  const port = await running();
  if (port !== undefined) return { url: urlOf(port), [Symbol.asyncDispose]: () => Promise.resolve() };
  await mkdir(folder, { recursive: true });
  const server = await embeddedPostgres(folder, { persistent: true, flags: [] });
  return {
    url: server.url,
    // Ctrl-C is heard by PostgreSQL as well, and one that has ended cannot be waited for.
    [Symbol.asyncDispose]: async () => {
      if ((await running()) !== undefined) await server[Symbol.asyncDispose]();
    },
  };
}

/** A server writes its process into the first line of this file, and its port into the fourth. */
async function portOfRunning(file: string): Promise<number | undefined> {
  if (!existsSync(file)) return undefined;
  const [pid, , , port] = (await readFile(file, "utf8")).split("\n").map(Number);
  return pid !== undefined && isAlive(pid) ? port : undefined;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (thrown) {
    // It is there, and another user's.
    return thrown instanceof Error && "code" in thrown && thrown.code === "EPERM";
  }
}
