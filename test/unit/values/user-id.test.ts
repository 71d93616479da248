import { describe, expect, test } from "vitest";
import { UserId } from "../../../src/users/values/user-id.js";

const reasonOf = (input: unknown) =>
  UserId.parse(input).match(
    () => undefined,
    (error) => error.reason,
  );

describe("a user id", () => {
  test.each(["1", "01ARZ3NDEKTSV4RRFFQ69G5FAV", "0190b2c4-7b1a-7c3e-9d5f-2f6f0c8f4d11", "auth0|5f7c", "用户", "x".repeat(128)])(
    "is any well-formed text without spaces: %s",
    (id) => expect(UserId.parse(id)._unsafeUnwrap()).toBe(id),
  );

  test("may be a safe integer, which becomes its decimal form", () => {
    expect(UserId.parse(42)._unsafeUnwrap()).toBe("42");
    expect(UserId.parse(-0)._unsafeUnwrap()).toBe("0");
    expect(UserId.parse(Number.MAX_SAFE_INTEGER)._unsafeUnwrap()).toBe("9007199254740991");
  });

  test.each([
    [-1, "not-an-integer"],
    [1.5, "not-an-integer"],
    [2 ** 53, "not-an-integer"],
    [NaN, "not-an-integer"],
    [true, "not-a-string"],
    [null, "not-a-string"],
    ["", "empty"],
    ["a b", "character"],
    ["a\u00A0b", "character"],
    ["a\n", "character"],
    ["a\u0000", "character"],
    ["a\u200B", "character"],
    ["a\u202Eb", "character"],
    ["\uD800", "malformed"],
    ["x".repeat(129), "too-long"],
    ["é".repeat(65), "too-long"],
  ])("is refused when it is %j", (input, reason) => expect(reasonOf(input)).toBe(reason));
});
