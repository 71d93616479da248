import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Secret, domainError } from "denizen";
import { defineProblems, problem, problemHeaders, problems } from "denizen/problem";
import type { Problem, ProblemType } from "denizen/problem";
import { anyValue, hostileValues } from "./values/hostile.js";

const table: Readonly<Record<string, ProblemType>> = problems;
const codes = Object.keys(problems);
const ALWAYS = ["type", "title", "status", "code"];

/** All that the errors of the package have beside their code, and some that a careless one might have. */
const MEMBERS = [
  ...["aggregate", "aggregates", "argument", "cause", "command", "commitId", "depth", "detail", "email", "id", "issues", "key", "kind"],
  ...["limit", "method", "methods", "minimum", "password", "path", "permission", "phone", "reason", "record", "retryAt", "role", "secret"],
  ...["stack", "status", "subscriber", "tenant", "title", "token", "type", "instance", "userId", "username", "value"],
];

/** What may be seen of each member, code by code: a change of the table has to be made here too, on purpose. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  "invalid-argument": ["detail", "argument", "reason"],
  "attributes-invalid": ["issues"],
  "email-invalid": ["detail", "reason"],
  "phone-invalid": ["detail", "reason"],
  "username-invalid": ["detail", "reason"],
  "name-invalid": ["detail", "reason"],
  "user-id-invalid": ["detail", "reason"],
  "password-rejected": ["detail", "reason", "minimum"],
  "role-unknown": ["role"],
  "method-unknown": ["method"],
  "second-factor-required": ["methods"],
  "not-found": ["kind"],
  "address-unknown": ["kind"],
  "email-taken": ["email"],
  "phone-taken": ["phone"],
  "username-taken": ["username"],
  "identifier-taken": ["kind"],
  "id-taken": ["kind"],
  ambiguous: ["kind"],
  "address-already-added": ["kind"],
  "address-is-primary": ["kind"],
  "too-many-addresses": ["kind", "limit"],
  "last-role-holder": ["role"],
  "too-many-attempts": ["retryAt"],
};

/** An error that holds a marker in every member, and one as its sentence. */
const marked = (code: string, marker: (name: string) => unknown, extra: object = {}) => ({
  ...Object.fromEntries(MEMBERS.map((name) => [name, marker(name)])),
  ...extra,
  code,
  message: "marker-of-message",
});

describe("the table", () => {
  test.each(codes)("%s has a status of failure, a title of one sentence, and a type that is a URI", (code) => {
    const { status, title } = table[code] ?? { status: 0, title: "" };
    expect(status >= 400 && status <= 599).toBe(true);
    expect(title).toMatch(/^\p{Lu}[^.!?\n]{3,80}[^.!?\n\s]$/u);
    for (const base of [undefined, "https://api.example.com/problems/"]) {
      const { type } = problem(domainError(code, ""), base === undefined ? {} : { base });
      expect(new URL(type).href).toBe(type);
    }
  });

  test("is frozen all the way down", () => {
    for (const part of [problems, ...Object.values(table), ...Object.values(table).map(({ shows }) => shows)]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
  });

  test("shows nothing of a fault, and never an id, a secret or a cause", () => {
    for (const [code, { status, shows = [] }] of Object.entries(table)) {
      if (status >= 500) expect([code, shows]).toEqual([code, []]);
      for (const name of ["id", "commitId", "aggregates", "key", "record", "cause", "value", "permission", "path"])
        expect(shows).not.toContain(name);
    }
  });
});

describe("nothing leaves that is not allowed to", () => {
  test.each(codes)("%s", (code) => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ minLength: 1 }), fc.constant("marker-of-anything")), (extra) => {
        const told = problem(marked(code, (name) => `marker-of-${name}`, extra));
        // A veto is told as its reason, and this one's is a text.
        expect(
          Object.keys(told)
            .filter((name) => !ALWAYS.includes(name))
            .sort(),
        ).toEqual([...(ALLOWED[code] ?? [])].sort());
        const allowed = (ALLOWED[code] ?? []).map((name) => `marker-of-${name === "detail" ? "message" : name}`);
        const found = [...JSON.stringify(told).matchAll(/marker-of-\w+/g)].map(([marker]) => marker);
        expect(found.filter((marker) => !allowed.includes(marker))).toEqual([]);
        expect(JSON.stringify(problemHeaders(told))).not.toContain("marker");
      }),
      { numRuns: 20 },
    );
  });

  test("in a member that may leave, neither does a secret, or what has a class of its own", () => {
    class Row {
      readonly password = "marker-of-row";
    }
    for (const value of [new Secret("marker-of-secret"), new Row(), new Error("marker-of-error"), new Map([["a", "marker-of-map"]])]) {
      const told = problem(marked("attributes-invalid", () => [{ message: "m", path: "p", held: value }, value]));
      expect(told["issues"]).toEqual([{ message: "m", path: "p" }]);
      expect(problem(marked("email-taken", () => value))).not.toHaveProperty("email");
    }
  });
});

