import { describe, expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import { byEnvironment, secretText, settingsFromEnvironment, wholeNumber } from "denizen/environment";
import type { Environment } from "denizen/environment";
import { errorOf, problemsOf } from "./problems.js";

const configurations = { development: { mail: "console" }, production: { mail: "smtp", pool: 20 }, test: { mail: "mailbox" } } as const;

describe("the configuration", () => {
  test.each([
    [{}, "console"],
    [{ NODE_ENV: "" }, "console"],
    [{ NODE_ENV: "development" }, "console"],
    [{ NODE_ENV: "production" }, "smtp"],
    [{ NODE_ENV: "test" }, "mailbox"],
  ])("of %o has the mail %s", (environment: Environment, mail) => {
    expect(byEnvironment(environment, configurations).mail).toBe(mail);
  });

  test("is one of those that were given, by its type", () => {
    const chosen = byEnvironment({}, configurations);
    expectTypeOf(chosen).toEqualTypeOf<(typeof configurations)["development" | "production" | "test"]>();
    expectTypeOf(chosen.mail).toEqualTypeOf<"console" | "smtp" | "mailbox">();
    // @ts-expect-error -- production is not there
    expect(byEnvironment({}, { development: 1, test: 2 })).toBe(1);
  });

  test("may be one of a further name", () => {
    expect(byEnvironment({ NODE_ENV: "staging" }, { ...configurations, staging: { mail: "smtp" } })).toEqual({ mail: "smtp" });
  });

  test.each(["prod", "Production", "production ", "constructor", "__proto__", "toString"])("of %j does not exist", (name) => {
    const problems = problemsOf(() => byEnvironment({ NODE_ENV: name }, configurations));
    expect(problems).toEqual(["environment: NODE_ENV must be one of development, production, test, or missing"]);
  });

  test.each<[string, unknown, unknown]>([
    ["no environment", undefined, configurations],
    ["no configurations", {}, undefined],
  ])("where there is %s is a wiring mistake", (_, environment, given) => {
    // JavaScript callers pass anything.
    expect(errorOf(() => byEnvironment(environment as Environment, given as typeof configurations))).toBeDefined();
  });

  test("may be the schema of its settings, so that nobody needs production's variables at home", () => {
    const development = z.object({ PORT: wholeNumber().default(3000) });
    const production = development.extend({ PORT: wholeNumber({ min: 1, max: 65_535 }), SMTP_PASSWORD: secretText({ minimum: 12 }) });
    const settingsOf = (environment: Environment) =>
      settingsFromEnvironment(byEnvironment(environment, { development, production, test: development }), environment);
    expect(settingsOf({})).toEqual({ PORT: 3000 });
    expect(problemsOf(() => settingsOf({ NODE_ENV: "production" }))).toHaveLength(2);
    const settings = settingsOf({ NODE_ENV: "production", PORT: "443", SMTP_PASSWORD: "correct horse" });
    expect("SMTP_PASSWORD" in settings && settings.SMTP_PASSWORD.reveal()).toBe("correct horse");
  });
});
