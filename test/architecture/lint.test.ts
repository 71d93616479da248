import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ESLint } from "eslint";
import tseslint from "typescript-eslint";
import { describe, expect, test } from "vitest";

const cwd = fileURLToPath(new URL("../../", import.meta.url));

// That the sources keep the rules of the house is `npm run lint`; here is that the rules find what they are for. Without those that need
// types: a probe is a text, and belongs to no project.
const house = new ESLint({ cwd, overrideConfig: [tseslint.configs.disableTypeChecked, { rules: { "denizen/no-dropped-result": "off" } }] });

async function findings(text: string, filePath: string): Promise<readonly (string | null)[]> {
  const [result] = await house.lintText(text, { filePath });
  return result?.messages.filter(({ severity }) => severity === 2).map(({ ruleId }) => ruleId) ?? [];
}

describe("time, randomness and the environment come in through the kernel", () => {
  const probes = [
    "export const at = new Date();",
    "export const at = Date();",
    "export const at = Date.now();",
    "export const at = performance.now();",
    "export const id = crypto.randomUUID();",
    "export const id = globalThis.crypto.randomUUID();",
    "export const luck = Math.random();",
    "export const home = process.env;",
    "export const home = globalThis.process;",
    "export const here = import.meta.url;",
    'export { randomBytes } from "node:crypto";',
    'export { V7Generator } from "uuidv7";',
  ];

  test.each(probes)("%s", async (probe) => {
    expect(await findings(probe, "src/users/probe.ts")).not.toEqual([]);
    expect(await findings(probe, "src/kernel/probe.ts")).toEqual([]);
  });

  test("a time that somebody else has read is just a value", async () => {
    expect(await findings("export const iso = (at: number) => new Date(at).toISOString();", "src/users/probe.ts")).toEqual([]);
  });
});

describe("results", () => {
  test.each(["src/users/probe.ts", "src/kernel/probe.ts", "adapters/memory/probe.ts", "examples/probe.ts", "test/probe.test.ts"])(
    "neverthrow is not imported by %s",
    async (path) => {
      expect(await findings('export { ok } from "neverthrow";', path)).toEqual(["no-restricted-imports"]);
    },
  );

  test("safeTry has no way in", async () => {
    expect(await findings('export { ok } from "neverthrow";', "src/kernel/result.ts")).toEqual([]);
    expect(await findings('export { safeTry } from "neverthrow";', "src/kernel/result.ts")).toEqual(["no-restricted-imports"]);
    expect(await findings('export { ok, safeTry } from "neverthrow";', "src/kernel/result.ts")).toEqual(["no-restricted-imports"]);
  });

  test("a dropped one is found, and nothing else is", async () => {
    const file = `${cwd}test/architecture/fixtures/dropped-results.ts`;
    const [result] = await new ESLint({ cwd, ignore: false }).lintFiles([file]);
    const found = result?.messages.filter(({ ruleId }) => ruleId === "denizen/no-dropped-result").map(({ line }) => line);
    const marked = readFileSync(file, "utf8")
      .split("\n")
      .flatMap((text, index) => (text.endsWith("// dropped") ? [index + 1] : []));
    expect(marked.length).toBeGreaterThan(5);
    expect(found).toEqual(marked);
  }, 60_000);
});

test("any and the non-null assertion are not used", async () => {
  expect(await findings("export const probe = (value: any) => value!;", "src/users/probe.ts")).toEqual([
    "@typescript-eslint/no-explicit-any",
    "@typescript-eslint/no-non-null-assertion",
  ]);
});
