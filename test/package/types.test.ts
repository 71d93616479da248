import { symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, inject, test } from "vitest";
import { run } from "./run.js";

const consumer = inject("consumer");
const root = fileURLToPath(new URL("../../", import.meta.url));
const folder = join(consumer, "types");

beforeAll(async () => {
  await symlink(join(root, "node_modules/typescript"), join(consumer, "node_modules/typescript"));
  await symlink(join(root, "node_modules/@types"), join(consumer, "node_modules/@types"));
});

/** Every check on, and the declarations of the package and of its peers checked as well. */
const STRICT = {
  target: "es2022",
  lib: ["es2023", "esnext.disposable"],
  types: ["node"],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noPropertyAccessFromIndexSignature: true,
  noEmit: true,
};

/** What the compiler has against the consumer and against denizen's declarations. Those of drizzle-orm and NATS do not pass by themselves. */
async function findings(name: string, options: object, files: readonly string[]): Promise<readonly string[]> {
  const project = join(folder, `tsconfig.${name}.json`);
  await writeFile(project, JSON.stringify({ compilerOptions: { ...STRICT, ...options }, files }));
  const { stdout } = await run(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "--project", project], folder);
  return stdout.split("\n").filter((line) => /^\S.*error TS/.test(line) && !/^\.\.\/node_modules\/(drizzle-orm|@nats-io)\//.test(line));
}

describe("a strict project compiles against the packed types", () => {
  test("as an ES module of Node", async () => {
    await writeFile(join(folder, "package.json"), JSON.stringify({ type: "module" }));
    expect(await findings("esm", { module: "node20" }, ["consumer.ts"])).toEqual([]);
  });

  test("as CommonJS of Node", async () => {
    expect(await findings("cjs", { module: "node16" }, ["consumer.cts"])).toEqual([]);
  });

  test("and a project that does not is found out", async () => {
    expect(await findings("probe", { module: "node20" }, ["probe.ts"])).toEqual([expect.stringContaining("probe.ts(3,")]);
  });
});
