import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { arrowsOf, dotOf, layerOf, LAYERS, PICTURE, specifiersOf, svgOf } from "../../examples/accounts-api/graph.js";
import type { Arrow } from "../../examples/accounts-api/graph.js";

const arrows = arrowsOf();
const modules = [...new Set(arrows.flatMap(({ from, to }) => [from, to]))];

const upwards = (all: readonly Arrow[]) => all.filter(({ from, to }) => layerOf(from) > layerOf(to));

/** Whether some module imports itself in the end. */
function hasCycle(all: readonly Arrow[]): boolean {
  const done = new Set<string>();
  const leadsBack = (module: string, path: readonly string[]): boolean => {
    if (path.includes(module)) return true;
    if (done.has(module)) return false;
    const found = all.some(({ from, to }) => from === module && leadsBack(to, [...path, module]));
    done.add(module);
    return found;
  };
  return all.some(({ from }) => leadsBack(from, []));
}

test("every module has a layer, and all layers have modules", () => {
  expect(modules.filter((module) => layerOf(module) === -1)).toEqual([]);
  expect(new Set(modules.map(layerOf)).size).toBe(LAYERS.length);
  expect(arrows).toContainEqual({ from: "application.ts", to: "profiles/profile.ts" });
});

test("no arrow goes up, and none in a circle", () => {
  expect(upwards(arrows)).toEqual([]);
  expect(hasCycle(arrows)).toBe(false);
});

test("one that did would be found", () => {
  expect(upwards([...arrows, { from: "profiles/profile.ts", to: "application.ts" }])).toHaveLength(1);
  expect(hasCycle([...arrows, { from: "failures.ts", to: "http.ts" }])).toBe(true);
});

test("the contexts know nothing of each other, the domain nothing of HTTP and SQL drivers", () => {
  const between = (one: string, other: string) => arrows.filter(({ from, to }) => from.startsWith(one) && to.startsWith(other));
  expect([...between("accounts/", "profiles/"), ...between("profiles/", "accounts/")]).toEqual([]);
  expect(specifiersOf("profiles/profile.ts")).toEqual(["denizen", "denizen"]);
  const speakHttp = modules.filter(
    (module) => module.endsWith(".ts") && specifiersOf(module).some((name) => /hono|support\/web/.test(name)),
  );
  expect(speakHttp.filter((module) => (LAYERS[layerOf(module)] ?? "") !== "http")).toEqual(["server.ts"]);
});

test("the picture in docs/ is that of the code: npx tsx examples/accounts-api/draw.ts", async () => {
  expect(readFileSync(PICTURE, "utf8") === (await svgOf(dotOf(arrows)))).toBe(true);
});
