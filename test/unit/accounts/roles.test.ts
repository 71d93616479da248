import { describe, expect, expectTypeOf, test } from "vitest";
import { Application, ConfigurationError, defaultRoles, defineRoles } from "denizen";
import type { DefaultRole, RoleHierarchy } from "denizen";
import { memory } from "denizen/memory";
import { codeOf } from "../../support/codes.js";
import { hostileValues } from "../values/hostile.js";

function problemsOf(rules: unknown): readonly string[] {
  try {
    // What the types forbid is what is tested.
    defineRoles(rules as Record<string, object>);
  } catch (thrown) {
    if (thrown instanceof ConfigurationError) return thrown.problems;
    throw thrown;
  }
  return [];
}

describe("a hierarchy of roles", () => {
  test("knows its roles by type, and what it was told of them", () => {
    const roles = defineRoles({ reader: {}, editor: { manages: ["reader"] }, owner: { manages: ["editor"], protected: true } });
    expectTypeOf(roles).toEqualTypeOf<RoleHierarchy<"reader" | "editor" | "owner">>();
    expect(roles.rules).toEqual({ reader: {}, editor: { manages: ["reader"] }, owner: { manages: ["editor"], protected: true } });
  });

  test("refuses a role that it does not know, by type and when it is built", () => {
    // @ts-expect-error there is no such role
    expect(() => defineRoles({ editor: { manages: ["reader"] } })).toThrow(ConfigurationError);
    const roles = defineRoles({ reader: {} });
    // @ts-expect-error there is no such role
    const wire = () => new Application({ store: memory(), accounts: { roles, initialRole: "user" } });
    expect(wire).toThrow("accounts.initialRole must be one of accounts.roles");
  });

  test.each([
    ["itself", { a: { manages: ["a"] } }, ["roles.a manages a, which is above it or the same"]],
    [
      "one above it",
      { a: { manages: ["b"] }, b: { manages: ["a"] } },
      ["roles.a manages b, which is above it or the same", "roles.b manages a, which is above it or the same"],
    ],
    [
      "one far above it",
      { a: { manages: ["b"] }, b: { manages: ["c"] }, c: { manages: ["a"] } },
      ["a manages b", "b manages c", "c manages a"].map((who) => `roles.${who}, which is above it or the same`),
    ],
    ["one that is not there", { a: { manages: ["b"] } }, ["roles.a manages a role that is not defined"]],
    [
      "what every object has",
      { a: { manages: ["constructor", "__proto__"] } },
      Array(2).fill("roles.a manages a role that is not defined"),
    ],
    ["what is no name", { a: { manages: [1, null] } }, Array(2).fill("roles.a manages a role that is not defined")],
    ["a protected one", { a: { protected: true }, b: { manages: ["a"] } }, ["roles.b manages a, which is protected"]],
    ["something that is no list", { a: { manages: "a" } }, ["roles.a must have manages as a list of roles"]],
  ])("has no role that manages %s", (_, rules, problems) => {
    expect(problemsOf(rules)).toEqual(problems);
  });

  test.each(["", "Admin", "1st", "-a", "super admin", "a".repeat(64), "naïve", "a_b", "a.b", "a\n"])("has no role named %j", (name) => {
    expect(problemsOf({ [name]: {} })).toHaveLength(1);
  });

  test.each(["a", "super-admin", "level-3", "constructor", "a".repeat(63)])("may have a role named %j", (name) => {
    expect(problemsOf({ [name]: {} })).toEqual([]);
  });

  test("tells of everything that is wrong at once", () => {
    expect(problemsOf({ A: {}, b: { manages: ["c", "b"] }, d: { manages: 1 } })).toHaveLength(4);
  });

  test("says whether a role is protected with true or false and nothing else, so that no typing error unprotects it", () => {
    for (const wrong of ["true", "yes", 1, {}]) expect(problemsOf({ a: { protected: wrong } })).toHaveLength(1);
  });

  test("throws nothing but a ConfigurationError, whatever it is made of", () => {
    for (const value of hostileValues) {
      for (const rules of [value, { a: value }, { a: { manages: value } }, { a: { manages: [value] } }, { a: { protected: value } }]) {
        expect(() => problemsOf(rules)).not.toThrow();
      }
    }
  });

  test("does not change when what it was made of does", () => {
    const rules = { reader: {}, editor: { manages: ["reader"] }, owner: { manages: [] as string[] } };
    // A list that grows is what the types forbid.
    const roles = defineRoles(rules as { reader: object; editor: { manages: ["reader"] }; owner: { manages: [] } });
    rules.owner.manages.push("editor");
    expect(roles.rules["owner"]).toEqual({ manages: [] });
  });

  test("is decided in one look however large it is", () => {
    const names = Array.from({ length: 120 }, (_, index) => `r${index}`);
    const rules = Object.fromEntries(names.map((name, index) => [name, { manages: names.slice(0, index) }]));
    const start = performance.now();
    expect(problemsOf(rules)).toEqual([]);
    expect(performance.now() - start).toBeLessThan(2000);
  });
});

describe("the default roles", () => {
  test("are users, administrators over them, and super administrators over both, who are protected", () => {
    expectTypeOf(defaultRoles).toEqualTypeOf<RoleHierarchy<DefaultRole>>();
    expect(defaultRoles.rules).toEqual({
      user: {},
      admin: { manages: ["user"] },
      "super-admin": { manages: ["admin", "user"], protected: true },
    });
  });

  test("give `user` to who signs up; roles of the host's own give what it says, or nothing", async () => {
    const roles = defineRoles({ guest: {}, host: { manages: ["guest"] } });
    for (const [accounts, expected] of [
      [{}, ["user"]],
      [{ initialRole: null }, []],
      [{ roles }, []],
      [{ roles, initialRole: "guest" }, ["guest"]],
    ] as const) {
      // Several types of configuration in one list; each of them is valid.
      const application = new Application({ store: memory(), accounts: accounts as { initialRole?: null } });
      const { userId } = (await application.commands.signUp({ name: "Ada" }))._unsafeUnwrap() as { userId: string };
      await using uow = application.unitOfWork();
      const held = (await uow.accounts.get(userId))._unsafeUnwrap().roles;
      expect(held.map(({ role }) => role)).toEqual(expected);
      expect(held.every(({ scope }) => scope === null)).toBe(true);
    }
  });

  test("give nobody a protected role by signing up", () => {
    expect(() => new Application({ store: memory(), accounts: { initialRole: "super-admin" } })).toThrow("must not be protected");
  });
});

describe("a role of the host's own", () => {
  test("is what its accounts can hold, and no other", async () => {
    const roles = defineRoles({ guest: {}, host: { manages: ["guest"] } });
    const application = new Application({ store: memory(), accounts: { roles, initialRole: "guest" } });
    const { userId } = (await application.commands.signUp({ name: "Ada" }))._unsafeUnwrap() as { userId: string };
    await using uow = application.unitOfWork();
    const account = (await uow.accounts.get(userId))._unsafeUnwrap();
    expect(codeOf(account.grant("admin"))).toBe("role-unknown");
    expect(codeOf(account.grant("constructor"))).toBe("role-unknown");
    expect(codeOf(account.grant("host"))).toBe("ok");
  });
});
