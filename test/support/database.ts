import { inject } from "vitest";
import { createDatabase } from "../../examples/support/postgres.js";
import type { Database } from "../../examples/support/postgres.js";

/** The PostgreSQL of the worker that runs this file. */
export function serverUrl(): string {
  const urls = inject("databaseUrls");
  const url = urls[Number(process.env["VITEST_POOL_ID"]) - 1];
  if (url === undefined) throw new Error(`there is no PostgreSQL for worker ${process.env["VITEST_POOL_ID"]} of ${urls.length}`);
  return url;
}

/** A new, empty database on it. */
export const freshDatabase = (): Promise<Database> => createDatabase(serverUrl());
