import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PersonName } from "../../../src/users/values/person-name.js";
import { anyValue, everyCodePoint } from "./hostile.js";

const parsed = (input: unknown) => PersonName.parse(input)._unsafeUnwrap();
const keyOf = (input: unknown): string => PersonName.key(parsed(input));
const reasonOf = (input: unknown) =>
  PersonName.parse(input).match(
    () => undefined,
    (error) => error.reason,
  );

describe("a person's name", () => {
  test.each([
    ["John Doe", { display: "John Doe" }],
    ["  John \u00A0 Doe ", { display: "John Doe" }],
    [
      { given: "John", family: "Doe" },
      { display: "John Doe", given: "John", family: "Doe" },
    ],
    [{ given: "Madonna" }, { display: "Madonna", given: "Madonna" }],
    [
      { family: "Doe", given: null },
      { display: "Doe", family: "Doe" },
    ],
    [{ display: "John Doe" }, { display: "John Doe" }],
    [
      { display: "Kovács János", given: "János", family: "Kovács" },
      { display: "Kovács János", given: "János", family: "Kovács" },
    ],
    [{ display: "X Æ A-12", role: "admin" }, { display: "X Æ A-12" }],
    ["Jose\u0301", { display: "José" }],
    ["O’Brien", { display: "O’Brien" }],
    ["می\u200Cخواهم", { display: "می\u200Cخواهم" }],
    ["葛\u{E0100}城", { display: "葛\u{E0100}城" }],
    ["李", { display: "李" }],
  ])("is read from %j", (input, name) => expect(parsed(input)).toStrictEqual(name));

  test.each([
    ["", "empty"],
    [" \u3000 ", "empty"],
    ["\u200D", "empty"],
    ["\u0301", "empty"],
    ["\u00B4", "empty"],
    [{}, "empty"],
    [[], "empty"],
    [{ given: "" }, "empty"],
    [{ given: "John", family: " " }, "empty"],
    [Object.create({ display: "inherited" }), "empty"],
    ["John\nDoe", "character"],
    ["John\tDoe", "character"],
    ["John\u0000", "character"],
    ["John\u2028Doe", "character"],
    ["John\u202EeoD", "character"],
    ["John\u200B", "character"],
    ["\u3164", "character"],
    ["\uFEFFJohn", "character"],
    ["\uD800", "malformed"],
    ["x".repeat(201), "too-long"],
    [{ given: "x".repeat(150), family: "y".repeat(150) }, "too-long"],
    ["x".repeat(1025), "too-long"],
    ["\uFDFA".repeat(200), "too-long"],
    [{ given: 1 }, "not-a-string"],
    [null, "not-a-name"],
    [7, "not-a-name"],
  ])("is refused when it is %j", (input, reason) => expect(reasonOf(input)).toBe(reason));

  test("is frozen, and JSON says all of it", () => {
    const name = parsed({ given: "John", family: "Doe" });
    expect(Object.isFrozen(name)).toBe(true);
    expect(parsed(JSON.parse(JSON.stringify(name)))).toStrictEqual(name);
  });

  test("that cannot be read is refused, not thrown", () => {
    const treacherous = {
      get given(): string {
        throw new Error("no");
      },
    };
    expect(reasonOf(treacherous)).toBe("not-a-name");
  });
});

describe("the key of a person's name", () => {
  test.each([
    ["John Doe", "JOHN  DOE"],
    ["José", "jose\u0301"],
    ["Straße", "STRASSE"],
    ["ＪＯＨＮ", "john"],
    ["ΟΔΟΣ", "οδος"],
    ["می\u200Cخواهم", "میخواهم"],
  ])("is one for %s and %s", (one, other) => expect(keyOf(one)).toBe(keyOf(other)));

  test("is its own key, for every character", () => {
    for (const character of everyCodePoint) {
      const name = PersonName.parse(`a${character}Σ`);
      if (name.isErr()) continue;
      const key = PersonName.key(name.value);
      if (keyOf(key) !== key) expect.fail(`the key of ${JSON.stringify(name.value)} is not its own key`);
    }
  });

  test("is its own key and fits an index, for any name", () => {
    fc.assert(
      fc.property(fc.oneof(anyValue, fc.string({ unit: "binary", minLength: 1, maxLength: 200 })), (value) => {
        const name = PersonName.parse(value);
        if (name.isErr()) return;
        const key = PersonName.key(name.value);
        expect(new TextEncoder().encode(key).length).toBeLessThanOrEqual(1024);
        if (PersonName.parse(key).isOk()) expect(keyOf(key)).toBe(key);
      }),
      { numRuns: 2000 },
    );
  });
});
