import { expect, test } from "vitest";
import { moduleOf, modulesOf } from "./modules.js";
import type { Module } from "./modules.js";

const linesOf = ({ text }: Module): number => text.split("\n").length - (text.endsWith("\n") ? 1 : 0);

/** The lines a file has at most in a share of the files: 0.5 is the median, 1 the longest. */
function quantile(modules: readonly Module[], share: number): number {
  const lengths = modules.map(linesOf).sort((a, b) => a - b);
  return lengths[Math.max(0, Math.ceil(share * lengths.length) - 1)] ?? 0;
}

const tooLong = (modules: readonly Module[]): readonly string[] =>
  modules.filter((module) => linesOf(module) > 300).map(({ path }) => path);

const modules = modulesOf("src", "adapters");

test("no file is longer than 300 lines", () => {
  expect(tooLong(modules)).toEqual([]);
  expect(tooLong([moduleOf("src/probe.ts", "\n".repeat(301))])).toEqual(["src/probe.ts"]);
});

test("half the files are read at a glance, nine of ten on a few screens", () => {
  expect(quantile(modules, 0.5)).toBeLessThanOrEqual(60);
  expect(quantile(modules, 0.9)).toBeLessThanOrEqual(150);
  expect(
    quantile(
      [1, 61, 200].map((lines) => moduleOf("src/probe.ts", "\n".repeat(lines))),
      0.5,
    ),
  ).toBe(61);
});
