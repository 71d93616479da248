import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { domainError } from "../../../src/kernel/error.js";
import { errAsync, okAsync } from "../../../src/kernel/result.js";
import type { BreachCheck } from "../../../src/ports/breach-check.js";
import { passwordPolicy } from "../../../src/users/password-policy.js";
import { hostileValues } from "./hostile.js";

const policy = passwordPolicy({ context: ["Denizen"] });
const john = ["John Doe", "jdoe99", "john.doe@example.com"];

const reasonOf = async (password: unknown, words: readonly string[] = john, by = policy) =>
  (await by.check(password, words)).match(
    () => undefined,
    (error) => ("reason" in error ? error.reason : error.code),
  );

describe("the password policy", () => {
  test.each([
    "correct horse battery staple",
    "aaaaaaaaaaaaab",
    "john has a purple bicycle",
    "12 monkeys, 3 dogs",
    "doe-ray-me-fa-so",
    "    x   y",
  ])("asks for no composition: %j passes", async (password) => expect(await reasonOf(password)).toBeUndefined());

  test.each(["password", "PassWord", "12345678", "qwertyuiop", "iloveyou", "password1", "letmein1", "ｐａｓｓｗｏｒｄ"])(
    "refuses a common password: %s",
    async (password) => expect(await reasonOf(password)).toBe("common"),
  );

  test.each([
    "johndoe1",
    "JohnDoe!",
    "John.Doe",
    "johnjohn",
    "john-john-john",
    "jdoe99jdoe99",
    "john.doe@example.com",
    "example1",
    "example123",
    "denizen1",
    "123denizen",
    "DENIZEN-DENIZEN",
    "johndenizen",
    "ｄｅｎｉｚｅｎ１",
  ])("refuses what is made of the account's and the product's words: %s", async (password) => {
    expect(await reasonOf(password)).toBe("contextual");
  });

  test("lets a context word stand in a longer password", async () => {
    expect(await reasonOf("denizen-9f3k")).toBeUndefined();
    expect(await reasonOf("john loves cheese")).toBeUndefined();
  });

  test("does not mind words of three letters", async () => {
    expect(await reasonOf("bob-bob-bob", ["Bob"])).toBeUndefined();
  });

  test("says what the password lacks before any list is asked", async () => {
    expect(await reasonOf("short")).toBe("too-short");
    expect(await reasonOf("correct horse", [], passwordPolicy({ minimum: 15 }))).toBe("too-short");
    expect(await reasonOf(42)).toBe("not-a-string");
  });

  test("answers any value with a result", async () => {
    for (const value of hostileValues) {
      // Any value stands in for words that no compiler has seen.
      const words = value as readonly string[];
      expect(typeof (await policy.check(value, john)).isOk()).toBe("boolean");
      expect((await policy.check("correct horse battery", words)).isOk()).toBe(true);
      expect((await policy.check("correct horse battery", [value as string])).isOk()).toBe(true);
    }
  });

  test("refuses every password that is a word of the account, however it is written", async () => {
    const word = fc.string({ unit: "grapheme-ascii", minLength: 8, maxLength: 20 }).filter((text) => /^\p{L}+$/u.test(text));
    await fc.assert(
      fc.asyncProperty(word, async (name) => {
        expect(await reasonOf(name.toUpperCase(), [name])).toBe("contextual");
      }),
    );
  });

  test("does not take long over 4096 bytes and many words", async () => {
    const words = Array.from({ length: 64 }, (_, index) => `word${index} `.repeat(200));
    const start = performance.now();
    const checked = await policy.check("word".repeat(1024), words);
    expect(performance.now() - start).toBeLessThan(200);
    expect(checked.isErr()).toBe(true);
  });
});

describe("the breach check", () => {
  const answering = (breached: boolean): BreachCheck => ({ isBreached: () => okAsync(breached) });
  const failing: readonly BreachCheck[] = [
    { isBreached: () => errAsync(domainError("breach-check-unavailable", "down")) },
    {
      isBreached: () => {
        throw new Error("down");
      },
    },
    // An adapter without types that answers nonsense.
    { isBreached: () => Promise.resolve("yes") as never },
  ];

  test.each(["open", "closed"] as const)("refuses breached passwords and lets others pass (%s)", async (onFailure) => {
    expect(await reasonOf("correct horse battery", [], passwordPolicy({ breach: { check: answering(true), onFailure } }))).toBe("breached");
    expect(await reasonOf("correct horse battery", [], passwordPolicy({ breach: { check: answering(false), onFailure } }))).toBeUndefined();
  });

  test.each(failing)("that fails, refuses with its own code when closed and lets pass when open", async (check) => {
    expect(await reasonOf("correct horse battery", [], passwordPolicy({ breach: { check, onFailure: "closed" } }))).toBe(
      "breach-check-unavailable",
    );
    expect(await reasonOf("correct horse battery", [], passwordPolicy({ breach: { check, onFailure: "open" } }))).toBeUndefined();
  });

  test("is not asked about a password that is refused anyway", async () => {
    let asked = 0;
    const check: BreachCheck = { isBreached: () => (asked++, okAsync(false)) };
    const careful = passwordPolicy({ breach: { check, onFailure: "closed" } });
    expect((await careful.check("short")).isErr()).toBe(true);
    expect((await careful.check("password1")).isErr()).toBe(true);
    expect(asked).toBe(0);
  });
});
