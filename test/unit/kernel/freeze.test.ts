import { describe, expect, test } from "vitest";
import { deepFreeze } from "../../../src/kernel/freeze.js";

describe("a deep freeze", () => {
  test("reaches every plain object and array", () => {
    const value = deepFreeze({ list: [{ deep: [1] }], nothing: null, bare: Object.create(null) as object });
    expect([value, value.list, value.list[0], value.list[0]?.deep, value.bare].every(Object.isFrozen)).toBe(true);
  });

  test("leaves instances of classes as they are", () => {
    const date = new Date(0);
    deepFreeze({ date }).date.setTime(1);
    expect([date.getTime(), Object.isFrozen(date)]).toEqual([1, false]);
  });

  test("ends on what holds itself, however deep it is, and on what throws", () => {
    const loop: { self?: unknown; deep?: unknown; hostile?: unknown } = {};
    loop.self = loop;
    for (let depth = 0; depth < 100_000; depth++) loop.deep = { deeper: loop.deep };
    loop.hostile = new Proxy(
      {},
      {
        getPrototypeOf: () => {
          throw new Error("hostile");
        },
      },
    );
    expect(Object.isFrozen(deepFreeze(loop))).toBe(true);
  });
});
