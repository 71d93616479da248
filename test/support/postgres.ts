import type { TestProject } from "vitest/node";
import { startPostgres } from "../../examples/support/postgres.js";

declare module "vitest" {
  export interface ProvidedContext {
    databaseUrl: string;
  }
}

/** One PostgreSQL for the whole run; every test file makes a database of its own in it. Durability is for the faults and the bench. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = await startPostgres(["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "max_connections=300"]);
  project.provide("databaseUrl", server.url);
  return () => server[Symbol.asyncDispose]();
}
