import { expect, test } from "vitest";
import { cellsOf } from "../../adapters/drizzle/rows.js";

test("a row of plain columns travels as their texts", () => {
  const columns = { a: "text", b: "bigint", c: "boolean", d: "timestamptz", e: "jsonb", f: "jsonb", g: "integer" };
  const row = { a: 'it\'s "one"', b: 2 ** 53 - 1, c: true, d: "2026-01-01T00:00:00.000Z", e: { text: "\u0000" }, f: "text", g: null };
  expect(cellsOf(columns, [row])).toEqual([
    'it\'s "one"',
    "9007199254740991",
    "true",
    "2026-01-01T00:00:00.000Z",
    '{"text":"\\u0000"}',
    '"text"',
    null,
  ]);
});

test("what is missing is null, and what no column is for is left out", () => {
  expect(cellsOf({ a: "text", b: "jsonb" }, [{ c: "more" }])).toEqual([null, null]);
});

test.each([
  ["varchar(3)", "long"],
  ["char(3)", "long"],
  ["numeric(3, 1)", 12.345],
  ["text", { an: "object" }],
  ["text", ["a list"]],
  ["integer", 1.5],
  ["bigint", 2 ** 53],
])("what a cast to %s could read as something else than JSON has it goes as JSON: %j", (type, value) => {
  expect(cellsOf({ a: "text", b: type }, [{ a: "text", b: value }])).toBeUndefined();
});

test("two rows travel one after the other, and more as JSON", () => {
  const rows = [{ a: "1" }, { a: "2" }];
  expect(cellsOf({ a: "text" }, rows)).toEqual(["1", "2"]);
  expect(cellsOf({ a: "text" }, [...rows, { a: "3" }])).toBeUndefined();
});
