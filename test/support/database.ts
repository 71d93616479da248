import { inject } from "vitest";
import { createDatabase } from "../../examples/support/postgres.js";
import type { Database } from "../../examples/support/postgres.js";

/** A new, empty database on the run's server. */
export const freshDatabase = (): Promise<Database> => createDatabase(inject("databaseUrl"));
