import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Secret } from "../../../src/kernel/secret.js";
import { Password } from "../../../src/users/values/password.js";
import { bestOfThree } from "./hostile.js";

const parsed = (input: unknown): string => Password.parse(input)._unsafeUnwrap().reveal();
const reasonOf = (input: unknown, minimum?: number) =>
  Password.parse(input, minimum === undefined ? {} : { minimum }).match(
    () => undefined,
    (error) => error.reason,
  );

describe("a password", () => {
  test.each([
    "correct horse battery staple",
    "  spaces are kept  ",
    "x".repeat(64),
    "x".repeat(4096),
    "пароль-пароль",
    "😀😀😀😀😀😀😀😀",
    "tab\tand\u0000nul",
  ])("is kept exactly: %j", (text) => expect(parsed(text)).toBe(text));

  test("may come in a secret", () => expect(parsed(new Secret("correct horse"))).toBe("correct horse"));

  test.each([
    ["", "too-short"],
    ["1234567", "too-short"],
    ["😀😀😀😀", "too-short"],
    ["e\u0301e\u0301e\u0301e\u0301", "too-short"],
    ["x".repeat(4097), "too-long"],
    ["é".repeat(2049), "too-long"],
    ["\u{1D160}".repeat(1024), "too-long"],
    ["\uD8001234567", "malformed"],
    [12345678, "not-a-string"],
    [{ password: "12345678" }, "not-a-string"],
    [undefined, "not-a-string"],
    [new Secret("short"), "too-short"],
  ])("is refused when it is %j", (input, reason) => expect(reasonOf(input)).toBe(reason));

  test("has a minimum length that is a setting, in code points", () => {
    expect(reasonOf("x".repeat(14), 15)).toBe("too-short");
    expect(reasonOf("x".repeat(15), 15)).toBeUndefined();
    expect(reasonOf("a", 1)).toBeUndefined();
    expect(Password.parse("a", { minimum: 15 })._unsafeUnwrapErr()).toMatchObject({ minimum: 15 });
  });

  test("is the same whether it was typed composed or decomposed", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 8, maxLength: 60 }), (text) => {
        const composed = Password.parse(text.normalize("NFC"));
        const decomposed = Password.parse(text.normalize("NFD"));
        expect(decomposed.isOk()).toBe(composed.isOk());
        if (composed.isOk() && decomposed.isOk()) expect(decomposed.value.reveal()).toBe(composed.value.reveal());
      }),
    );
  });

  test("of 100 MB is refused in 5 ms", () => {
    const huge = "é".repeat(100_000_000);
    expect(bestOfThree(() => Password.parse(huge))).toBeLessThan(5);
  });

  test("is in no error and in no print", () => {
    const marker = "Marker-5f1c";
    for (const input of [marker, new Secret(marker), `${marker}\uD800`, marker.repeat(1000)]) {
      for (const minimum of [8, 99]) {
        const result = Password.parse(input, { minimum });
        for (const print of [JSON.stringify(result), inspect(result, { depth: 9 }), String(result)]) expect(print).not.toContain(marker);
      }
    }
  });
});
