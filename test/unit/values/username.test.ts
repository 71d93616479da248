import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Username } from "../../../src/users/values/username.js";
import { anyValue, everyCodePoint } from "./hostile.js";

const parsed = (input: unknown) => Username.parse(input)._unsafeUnwrap();
const reasonOf = (input: unknown) =>
  Username.parse(input).match(
    () => undefined,
    (error) => error.reason,
  );
const skeletonOf = (input: unknown) => Username.skeleton(parsed(input));

describe("a user name", () => {
  // RFC 8265 §3.5, table 1, without juliet@example.com, which is an e-mail.
  test.each([
    ["fussball", "fussball"],
    ["fußball", "fußball"],
    ["π", "π"],
    ["Σ", "σ"],
    ["σ", "σ"],
    ["ς", "ς"],
  ])("is one of RFC 8265: %s is %s", (input, name) => expect(parsed(input)).toBe(name));

  // RFC 8265 §3.5, table 2: a space, an empty name, a compatibility character, a symbol.
  test.each([
    ["foo bar", "character"],
    ["", "too-short"],
    ["henry\u2163", "character"],
    ["x\u265A", "character"],
  ])("is none of RFC 8265's bad examples: %j", (input, reason) => expect(reasonOf(input)).toBe(reason));

  test.each([
    ["John.Doe", "john.doe"],
    ["john_doe-1", "john_doe-1"],
    ["john+doe", "john+doe"],
    ["Ｊｏｈｎ", "john"],
    ["jose\u0301", "josé"],
    ["\u212Bngström", "ångström"],
    ["BigBird", "bigbird"],
    ["ｱｲﾄﾞ", "アイド"],
    ["한글", "한글"],
    ["\u1112\u1161\u11AB\u1100\u1173\u11AF", "한글"],
    ["山田太郎", "山田太郎"],
    ["иван", "иван"],
    ["متیل", "متیل"],
    ["שלום1", "שלום1"],
    ["col·lega", "col·lega"],
    ["ジョン・ドウ", "ジョン・ドウ"],
    ["می\u200Cخواهم", "می\u200Cخواهم"],
    ["क्\u200Dष", "क्\u200Dष"],
    ["क्\u200Cष", "क्\u200Cष"],
    ["x".repeat(64), "x".repeat(64)],
  ])("is stored in its enforced form: %s is %s", (input, name) => expect(parsed(input)).toBe(name));

  test.each([
    ["x".repeat(65), "too-long"],
    ["x".repeat(1025), "too-long"],
    ["juliet@example.com", "like-an-email"],
    ["juliet＠example", "like-an-email"],
    ["@john", "like-an-email"],
    ["600123456", "like-a-number"],
    ["+34600123456", "like-a-number"],
    ["+34 600 123 456", "like-a-number"],
    ["６００１２３", "like-a-number"],
    ["٦٠٠١٢٣", "like-a-number"],
    ["__", "like-a-number"],
    [" john", "character"],
    ["john\u3000doe", "character"],
    ["john\n", "character"],
    ["jo\u0000hn", "character"],
    ["jo\u200Bhn", "character"],
    ["jo\u00ADhn", "character"],
    ["jo\u202Ehn", "character"],
    ["jo\u034Fhn", "character"],
    ["jo\uFE0Fhn", "character"],
    ["<script>", "character"],
    ["../john", "character"],
    ["john/doe", "character"],
    ["john'--", "character"],
    ["jo😀hn", "character"],
    ["ﬁona", "character"],
    ["ſteven", "character"],
    ["x²", "character"],
    ["\u0301john", "character"],
    ["سـلام", "character"],
    ["\u1100\u1161\u1100x", "character"],
    ["ab\u115F", "character"],
    ["ﾡﾡa", "character"],
    ["ab\uE000", "character"],
    ["ab\u{10FFFF}", "character"],
    ["ab\u0378", "character"],
    ["a·b", "context"],
    ["l·", "context"],
    ["a\u0375b", "context"],
    ["a\u05F3", "context"],
    ["a・b", "context"],
    ["jo\u200Dhn", "context"],
    ["jo\u200Chn", "context"],
    ["ب٠١۰", "context"],
    ["johnא", "direction"],
    ["אjohn", "direction"],
    ["1אב", "direction"],
    ["אב-", "direction"],
    ["א1٢", "direction"],
    ["ad\uD800", "malformed"],
    [null, "not-a-string"],
  ])("is refused when it is %j", (input, reason) => expect(reasonOf(input)).toBe(reason));

  test.each([
    "admin",
    "Admin",
    "ＡＤＭＩＮ",
    "a-d-m-i-n",
    "root",
    "no-reply",
    "noreply",
    "no.reply",
    "postmaster",
    "support",
    "null",
    "undefined",
    "me",
    "self",
    "api",
    "www",
  ])("is not reserved: %s", (name) => expect(reasonOf(name)).toBe("reserved"));

  test("has its reserved names in the form in which they are compared", () => {
    for (const name of Username.reserved) expect(reasonOf(name)).toBe("reserved");
    expect(new Set(Username.reserved).size).toBe(Username.reserved.length);
  });

  test("is stable, for every character at any place", () => {
    for (const character of everyCodePoint) {
      for (const text of [`${character}x`, `x${character}`, `x${character}x`, `א${character}א`]) {
        const name = Username.parse(text);
        if (name.isErr()) continue;
        const again = Username.parse(name.value);
        if (again.isErr() || again.value !== name.value) expect.fail(`${JSON.stringify(text)} is not stable`);
      }
    }
  });

  test("is stable, for any text", () => {
    const letters = fc.string({
      unit: fc.constantFrom(..."aZßİıſΣςΐ\u0345\u0307\u0323Ⱥ한\u1100\u1161ﾊﾞאب1٢۰.-\u200C्क"),
      minLength: 2,
      maxLength: 12,
    });
    fc.assert(
      fc.property(fc.oneof(letters, anyValue), (text) => {
        const name = Username.parse(text);
        if (name.isOk()) expect(parsed(name.value)).toBe(name.value);
      }),
      { numRuns: 3000 },
    );
  });
});

