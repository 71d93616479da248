import { join } from "node:path";
import { build } from "esbuild";
import { describe, expect, inject, test } from "vitest";
import { fetched, output } from "./run.js";

const consumer = inject("consumer");

const told = {
  entered: "signed-in",
  again: "challenge-invalid",
  created: true,
  taken: "email-taken",
  vetoed: "vetoed: no-phones",
  common: "password-rejected",
  printed: "John Doe ******",
  verified: true,
  sameCore: true,
  helper: "function",
};

const tokens = { pair: "access-token-invalid", secret: "access-token-invalid" };

interface Told {
  readonly told: unknown;
  readonly tokens: unknown;
  readonly names: Readonly<Record<string, readonly string[]>>;
}

describe.each([20, 22, 24])("Node %i", (major) => {
  const node = (script: string): Promise<string> =>
    process.versions.node.startsWith(`${String(major)}.`)
      ? output(process.execPath, [script], consumer)
      : fetched(`node@${String(major)}`, "node", [script], consumer);

  test("imports and requires every entry point, and both have the same names", async () => {
    // One after the other: two npx that fetch the same package trip over one another.
    const imported = JSON.parse(await node("every-entry.mjs")) as Told;
    const required = JSON.parse(await node("every-entry.cjs")) as Told;
    expect(imported.told).toMatchObject(told);
    expect(imported.tokens).toEqual(tokens);
    expect(required).toEqual(imported);
  });
});

describe("the core, and access tokens", () => {
  test("on Bun", async () => {
    expect(JSON.parse(await fetched("bun@1", "bun", ["core.mjs"], consumer))).toMatchObject({ told, tokens });
  });

  test("on Deno", async () => {
    expect(JSON.parse(await fetched("deno@2", "deno", ["run", "--no-prompt", "core.mjs"], consumer))).toMatchObject({ told, tokens });
  });

  test("on workerd, without its imitation of Node", async () => {
    const folder = join(consumer, "workerd");
    await build({
      entryPoints: [join(folder, "worker.mjs")],
      outfile: join(folder, "bundle.js"),
      bundle: true,
      format: "esm",
      platform: "neutral",
      mainFields: ["module", "main"],
      conditions: ["workerd", "worker", "import"],
    });
    // The worker throws, and workerd fails, when the story does not end as it should.
    await fetched("workerd@1", "workerd", ["test", "config.capnp"], folder);
  });
});
