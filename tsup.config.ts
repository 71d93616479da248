import { defineConfig } from "tsup";

/** The entry points of package.json's `exports`. */
const entry = {
  index: "src/index.ts",
  ports: "src/ports/index.ts",
  testing: "src/testing/index.ts",
  memory: "adapters/memory/index.ts",
  drizzle: "adapters/drizzle/index.ts",
  argon2: "adapters/argon2/index.ts",
  phone: "adapters/phone/index.ts",
  "legacy-hashes": "adapters/legacy-hashes/index.ts",
};

export default defineConfig({
  entry,
  outDir: "dist",
  clean: true,
  format: ["esm", "cjs"],
  target: ["es2022", "node20"],
  // One copy of the core per format, shared by `denizen` and `denizen/ports`; the word lists stay chunks of their own, loaded when asked.
  splitting: true,
  // The adapters import `denizen` as a stranger would, also after the build: one core, whatever is loaded.
  external: [/^denizen(\/|$)/],
  // Deno and workerd know Node's modules only by their full names.
  removeNodeProtocol: false,
  esbuildOptions: (options) => {
    options.legalComments = "inline";
  },
  dts: {
    compilerOptions: { ignoreDeprecations: "6.0" },
    // `await using` is in the public types; the reference in the sources does not survive the bundling.
    banner: '/// <reference lib="esnext.disposable" />',
  },
});
