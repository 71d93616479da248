import { defineConfig } from "vitest/config";
import "./vitest.exit-code.js";

/** `npm run test:package`: the packed tarball, as its users get it. No alias: `denizen` is what was installed. */
export default defineConfig({
  test: {
    include: ["test/package/**/*.test.ts"],
    globalSetup: ["test/package/setup.ts", "test/support/postgres.ts"],
    // As many as there are PostgreSQLs.
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 300_000,
  },
});
