import { configDefaults, defineConfig } from "vitest/config";
import { alias } from "./vitest.alias.js";

/** `npm test`: everything that npm packages alone can run. The other suites have configurations of their own. */
export default defineConfig({
  resolve: { alias },
  test: {
    globalSetup: ["test/support/postgres.ts"],
    include: ["test/**/*.test.ts"],
    exclude: [...configDefaults.exclude, "test/services/**", "test/package/**", "test/faults/**", "test/bench/**"],
  },
});
