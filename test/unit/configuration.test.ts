import { describe, expect, test } from "vitest";
import { audits, planets } from "../support/planets.js";
import { problemsOf } from "../support/problems.js";

describe("a configuration", () => {
  test("of a store alone is enough", () => {
    expect(problemsOf({})).toEqual([]);
  });

  test("that is wrong is refused with every problem at once", () => {
    const problems = problemsOf({
      store: {},
      passwordHasher: {},
      passwords: { minimum: 4, context: [1], breach: {} },
      methods: { password: {}, pin: {} },
      attributes: {},
      phoneNumbers: {},
      subscribers: [],
      subscriberTimeout: 0,
      onError: 1,
      attempts: { limit: 0, window: -1 },
      keys: {},
      clock: {},
      ids: {},
      random: {},
    });
    expect(problems.length).toBeGreaterThanOrEqual(18);
  });

  test.each([
    ["users", "a name that denizen needs"],
    ["commit", "a method of the unit's"],
    ["then", "what makes a promise of the unit"],
    ["constructor", "what every object has"],
    ["toString", "what every object has"],
    ["__proto__", "what is no field at all"],
    ["$types", "the unit's phantom"],
    ["planets-of-mine", "no name in code"],
    ["", "nothing"],
  ])("whose aggregate is called %j is refused: %s", (name) => {
    expect(problemsOf({ aggregates: Object.fromEntries([[name, planets]]) }).join()).toContain("aggregates");
  });

  test("with two aggregates of one kind is refused", () => {
    expect(problemsOf({ aggregates: { planets, others: planets } }).join()).toContain("kind");
    expect(problemsOf({ aggregates: { people: { ...planets, kind: "user" } } }).join()).toContain("kind");
  });

  test("with an event type that two aggregates record is refused: a subscriber could not tell whose it hears", () => {
    const twins = { ...audits, events: { ...audits.events, "planet-formed": planets.events["planet-formed"] } };
    expect(problemsOf({ aggregates: { planets, twins } }).join()).toContain("planet-formed");
    for (const taken of ["email-added", "proof-failed"]) {
      const mine = { ...audits, events: { [taken]: audits.events["phone-audited"] } };
      expect(problemsOf({ aggregates: { mine } }).join()).toContain(taken);
    }
  });

  test.each([
    [
      "throws",
      () => {
        throw new Error("a bug");
      },
    ],
    ["gives no list", () => 7],
    ["gives a list of nothing", () => [undefined]],
    ["subscribes to what nobody records", (on: (type: string, handler: () => void) => unknown) => [on("nothing", () => undefined)]],
  ])("whose subscribers function %s is refused", (_, subscribers) => {
    expect(problemsOf({ subscribers }).length).toBeGreaterThan(0);
  });
});
