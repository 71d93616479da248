import type { TestProject } from "vitest/node";
import { startPostgres } from "../../examples/support/postgres.js";
import type { Database } from "../../examples/support/postgres.js";

declare module "vitest" {
  export interface ProvidedContext {
    /** One server for each of vitest's workers. */
    databaseUrls: readonly string[];
  }
}

/** A server that is thrown away writes nothing twice and cleans nothing up; whole databases come and go every second. */
const SETTINGS = [
  "fsync=off",
  "synchronous_commit=off",
  "full_page_writes=off",
  "wal_level=minimal",
  "max_wal_senders=0",
  "max_wal_size=8GB",
  "checkpoint_timeout=1h",
  "max_connections=300",
];

/**
 * One PostgreSQL for each worker and the whole run; every test file makes a database of its own in it. An open transaction holds back the
 * log in all databases of its server, so two files must not share one. Durability is for the faults and the bench.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const start = () => startPostgres(SETTINGS.flatMap((setting) => ["-c", setting]));
  const servers: Database[] = [];
  // One after the other: as root, the first makes the user that all of them run as.
  for (let worker = 0; worker < project.vitest.config.maxWorkers; worker++) servers.push(await start());
  project.provide(
    "databaseUrls",
    servers.map(({ url }) => url),
  );
  return async () => {
    await Promise.all(servers.map((server) => server[Symbol.asyncDispose]()));
  };
}
