import { cp } from "node:fs/promises";
import { transform } from "esbuild";
import { defineConfig, type Options } from "tsup";

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
  jose: "adapters/jose/index.ts",
  problem: "adapters/problem/index.ts",
  cloudevents: "adapters/cloudevents/index.ts",
  nats: "adapters/nats/index.ts",
  rabbitmq: "adapters/rabbitmq/index.ts",
  inbox: "adapters/inbox/index.ts",
  otel: "adapters/otel/index.ts",
  messages: "adapters/messages/index.ts",
  smtp: "adapters/smtp/index.ts",
  "sms-http": "adapters/sms-http/index.ts",
  environment: "adapters/environment/index.ts",
};

/** A language level and no engine: for `node20` esbuild would rewrite regular expressions with `\p{…}` into `new RegExp` calls. */
const TARGET = "es2022";

/**
 * CommonJS by esbuild. tsup's own way for split chunks, sucrase, also lowers class fields, `?.` and `??` to slower helpers. A lazy
 * `import()` becomes a lazy `require`, because test runners that load CommonJS in a `vm` context refuse the former.
 */
const commonJs: NonNullable<Options["plugins"]>[number] = {
  name: "common-js",
  async renderChunk(code, { type, path }) {
    if (this.format !== "cjs" || type !== "chunk") return undefined;
    this.splitting = false; // the chunks are split; this keeps tsup's own step from doing its work again
    const { code: output } = await transform(code, {
      format: "cjs",
      platform: "node",
      target: TARGET,
      supported: { "dynamic-import": false },
      legalComments: "inline",
      sourcefile: path,
    });
    return { code: output };
  },
};

export default defineConfig({
  entry,
  outDir: "dist",
  clean: true,
  format: ["esm", "cjs"],
  target: TARGET,
  // One copy of the core per format, shared by `denizen` and `denizen/ports`; the word lists stay chunks of their own, loaded when asked.
  splitting: true,
  // The adapters import `denizen` as a stranger would, also after the build: one core, whatever is loaded.
  external: [/^denizen(\/|$)/],
  // Deno and workerd know Node's modules only by their full names.
  removeNodeProtocol: false,
  esbuildOptions: (options) => {
    options.legalComments = "inline";
  },
  plugins: [commonJs],
  // `denizen/schemas/*`: what other services validate events with.
  onSuccess: () => cp("adapters/cloudevents/schemas", "dist/schemas", { recursive: true }),
  dts: {
    compilerOptions: { ignoreDeprecations: "6.0" },
    // `await using` is in the public types; the reference in the sources does not survive the bundling.
    banner: '/// <reference lib="esnext.disposable" />',
  },
});
