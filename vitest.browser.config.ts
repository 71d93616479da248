import { defineConfig } from "vitest/config";
import { alias } from "./vitest.alias.js";
import "./vitest.exit-code.js";

/** `npm run test:browser`: the pages of the example apps, in a headless Chromium of the machine's. */
export default defineConfig({
  resolve: { alias },
  test: {
    globalSetup: ["test/support/postgres.ts"],
    isolate: false,
    // They share one browser, and one PostgreSQL.
    maxWorkers: 1,
    include: ["test/browser/**/*.test.ts"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
