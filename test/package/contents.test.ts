import { readFile, readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { describe, expect, inject, test } from "vitest";
import { output } from "./run.js";

const consumer = inject("consumer");
const tarball = inject("tarball");
const root = fileURLToPath(new URL("../../", import.meta.url));
const installed = join(consumer, "node_modules/denizen");

const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;

describe("the tarball", () => {
  test("has the build and the documents, and nothing else", async () => {
    const files = await readdir(installed, { recursive: true });
    const others = files.filter((file) => !/^dist(\/[\w-]+\.(js|cjs|d\.ts|d\.cts)|\/schemas(\/[\w.-]+\.json)?)?$/.test(file));
    expect(others.sort()).toEqual(["CHANGELOG.md", "LICENSE", "README.md", "package.json"]);
  });

  test("is small", async () => {
    const { size } = await stat(tarball);
    console.log(`tarball: ${kilobytes(size)}`);
    expect(size).toBeLessThan(850_000);
  });

  test("has licences for the lists it took from others", async () => {
    const files = (await readdir(join(installed, "dist"))).filter((file) => /^common-passwords-.*js$/.test(file));
    expect(files).toHaveLength(2);
    for (const file of files) expect(await readFile(join(installed, "dist", file), "utf8")).toContain("Dan Wheeler");
  });

  test("imports itself by name: no entry point has a second core in it", async () => {
    const dist = join(installed, "dist");
    const files = (await readdir(dist)).filter((file) => /\.(js|cjs)$/.test(file));
    const texts = await Promise.all(files.map(async (file) => ({ file, text: await readFile(join(dist, file), "utf8") })));
    for (const extension of [/\.js$/, /\.cjs$/]) {
      const cores = texts.filter(({ file, text }) => extension.test(file) && text.includes("is not configured correctly"));
      expect(cores).toHaveLength(1);
    }
    for (const adapter of [
      "memory",
      "drizzle",
      "argon2",
      "jose",
      "otel",
      "phone",
      "problem",
      "testing",
      "cloudevents",
      "nats",
      "rabbitmq",
      "messages",
      "smtp",
      "sms-http",
      "environment",
    ]) {
      expect(texts.find(({ file }) => file === `${adapter}.js`)?.text).toMatch(/from "denizen"/);
      expect(texts.find(({ file }) => file === `${adapter}.cjs`)?.text).toMatch(/require\("denizen"\)/);
    }
    expect(await readFile(join(dist, "memory.d.ts"), "utf8")).toMatch(/from 'denizen\/ports'/);
  });
});

describe("the core", () => {
  const bundle = async (external: readonly string[]): Promise<number> => {
    const { outputFiles } = await build({
      stdin: { contents: 'export * from "denizen";', resolveDir: consumer },
      bundle: true,
      minify: true,
      splitting: true,
      outdir: "out",
      format: "esm",
      platform: "neutral",
      mainFields: ["module", "main"],
      external: [...external],
      write: false,
    });
    // Lazy chunks are what an import does not bring.
    const main = outputFiles.find(({ path }) => path.endsWith("stdin.js"));
    const eager = [...(main?.text.matchAll(/(?:from|import)\s*"\.\/(chunk-[\w-]+\.js)"/g) ?? [])].map(([, name]) => name);
    const files = outputFiles.filter(({ path }) => path.endsWith("stdin.js") || eager.some((name) => path.endsWith(String(name))));
    return files.reduce((sum, { contents }) => sum + gzipSync(contents, { level: 9 }).length, 0);
  };

  test("is small", async () => {
    const alone = await bundle(["zod", "zod/*", "neverthrow", "mitt", "uuidv7"]);
    const complete = await bundle([]);
    console.log(`core, minified and gzipped: ${kilobytes(alone)}, with zod/mini, neverthrow, mitt and uuidv7 ${kilobytes(complete)}`);
    expect(alone).toBeLessThan(56_000);
    expect(complete).toBeLessThan(65_000);
  });

  test("loads no list of words before it is asked", async () => {
    const script = `
      const { Application } = require("denizen");
      const { memory } = require("denizen/memory");
      const { fastHasher } = require("denizen/testing");
      const lists = () => Object.keys(require.cache).filter((path) => /common-passwords|confusables/.test(path)).length;
      const before = lists();
      const users = new Application({ store: memory(), passwordHasher: fastHasher() }).users();
      users.create({ name: "Ada", username: "ada", password: "correct horse battery staple" }).then(() => {
        console.log(JSON.stringify([before, lists()]));
      });`;
    expect(JSON.parse(await output(process.execPath, ["--eval", script], consumer))).toEqual([0, 2]);
    const dist = await readdir(join(installed, "dist"));
    const modules = await Promise.all(
      dist.filter((file) => file.endsWith(".js")).map((file) => readFile(join(installed, "dist", file), "utf8")),
    );
    expect(modules.join("")).not.toMatch(/from\s*"\.\/(common-passwords|confusables)/);
  });

  test("loads quickly", async () => {
    const script = `const begin = performance.now(); await import("denizen"); console.log(performance.now() - begin);`;
    const times: number[] = [];
    for (let run = 0; run < 5; run++)
      times.push(Number(await output(process.execPath, ["--input-type=module", "--eval", script], consumer)));
    const best = Math.min(...times);
    console.log(`import("denizen"): ${best.toFixed(0)} ms`);
    expect(best).toBeLessThan(500);
  });
});

describe("the manifest", () => {
  test("has nothing that publint finds", async () => {
    const { messages, pkg } = await publint({ pkgDir: installed, strict: true });
    expect(messages.map((message) => formatMessage(message, pkg ?? {}))).toEqual([]);
  });

  test("has types that resolve as Node does it, and as bundlers do", async () => {
    // Left out is TypeScript's `node10`, which knows no `exports` and is deprecated: there only `denizen` itself is found.
    const answer = await output("npx", ["attw", tarball, "--profile", "node16", "--no-emoji", "--format", "ascii"], root);
    expect(answer).toContain('"denizen/ports"');
  });
});
