import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PhoneNumber } from "../../../src/users/values/phone-number.js";
import type { PhoneParser } from "../../../src/ports/phone-parser.js";

const reasonOf = (input: unknown) =>
  PhoneNumber.parse(input).match(
    () => undefined,
    (error) => error.reason,
  );

describe("a phone number", () => {
  test.each([
    ["+34600123456", "+34600123456"],
    ["+34 600 123 456", "+34600123456"],
    ["+34-600-123-456", "+34600123456"],
    ["+34.600.123.456", "+34600123456"],
    ["(+34) 600\u00A0123\u00A0456", "+34600123456"],
    ["+1 (212) 555-0123", "+12125550123"],
    ["+12345678", "+12345678"],
    ["+123456789012345", "+123456789012345"],
  ])("is read without its separators: %s", (input, number) => expect(PhoneNumber.parse(input)._unsafeUnwrap()).toBe(number));

  test.each([
    ["600123456", "no-country-code"],
    ["0034600123456", "no-country-code"],
    ["", "no-country-code"],
    ["+", "no-country-code"],
    ["+0600123456", "no-country-code"],
    ["112", "no-country-code"],
    ["+112", "too-short"],
    ["+123456", "too-short"],
    ["+1234567890123456", "too-long"],
    ["+1".padEnd(65, "2"), "too-long"],
    ["+34600123456x12", "character"],
    ["+34600123456;ext=1", "character"],
    ["+34 600/123456", "character"],
    ["++34600123456", "character"],
    ["34+600123456", "character"],
    ["＋34600123456", "character"],
    ["+３４600123456", "character"],
    ["+٣٤600123456", "character"],
    ["+34600123456\n", "character"],
    ["+34600\u200B123456", "character"],
    ["+44 (0)20 7946 0958", "trunk-prefix"],
    ["+34600123456\uD800", "malformed"],
    [34600123456, "not-a-string"],
  ])("is refused when it is %j", (input, reason) => expect(reasonOf(input)).toBe(reason));

  test("is E.164, whatever it was read from", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."+0123456789 -.()\u00A0"), maxLength: 30 }), (text) => {
        const number = PhoneNumber.parse(text);
        if (number.isOk()) expect(number.value).toMatch(/^\+[1-9]\d{6,14}$/);
      }),
      { numRuns: 2000 },
    );
  });

  test("is read by a parser that others can stand in for", () => {
    const parser: PhoneParser = PhoneNumber;
    expect(parser.parse("+34 600 123 456").isOk()).toBe(true);
  });
});
