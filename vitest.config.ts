import { configDefaults, defineConfig } from "vitest/config";
import { alias } from "./vitest.alias.js";
import "./vitest.exit-code.js";

/** `npm test`: everything that npm packages alone can run. The other suites have configurations of their own. */
export default defineConfig({
  resolve: { alias },
  test: {
    globalSetup: ["test/support/postgres.ts"],
    // What a file imports is read once for all files of a worker: a third of the time. Nothing of ours keeps state in a module.
    isolate: false,
    // Each with a PostgreSQL of its own, so that no file's transactions are seen by another's. The one that DATABASE_URL names is one.
    maxWorkers: process.env["DATABASE_URL"] ? 1 : 3,
    // Two cores and several PostgreSQLs: a time limit is for what hangs, not for what waits its turn.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    include: ["test/**/*.test.ts"],
    exclude: [...configDefaults.exclude, "test/services/**", "test/package/**", "test/faults/**", "test/bench/**", "test/browser/**"],
  },
});