describe("the skeleton of a user name", () => {
  // UTS #39 §4, confusables.txt, and the cases for which usernames are attacked.
  test.each([
    ["paypal", "раураӏ"],
    ["paypal", "pаypаl"],
    ["paypal", "paypa1"],
    ["paypal", "PAYPAL"],
    ["modern", "rnodern"],
    ["scope", "ѕсоре"],
    ["google", "g00gle"],
    ["google", "gοοgle"],
    ["bill", "bi11"],
    ["circle", "сігсӏе"],
    ["strasse", "ｓtrasse"],
    ["می\u200Cخواهم", "میخواهم"],
  ])("is one for %s and %s", async (one, other) => expect(await skeletonOf(one)).toBe(await skeletonOf(other)));

  test.each([
    ["john", "joan"],
    ["иван", "ivan"],
    ["jose", "josé"],
  ])("tells %s from %s", async (one, other) => expect(await skeletonOf(one)).not.toBe(await skeletonOf(other)));

  test("is its own skeleton, for every character", async () => {
    for (const character of everyCodePoint) {
      const name = Username.parse(`x${character}`);
      if (name.isErr()) continue;
      const once = await Username.skeleton(name.value);
      // A skeleton is a text, not a user name; this asks only for its own skeleton.
      if ((await Username.skeleton(once as typeof name.value)) !== once)
        expect.fail(`the skeleton of ${JSON.stringify(name.value)} is not stable`);
    }
  });

  test.each(["аdmin", "adrnin", "r00t", "rооt", "supp0rt", "adm\u0131n", "p0st-master", "sуstem"])(
    "shows that %s resembles a reserved name",
    async (name) => {
      expect(await Username.resemblesReserved(parsed(name))).toBe(true);
    },
  );

  test.each(["john", "administration", "rooter", "supporter"])("does not take %s for a reserved name", async (name) => {
    expect(await Username.resemblesReserved(parsed(name))).toBe(false);
  });
});
