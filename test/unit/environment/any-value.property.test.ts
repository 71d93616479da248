import { inspect } from "node:util";
import fc from "fast-check";
import { expect, test } from "vitest";
import { z } from "zod";
import { flag, keyRing, list, secretText, settingsFromEnvironment, webUrl, wholeNumber } from "denizen/environment";
import { errorOf } from "./problems.js";

const schema = z.object({
  PASSWORD: secretText({ minimum: 12 }),
  KEYS: keyRing(),
  URL: webUrl(),
  PORT: wholeNumber({ max: 65_535 }),
  VERBOSE: flag(),
  ADMINS: list(),
});

const base64 = fc.uint8Array({ minLength: 30, maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString("base64"));
const text = fc.oneof(fc.string({ unit: "binary" }), fc.string({ unit: "grapheme", maxLength: 60 }));

/** Anything, with what comes near to being right often enough. */
const environments = fc.record(
  {
    PASSWORD: text,
    KEYS: fc.oneof(
      text,
      fc.array(fc.tuple(fc.string({ maxLength: 3 }), base64), { minLength: 1 }).map((all) => all.map((one) => one.join(":")).join()),
    ),
    URL: fc.oneof(text, fc.webUrl({ withFragments: true, withQueryParameters: true })),
    PORT: fc.oneof(text, fc.integer({ min: -10, max: 70_000 }).map(String)),
    VERBOSE: fc.oneof(text, fc.constantFrom("true", "false", "1", "0")),
    ADMINS: text,
  },
  { requiredKeys: [] },
);

const right = {
  PASSWORD: "correct horse battery",
  KEYS: `k:${Buffer.alloc(32).toString("base64")}`,
  URL: "https://a.example",
  PORT: "1",
  VERBOSE: "1",
  ADMINS: "a",
};

test("whatever the variables are, there are settings or a ConfigurationError that names each wrong one", () => {
  let [taken, refused] = [0, 0];
  fc.assert(
    fc.property(environments, fc.boolean(), (given, mended) => {
      const environment = mended ? { ...given, ...right, PORT: given.PORT ?? "1" } : given;
      let settings: object | undefined;
      const error = errorOf(() => (settings = settingsFromEnvironment(schema, environment)));
      if (settings === undefined) refused++;
      else taken++;
      expect((settings === undefined) !== (error === undefined)).toBe(true);
      for (const problem of error?.problems ?? [])
        expect(problem).toMatch(/^environment: (?:PASSWORD|KEYS|URL|PORT|VERBOSE|ADMINS)(?: is missing)?: must be /);
    }),
    { numRuns: 500 },
  );
  expect(Math.min(taken, refused)).toBeGreaterThan(20);
});

/** Long enough that no sentence of ours has it by chance. */
const secret = fc.string({ minLength: 8, maxLength: 80 }).map((value) => `#${value}`);

test("no secret is in the error, nor in what is printed of it", () => {
  // Each is wrong for its variable: too short, no base64, a check of the host's that repeats what it got.
  const host = z.object({
    PASSWORD: secretText({ minimum: 200 }),
    KEYS: keyRing(),
    TOKEN: secretText().refine(() => false, { error: ({ input }) => `no token: ${String(input)}` }),
    PIN: z.string().refine(() => false, { error: ({ input }) => `no PIN: ${String(input)}` }),
  });
  fc.assert(
    fc.property(secret, secret, secret, secret, (PASSWORD, KEYS, TOKEN, PIN) => {
      const error = errorOf(() => settingsFromEnvironment(host, { PASSWORD, KEYS, TOKEN, PIN }));
      expect(error?.problems).toHaveLength(4);
      const shown = `${String(error?.message)} ${inspect(error, { depth: 9, showHidden: true })} ${JSON.stringify(error)}`;
      for (const value of [PASSWORD, KEYS, TOKEN, PIN])
        for (const form of [value, JSON.stringify(value).slice(1, -1)]) expect(shown.includes(form)).toBe(false);
    }),
    { numRuns: 300 },
  );
});
