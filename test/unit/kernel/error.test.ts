import { describe, expect, test } from "vitest";
import { ConfigurationError, domainError, invalidArgument, isDomainError } from "denizen";

describe("errors as data", () => {
  test("a domain error is plain, frozen, and carries its details", () => {
    const error = domainError("too-hot", "It is too hot.", { degrees: 400 });
    expect(error).toEqual({ code: "too-hot", message: "It is too hot.", degrees: 400 });
    expect(Object.isFrozen(error)).toBe(true);
    expect(error).not.toBeInstanceOf(Error);
    expect(JSON.parse(JSON.stringify(error))).toEqual(error);
  });

  test("an invalid argument names the argument and the reason", () => {
    expect(invalidArgument("id", "must be text")).toEqual({
      code: "invalid-argument",
      message: "id must be text",
      argument: "id",
      reason: "must be text",
    });
  });

  test.each([
    [domainError("a", "b"), true],
    [{ code: "a", message: "b" }, true],
    [Object.assign(new Error("b"), { code: "a" }), true],
    [new Error("b"), false],
    [{ code: 1, message: "b" }, false],
    [{ code: "a" }, false],
    ["a", false],
    [null, false],
    [undefined, false],
  ])("%o is told from other values", (value, expected) => {
    expect(isDomainError(value)).toBe(expected);
  });

  test("a value that throws when it is looked at is no domain error", () => {
    const hostile = new Proxy(
      {},
      {
        has: () => {
          throw new Error("hostile");
        },
      },
    );
    const getter = Object.defineProperty({ message: "" }, "code", {
      get: () => {
        throw new Error("hostile");
      },
    });
    expect(isDomainError(hostile)).toBe(false);
    expect(isDomainError(getter)).toBe(false);
  });

  test("a configuration error names every problem, in its message and as a list", () => {
    const error = new ConfigurationError(["one", "two"]);
    expect(error.problems).toEqual(["one", "two"]);
    expect(error.message).toContain("- one\n  - two");
    expect(error.name).toBe("ConfigurationError");
  });
});
