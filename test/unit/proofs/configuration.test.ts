import { describe, expect, test } from "vitest";
import { mailbox } from "denizen/testing";
import { problemsOf } from "../../support/problems.js";
import { hostileValues } from "../values/hostile.js";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

describe("settings of challenges", () => {
  test.each([
    {},
    undefined,
    { code: 1000, coolDown: 1 },
    { code: 10 * MINUTE, coolDown: DAY },
    { links: {} },
    { links: { "verify-email": MINUTE, "change-email": MINUTE, "revert-email": MINUTE, "reset-password": MINUTE, "log-in": MINUTE } },
    { links: { invitation: 30 * DAY } },
    { links: undefined, code: undefined, coolDown: undefined },
  ])("may be %j", (challenges) => {
    expect(problemsOf({ challenges })).toEqual([]);
  });

  test.each<[unknown, string]>([
    [7, "challenges must be an object"],
    [null, "challenges must be an object"],
    [{ code: 999 }, "challenges.code"],
    [{ code: 10 * MINUTE + 1 }, "challenges.code"],
    [{ code: 1000.5 }, "challenges.code"],
    [{ code: "600000" }, "challenges.code"],
    [{ coolDown: 0 }, "challenges.coolDown"],
    [{ coolDown: DAY + 1 }, "challenges.coolDown"],
    [{ links: 7 }, "challenges.links must be an object"],
    [{ links: null }, "challenges.links must be an object"],
    [{ links: { invitation: 30 * DAY + 1 } }, "challenges.links.invitation"],
    [{ links: { "log-in": MINUTE - 1 } }, "challenges.links.log-in"],
    [{ links: { "reset-password": Infinity } }, "challenges.links.reset-password"],
  ])("cannot be %j", (challenges, problem) => {
    expect(problemsOf({ challenges })).toEqual([expect.stringContaining(problem)]);
  });

  test("are told of all at once", () => {
    expect(problemsOf({ challenges: { code: 0, coolDown: 0, links: { invitation: 0, "log-in": 0 } } })).toHaveLength(4);
  });
});

describe("messages", () => {
  test.each([{ messages: mailbox() }, { messages: undefined }, { messages: { send: () => undefined } }])("may be %j", (config) => {
    expect(problemsOf(config)).toEqual([]);
  });

  test.each([{}, null, 7, { send: 7 }, () => undefined])("cannot be %j", (messages) => {
    expect(problemsOf({ messages })).toEqual([expect.stringContaining("messages must say messages")]);
  });
});

describe("what a sign-up is asked to prove", () => {
  test.each([
    { verify: [] },
    { verify: ["phone", "email"] },
    { activation: "verified" },
    { activation: "verified", verify: ["phone"] },
    { activation: "administrator", verify: ["email"] },
    { activation: "own", verify: ["email"] },
    { activation: "verified", enumerationProtection: true },
    { activation: "verified", verify: undefined, enumerationProtection: true },
  ])("may be %j", (accounts) => {
    expect(problemsOf({ accounts })).toEqual([]);
  });

  test.each<[object, string]>([
    [{ activation: "verified", verify: [] }, "accounts.verify must name what has to be proved"],
    [{ verify: "email" }, "accounts.verify must be a list"],
    [{ verify: ["username"] }, "accounts.verify must be a list"],
    [{ verify: ["email", undefined] }, "accounts.verify must be a list"],
    [{ verify: new Array(1) }, "accounts.verify must be a list"],
    [{ verify: null }, "accounts.verify must be a list"],
    [{ activation: "proved" }, "accounts.activation must be"],
    [{ enumerationProtection: true }, "accounts.enumerationProtection takes activation"],
    [{ enumerationProtection: true, activation: "immediate" }, "accounts.enumerationProtection takes activation"],
    [{ enumerationProtection: true, activation: "own" }, "accounts.enumerationProtection takes activation"],
  ])("cannot be %j", (accounts, problem) => {
    expect(problemsOf({ accounts })).toEqual([expect.stringContaining(problem)]);
  });
});

test("settings of any kind are settings, or a ConfigurationError", () => {
  for (const value of hostileValues)
    for (const config of [
      { challenges: value },
      { challenges: { code: value, coolDown: value } },
      { challenges: { links: value } },
      { challenges: { links: { invitation: value } } },
      { messages: value },
      { accounts: { verify: value } },
      { accounts: { activation: "verified", verify: [value] } },
    ])
      expect(Array.isArray(problemsOf(config))).toBe(true);
});
