import { existsSync, readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const read = (path: string): string => readFileSync(root + path, "utf8");

const manifest = JSON.parse(read("package.json")) as { exports: Record<string, unknown>; scripts: Record<string, string> };
const examples = readdirSync(`${root}examples`, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .map((file) => read(`examples/${file}`));

/** A block of code that says `<!-- not executed: reason -->` on the line before it need not be in an example. */
const BLOCK = /^(?<marker><!-- not executed: \S.* -->\n)?```(?:ts|typescript)\n(?<code>.*?)^```$/gms;

interface Block {
  readonly code: string;
  readonly executed: boolean;
}

const blocksOf = (text: string): readonly Block[] =>
  [...text.matchAll(BLOCK)].map(({ groups }) => ({ code: groups?.["code"] ?? "", executed: groups?.["marker"] === undefined }));

const strays = (text: string): readonly string[] =>
  blocksOf(text)
    .filter(({ code, executed }) => executed && !examples.some((example) => example.includes(code)))
    .map(({ code }) => code);

const scriptsOf = (text: string): readonly string[] => [
  ...new Set(
    [...text.matchAll(/\bnpm (?:run )?(?<name>test(?::[\w-]+)?\b|(?<=run )[\w:-]+)/g)].map(({ groups }) => groups?.["name"] ?? ""),
  ),
];

const linksOf = (text: string): readonly string[] =>
  [...text.matchAll(/\]\((?<path>[^)#:\s]+)(?:#[^)]*)?\)/g)].map(({ groups }) => groups?.["path"] ?? "");

describe.each(["README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"])("%s", (file) => {
  test("shows code that runs: each block is part of an example, as it stands", () => {
    expect(strays(read(file))).toEqual([]);
  });

  test("names scripts that exist", () => {
    expect(scriptsOf(read(file)).filter((name) => manifest.scripts[name] === undefined)).toEqual([]);
  });

  test("links to files that exist", () => {
    expect(linksOf(read(file)).filter((path) => !existsSync(root + path))).toEqual([]);
  });
});

test("the README has every entry point", () => {
  const names = Object.keys(manifest.exports).filter((entry) => entry !== "./package.json");
  const text = read("README.md");
  expect(names.map((entry) => `\`denizen${entry.slice(1)}\``).filter((name) => !text.includes(name))).toEqual([]);
});

test("what these tests look for, they find", () => {
  const [first = ""] = examples;
  const quoted = `\`\`\`ts\n${first.split("\n").slice(0, 3).join("\n")}\n\`\`\`\n`;
  expect(strays(quoted)).toEqual([]);
  const stray = "```ts\nconst nobody = 'runs this';\n```\n";
  expect(strays(stray)).toHaveLength(1);
  expect(strays(`<!-- not executed: it needs a mail server -->\n${stray}`)).toEqual([]);
  expect(strays(`<!-- not executed: -->\n${stray}`)).toHaveLength(1);
  expect(scriptsOf("npm ci && npm test, npm run test:faults; `npm run bench`, npm install denizen")).toEqual([
    "test",
    "test:faults",
    "bench",
  ]);
  expect(linksOf("[a](SECURITY.md) [b](docs/x.md#part) [c](https://example.com) [d](#here)")).toEqual(["SECURITY.md", "docs/x.md"]);
});
