import { defineConfig } from "vitest/config";
import { alias } from "./vitest.alias.js";
import "./vitest.exit-code.js";

/** `npm run test:faults`: processes killed and connections cut, one file at a time. */
export default defineConfig({
  resolve: { alias },
  test: {
    globalSetup: ["test/support/postgres.ts"],
    include: ["test/faults/**/*.test.ts"],
    fileParallelism: false,
    testTimeout: 120_000,
  },
});
