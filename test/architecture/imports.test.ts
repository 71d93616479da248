import { describe, expect, test } from "vitest";
import { moduleOf, modulesOf } from "./modules.js";
import type { Module } from "./modules.js";

/** Who may import whom. `forbids` gets the importing file and what it names; each probe is a file and an import that must be caught. */
interface Rule {
  readonly name: string;
  readonly forbids: (from: string, to: string) => boolean;
  readonly probes: readonly (readonly [path: string, specifier: string])[];
}

const ours = (to: string): boolean => /^(src|adapters|examples|test)\//.test(to) || isDenizen(to);
const isDenizen = (to: string): boolean => /^denizen(\/|$)/.test(to);
const folderOf = (path: string): string => path.split("/").slice(0, 2).join("/");
const isTesting = (path: string): boolean => path.startsWith("src/testing/");
const PUBLISHED_TO_ADAPTERS = ["denizen", "denizen/ports"];

const rules: readonly Rule[] = [
  {
    name: "the sources never import an adapter",
    forbids: (from, to) =>
      from.startsWith("src/") && (to.startsWith("adapters/") || (isDenizen(to) && !PUBLISHED_TO_ADAPTERS.includes(to))),
    probes: [
      ["src/users/probe.ts", "../../adapters/memory/index.js"],
      ["src/users/probe.ts", "denizen/memory"],
      ["src/testing/probe.ts", "denizen/memory"],
    ],
  },
  {
    name: "the sources import one another by path, and denizen/testing imports denizen by name",
    forbids: (from, to) =>
      from.startsWith("src/") && (isTesting(from) ? to.startsWith("src/") && !isTesting(to) : isDenizen(to) || isTesting(to)),
    probes: [
      ["src/users/probe.ts", "denizen"],
      ["src/users/probe.ts", "../testing/index.js"],
      ["src/testing/probe.ts", "../kernel/result.js"],
    ],
  },
  {
    name: "an adapter knows denizen and denizen/ports, and nothing else of ours",
    forbids: (from, to) =>
      from.startsWith("adapters/") && ours(to) && (isDenizen(to) ? !PUBLISHED_TO_ADAPTERS.includes(to) : folderOf(to) !== folderOf(from)),
    probes: [
      ["adapters/drizzle/probe.ts", "denizen/memory"],
      ["adapters/drizzle/probe.ts", "denizen/testing"],
      ["adapters/drizzle/probe.ts", "../memory/tables.js"],
      ["adapters/drizzle/probe.ts", "../../src/kernel/result.js"],
    ],
  },
  {
    name: "the kernel imports nothing of ours",
    forbids: (from, to) => from.startsWith("src/kernel/") && ours(to) && !to.startsWith("src/kernel/"),
    probes: [
      ["src/kernel/probe.ts", "../errors.js"],
      ["src/kernel/probe.ts", "../users/user.js"],
      ["src/kernel/probe.ts", "denizen"],
    ],
  },
  {
    name: "users never imports accounts",
    forbids: (from, to) => from.startsWith("src/users/") && to.startsWith("src/accounts/"),
    probes: [["src/users/commands/probe.ts", "../../accounts/account.js"]],
  },
  {
    name: "an example imports denizen by its published names",
    forbids: (from, to) => from.startsWith("examples/") && ours(to) && !isDenizen(to) && !to.startsWith("examples/"),
    probes: [
      ["examples/probe.ts", "../src/index.js"],
      ["examples/app/probe.ts", "../../adapters/memory/index.js"],
    ],
  },
  {
    name: "the core runs where Node's modules are not",
    forbids: (from, to) => /^(src|adapters\/memory)\//.test(from) && to.startsWith("node:"),
    probes: [["src/kernel/probe.ts", "node:crypto"]],
  },
];

const modules = modulesOf("src", "adapters", "examples");

const violations = ({ forbids }: Rule, among: readonly Module[]): readonly string[] =>
  among.flatMap(({ path, imports }) => imports.filter(({ to }) => forbids(path, to)).map(({ to }) => `${path} imports ${to}`));

describe("imports", () => {
  test("there are files to look at", () => {
    expect(modules.length).toBeGreaterThan(80);
  });

  test.each(rules)("$name", (rule) => {
    expect(violations(rule, modules)).toEqual([]);
    for (const [path, specifier] of rule.probes) {
      for (const text of [
        `import { probe } from "${specifier}";`,
        `import type { Probe } from "${specifier}";`,
        `export { probe } from "${specifier}";`,
        `export const probe = () => import("${specifier}");`,
        `export type Probe = import("${specifier}").Probe;`,
      ]) {
        expect(violations(rule, [moduleOf(path, text)]), text).toHaveLength(1);
      }
    }
  });
});
