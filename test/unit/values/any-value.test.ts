import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Secret } from "../../../src/kernel/secret.js";
import { Email } from "../../../src/users/values/email.js";
import { Password } from "../../../src/users/values/password.js";
import { PersonName } from "../../../src/users/values/person-name.js";
import { PhoneNumber } from "../../../src/users/values/phone-number.js";
import { UserId } from "../../../src/users/values/user-id.js";
import { Username } from "../../../src/users/values/username.js";
import { anyValue, bestOfThree, hostileValues, megabytes } from "./hostile.js";

const valueObjects = [
  { name: "user id", code: "user-id-invalid", parse: UserId.parse },
  { name: "e-mail", code: "email-invalid", parse: Email.parse },
  { name: "phone number", code: "phone-invalid", parse: PhoneNumber.parse },
  { name: "user name", code: "username-invalid", parse: Username.parse },
  { name: "person's name", code: "name-invalid", parse: PersonName.parse },
  { name: "password", code: "password-rejected", parse: (input: unknown) => Password.parse(input) },
] as const;

describe.each(valueObjects)("a $name", ({ code, parse }) => {
  const answer = (input: unknown): unknown => {
    const result = parse(input);
    if (result.isOk()) return result.value;
    expect(result.error).toMatchObject({ code, message: expect.any(String), reason: expect.any(String) });
    expect(Object.isFrozen(result.error)).toBe(true);
    return undefined;
  };

  test("is parsed or refused, whatever is passed", () => {
    for (const value of hostileValues) answer(value);
    fc.assert(
      fc.property(anyValue, (value) => void answer(value)),
      { numRuns: 2000 },
    );
  });

  test("is the same when it is parsed again", () => {
    const parsedTwice = (value: unknown): void => {
      const once = answer(value);
      if (once === undefined) return;
      const twice = answer(once);
      if (once instanceof Secret && twice instanceof Secret) expect(twice.reveal()).toBe(once.reveal());
      else expect(twice).toStrictEqual(once);
    };
    for (const value of hostileValues) parsedTwice(value);
    fc.assert(fc.property(anyValue, parsedTwice), { numRuns: 2000 });
  });

  test("leaves prototypes alone", () => {
    answer(JSON.parse('{"__proto__": {"polluted": true}, "display": "x"}'));
    expect("polluted" in {}).toBe(false);
  });

  test("takes less than 50 ms to refuse a megabyte of any shape", () => {
    for (const text of megabytes) expect(bestOfThree(() => parse(text))).toBeLessThan(50);
  });

  test("repeats at most the beginning of what was refused, and no line break of it", () => {
    for (const text of [...megabytes, "a\r\nb@c.de"]) {
      const result = parse(text);
      expect(JSON.stringify(result).length).toBeLessThan(1000);
      expect(JSON.stringify(result)).not.toMatch(/\\[rn]/);
    }
  });
});

test("the key of anything is a string", async () => {
  // What a caller without types passes.
  const untyped = <Input>(call: (input: Input) => unknown) => call as (input: unknown) => unknown;
  const calls = [untyped(Email.key), untyped(PersonName.key), untyped(Username.skeleton), untyped(Username.resemblesReserved)];
  for (const value of hostileValues) {
    for (const call of calls) expect(typeof (await call(value))).toMatch(/string|boolean/);
  }
});

test("the key of a megabyte takes less than 50 ms", () => {
  for (const text of megabytes) {
    // Texts that no parser has seen, as a caller without types passes them.
    expect(bestOfThree(() => Email.key(text as Parameters<typeof Email.key>[0]))).toBeLessThan(50);
    expect(bestOfThree(() => PersonName.key({ display: text } as Parameters<typeof PersonName.key>[0]))).toBeLessThan(50);
    expect(bestOfThree(() => Username.skeleton(text as Parameters<typeof Username.skeleton>[0]))).toBeLessThan(50);
  }
});

test("options of any type leave the minimum of a password alone", () => {
  for (const value of hostileValues) {
    // Any value stands in for options that no compiler has seen.
    const options = value as { minimum?: number };
    expect(Password.parse("1234567", options).isErr()).toBe(true);
    expect(Password.parse("12345678", options).isOk()).toBe(true);
    expect(Password.parse("12345678", { minimum: value as number }).isOk()).toBe(value !== Infinity && value !== 2 ** 53);
  }
});