describe("whatever it is given, it answers plain, frozen, small JSON", () => {
  const isFrozen = (value: unknown): boolean =>
    typeof value !== "object" || value === null || (Object.isFrozen(value) && Object.values(value).every(isFrozen));
  const expectPlain = (told: Problem): void => {
    const json = JSON.stringify(told);
    expect(JSON.stringify(JSON.parse(json))).toBe(json);
    expect(json.length).toBeLessThan(600_000);
    expect(isFrozen(told)).toBe(true);
    expect(told.status >= 400 && told.status <= 599 && told.title.length > 0).toBe(true);
    expect(isFrozen(problemHeaders(told))).toBe(true);
  };
  const everything = defineProblems({ probe: { status: 400, title: "Everything", shows: ["message", ...MEMBERS.slice(0, 3), "email"] } });

  const huge: unknown[] = ["x".repeat(10_000_000), new Array(2 ** 32 - 1), Array.from({ length: 200_000 }, (_, index) => ({ index }))];
  const deep = Array.from({ length: 10_000 }).reduce<unknown>((inner) => ({ inner }), "bottom");
  const cyclic: unknown[] = [];
  cyclic.push(cyclic, { cyclic });
  const endless = new Proxy([], { get: (_, key) => (key === "length" ? Infinity : 1) });
  const shared = Array.from({ length: 60 }).reduce<unknown>((inner) => [inner, inner], "leaf");
  const values = [...hostileValues, ...huge, deep, cyclic, endless, shared, Object.fromEntries(Array.from({ length: 50_000 }).entries())];

  test("hostile values as the error, its members, its code, the options", () => {
    for (const value of values) {
      expectPlain(problem(value, value as never));
      expectPlain(everything(value, { base: value, instance: value } as never));
      expectPlain(problem({ code: value, message: value }));
      expectPlain(problem({ code: "vetoed", message: "", reason: value }));
      expectPlain(everything({ code: "probe", message: "m", argument: value, email: value, aggregate: [value], aggregates: { value } }));
      for (const code of codes) expectPlain(problem(marked(code, () => value)));
      expect(isFrozen(problemHeaders(value as never))).toBe(true);
    }
  });

  test("errors that throw when they are read, or answer otherwise the second time", () => {
    const thrower = Object.defineProperty(domainErrorOf("email-taken"), "email", { get: () => JSON.parse("{") });
    expectPlain(problem(thrower));
    let reads = 0;
    const fickle = { message: "", get code() { return reads++ % 2 === 0 ? "email-taken" : Symbol("no code"); } }; // prettier-ignore
    expectPlain(problem(fickle));
    const talkative = { code: "probe", get message() { return reads++ % 2 === 0 ? "m" : ["no text"]; } }; // prettier-ignore
    for (let read = 0; read < 4; read++) expect(["string", "undefined"]).toContain(typeof everything(talkative).detail);
  });

  test("any value", () => {
    fc.assert(
      fc.property(anyValue, fc.constantFrom(...codes), (value, code) => {
        expectPlain(problem(value));
        expectPlain(problem(marked(code, () => value)));
        expectPlain(everything({ code: "probe", message: "m", argument: value, email: { value }, aggregates: [value] }));
      }),
      { numRuns: 500 },
    );
  });

  test("a list or an object is cut where it becomes too long, and a text says that it was", () => {
    const issues = Array.from({ length: 100_000 }, (_, index) => ({ message: `issue ${index}`, path: "p" }));
    const told = problem({ code: "attributes-invalid", message: "", issues });
    expect(told["issues"]).toEqual(issues.slice(0, (told["issues"] as unknown[]).length));
    expect((told["issues"] as unknown[]).length).toBeGreaterThan(100);
    expect(problem({ code: "email-taken", message: "", email: "e".repeat(5000) })["email"]).toMatch(/^e{1023}…$/);
  });
});

function domainErrorOf(code: string): object {
  return { code, message: "a sentence" };
}
