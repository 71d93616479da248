import { describe, expect, test } from "vitest";
import { findUnstorable } from "../../../src/kernel/json.js";

class Host {
  readonly value = 1;
}

const hostile = (trap: keyof ProxyHandler<object>) =>
  new Proxy(
    {},
    {
      [trap]: () => {
        throw new Error("hostile");
      },
    },
  );

const nested = (depth: number): unknown => (depth === 0 ? 1 : { deeper: nested(depth - 1) });

describe("what can be stored as JSON", () => {
  test.each([
    [null],
    [true],
    [0],
    [-1.5e300],
    [""],
    ["🪐 é"],
    [[]],
    [{}],
    [{ a: [1, "b", { c: null }] }],
    [Object.assign(Object.create(null) as object, { a: 1 })],
    [{ left: undefined }],
    [nested(63)],
  ])("%o can", (value) => {
    expect(findUnstorable(value)).toBeUndefined();
  });

  test.each([
    [undefined, "$: a undefined"],
    [Number.NaN, "$: NaN"],
    [Number.POSITIVE_INFINITY, "$: Infinity"],
    [1n, "$: a bigint"],
    [Symbol("s"), "$: a symbol"],
    [() => 1, "$: a function"],
    [new Date(0), "$: a Date"],
    [new Map(), "$: a Map"],
    [new Host(), "$: a Host"],
    [new (class {})(), "$: a "],
    [new Uint8Array(1), "$: a Uint8Array"],
    ["\u0000", "$: text"],
    ["\ud800", "$: text"],
    [{ a: [0, { b: new Date(0) }] }, "$.a[1].b: a Date"],
    [[undefined], "$[0]: a undefined"],
    [{ "\ud800": 1 }, "$ key"],
    [{ "\u0000": undefined }, "$ key"],
    [JSON.parse('{"__proto__": 1}'), "$: a key named __proto__"],
    [nested(65), "nested deeper"],
  ])("%o cannot, and it says where", (value, where) => {
    expect(findUnstorable(value)).toContain(where);
  });

  test.each(["getPrototypeOf", "ownKeys", "get", "getOwnPropertyDescriptor"] as const)("a proxy that throws from %s cannot", (trap) => {
    const value = new Proxy(
      { a: 1 },
      {
        [trap]: () => {
          throw new Error("hostile");
        },
      },
    );
    expect(findUnstorable(value)).toBeTypeOf("string");
  });

  test("an array is what its items are: not one with a mind of its own", () => {
    expect(findUnstorable(Object.assign([1], { toJSON: () => "something else" }))).toBeTypeOf("string");
    expect(findUnstorable(new (class extends Array {})())).toBeTypeOf("string");
    expect(findUnstorable(hostile("getPrototypeOf"))).toBeTypeOf("string");
  });

  test("a value that holds itself cannot", () => {
    const loop: Record<string, unknown> = {};
    loop["self"] = loop;
    expect(findUnstorable(loop)).toContain("nested deeper");
  });

  test("a value that is small in memory and huge as JSON is refused in time", () => {
    let value: unknown = 1;
    for (let level = 0; level < 60; level++) value = [value, value];
    const started = performance.now();
    expect(findUnstorable(value)).toBeTypeOf("string");
    expect(performance.now() - started).toBeLessThan(1000);
  });
});
