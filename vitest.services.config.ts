import { defineConfig } from "vitest/config";
import { alias } from "./vitest.alias.js";
import "./vitest.exit-code.js";

/** `npm run test:services`: what needs a server that npm cannot install. */
export default defineConfig({
  resolve: { alias },
  test: { include: ["test/services/**/*.test.ts"], testTimeout: 30_000, hookTimeout: 60_000 },
});
