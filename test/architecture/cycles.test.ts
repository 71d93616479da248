import { expect, test } from "vitest";
import { moduleOf, modulesOf } from "./modules.js";
import type { Module } from "./modules.js";

/**
 * A cycle of files that exist for one another at run time makes their order of evaluation matter. Types are gone by then: a cycle
 * of `import type` is allowed, because two types that name one another may well be best read in two files.
 */
function cycleIn(modules: readonly Module[]): readonly string[] | undefined {
  const edges = new Map(modules.map(({ path, imports }) => [path, imports.filter(({ typeOnly }) => !typeOnly).map(({ to }) => to)]));
  const finished = new Set<string>();
  const search = (path: string, trail: readonly string[]): readonly string[] | undefined => {
    if (trail.includes(path)) return [...trail.slice(trail.indexOf(path)), path];
    if (finished.has(path)) return undefined;
    for (const next of edges.get(path) ?? []) {
      const found = search(next, [...trail, path]);
      if (found !== undefined) return found;
    }
    finished.add(path);
    return undefined;
  };
  for (const path of edges.keys()) {
    const found = search(path, []);
    if (found !== undefined) return found;
  }
  return undefined;
}

test("no file needs itself at run time, by whatever detour", () => {
  expect(cycleIn(modulesOf("src", "adapters", "examples"))).toBeUndefined();
});

test("a cycle of three files is caught, also when one of its imports is inline", () => {
  const modules = [
    moduleOf("src/a.ts", `import { b } from "./b.js";`),
    moduleOf("src/b.ts", `export { c } from "./c.js";`),
    moduleOf("src/c.ts", `import { type A } from "./a.js";`), // verbatimModuleSyntax keeps this as an import without names
  ];
  expect(cycleIn(modules)).toEqual(["src/a.ts", "src/b.ts", "src/c.ts", "src/a.ts"]);
});

test("a cycle of types is none", () => {
  const modules = [moduleOf("src/a.ts", `import { b } from "./b.js";`), moduleOf("src/b.ts", `import type { A } from "./a.js";`)];
  expect(cycleIn(modules)).toBeUndefined();
});
