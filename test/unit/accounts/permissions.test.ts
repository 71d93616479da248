import { describe, expect, test } from "vitest";
import {
  allOf,
  anyOf,
  authorize,
  canManageRole,
  canManageSelf,
  canManageSubordinate,
  defaultRoles,
  defineRoles,
  isAdministrator,
} from "denizen";
import type { Acting, AccountStatus, Permission, RoleContext, Subject, TargetContext } from "denizen";
import { codeOf } from "../../support/codes.js";
import { hostileValues } from "../values/hostile.js";

const grant = (text: string) => {
  const [role = "", scope = null] = text.split("@");
  return { role, scope, grantedAt: "2026-01-01T00:00:00.000Z" };
};
const subject = (id: string, roles: readonly string[], status: AccountStatus = "active"): Subject => ({
  id,
  status,
  roles: roles.map(grant),
});
const user = (roles: readonly string[], status: AccountStatus = "active", id = "ada"): Acting => ({
  kind: "user",
  account: subject(id, roles, status),
});
const system: Acting = { kind: "system" };
const about = (actor: Acting, target: readonly string[], id = "bob"): TargetContext => ({
  actor,
  hierarchy: defaultRoles,
  target: subject(id, target),
});
const role = (actor: Acting, text: string): RoleContext => ({ actor, hierarchy: defaultRoles, ...grant(text) });
const yes: Permission = { name: "yes", allows: () => true };
const no: Permission = { name: "no", allows: () => false };

describe("authorize", () => {
  test("lets pass who is allowed, and tells others which rule said no", () => {
    expect(authorize(yes, about(system, [])).isOk()).toBe(true);
    const refusal = authorize(no, about(system, []))._unsafeUnwrapErr();
    expect(refusal).toEqual({ code: "not-authorized", message: "the actor may not do this", permission: "no" });
  });

  test.each(["pending", "deactivated", "suspended"] as const)("refuses an actor whose account is %s, whatever it holds", (status) => {
    expect(codeOf(authorize(yes, about(user(["super-admin"], status), [])))).toBe("not-authorized");
  });

  test.each([1, "true", {}, [], () => true, Promise.resolve(true), undefined, null, NaN])(
    "takes nothing but true for a yes: %o",
    (answer) => {
      // What the types forbid is what is tested.
      const permission = { name: "odd", allows: () => answer as boolean };
      expect(codeOf(authorize(permission, about(system, [])))).toBe("not-authorized");
      expect(codeOf(authorize(anyOf(permission), about(system, [])))).toBe("not-authorized");
      expect(codeOf(authorize(allOf(yes, permission), about(system, [])))).toBe("not-authorized");
    },
  );

  test("takes a permission that throws for a no", () => {
    const broken: Permission = {
      name: "broken",
      allows: () => {
        throw new Error("a bug of the host's");
      },
    };
    expect(authorize(broken, about(system, []))._unsafeUnwrapErr().permission).toBe("broken");
    expect(codeOf(authorize(anyOf(broken, yes), about(system, [])))).toBe("not-authorized");
  });

  test("denies by default, and never throws, whatever it is asked about and by whom", () => {
    for (const value of hostileValues) {
      for (const context of [
        value,
        { actor: value },
        { ...about(system, []), actor: { kind: value } },
        { actor: { kind: "user", account: value } },
      ]) {
        // What the types forbid is what is tested.
        expect(codeOf(authorize(yes, context as TargetContext))).toBe("not-authorized");
        expect(codeOf(authorize(canManageSubordinate, context as TargetContext))).toBe("not-authorized");
      }
      expect(codeOf(authorize(value as Permission, about(system, [])))).toBe("not-authorized");
      expect(codeOf(authorize({ name: value, allows: value } as Permission, about(system, [])))).toBe("not-authorized");
      for (const target of [
        value,
        { id: value },
        { id: "bob", status: "active", roles: value },
        { id: "bob", status: "active", roles: [value] },
      ]) {
        const context = { ...about(user(["user"]), []), target } as TargetContext;
        expect(codeOf(authorize(canManageSubordinate, context))).toBe("not-authorized");
      }
    }
  });
});

describe("anyOf and allOf", () => {
  test("are what they say, also of none at all", () => {
    const context = about(system, []);
    expect([anyOf(no, yes), anyOf(no, no), anyOf(), allOf(yes, yes), allOf(yes, no), allOf()].map((one) => one.allows(context))).toEqual([
      true,
      false,
      false,
      true,
      false,
      false,
    ]);
  });

  test("are named by their parts", () => {
    expect([anyOf(yes, no).name, allOf(canManageSelf, no).name]).toEqual(["any of yes, no", "all of can-manage-self, no"]);
  });

  test("compose with a permission of the host's own", () => {
    const ofSameTeam: Permission<TargetContext> = {
      name: "of-same-team",
      allows: ({ actor, target }) =>
        actor.kind === "user" &&
        actor.account.roles.some(({ scope }) => scope !== null && target.roles.some((held) => held.scope === scope)),
    };
    const policy = anyOf(canManageSelf, allOf(canManageSubordinate, ofSameTeam));
    const may = (actor: Acting, target: readonly string[], id?: string) => authorize(policy, about(actor, target, id)).isOk();
    expect(may(user(["user"]), ["user"], "ada")).toBe(true);
    expect(may(user(["admin@red"]), ["user@red"])).toBe(true);
    expect(may(user(["admin"]), ["user"])).toBe(false);
    expect(may(user(["admin@red"], "suspended"), ["user@red"])).toBe(false);
  });
});

describe("canManageSelf", () => {
  test("is for one's own account, and never for the host's software", () => {
    expect(authorize(canManageSelf, about(user([]), [], "ada")).isOk()).toBe(true);
    expect(authorize(canManageSelf, about(user(["super-admin"]), [], "bob")).isOk()).toBe(false);
    expect(authorize(canManageSelf, about(system, [], "system")).isOk()).toBe(false);
  });
});

describe("canManageSubordinate", () => {
  test.each<[readonly string[], readonly string[], boolean]>([
    [["user"], [], false],
    [["user"], ["user"], false],
    [["admin"], [], true],
    [["admin"], ["user"], true],
    [["admin"], ["user", "user@red"], true],
    [["admin"], ["user", "admin@red"], false],
    [["admin"], ["admin"], false],
    [["admin"], ["super-admin"], false],
    [["super-admin"], ["admin", "user"], true],
    [["super-admin"], ["super-admin"], false],
    [["admin@red"], ["user@red"], true],
    [["admin@red"], ["user@blue"], false],
    [["admin@red"], ["user"], false],
    [["admin@red"], ["user@red", "user@blue"], false],
    [["admin@red", "admin@blue"], ["user@red", "user@blue"], true],
    [["admin@red"], [], false],
    [["admin@red", "user"], [], false],
    [["admin"], ["a role of yesterday"], false],
    [[], [], false],
  ])("with %j manages %j: %s", (held, target, allowed) => {
    expect(authorize(canManageSubordinate, about(user(held), target)).isOk()).toBe(allowed);
  });

  test("is never for one's own account, however high", () => {
    for (const held of [["user"], ["admin"], ["super-admin"], []]) {
      expect(authorize(canManageSubordinate, about(user(held), ["user"], "ada")).isOk()).toBe(false);
    }
  });

  test("is for the host's software, unless a protected role is held", () => {
    expect(
      [[], ["user"], ["admin"], ["super-admin"], ["user", "super-admin"]].map((held) =>
        authorize(canManageSubordinate, about(system, held)).isOk(),
      ),
    ).toEqual([true, true, true, false, false]);
  });
});

describe("canManageRole", () => {
  test.each<[Acting, string, boolean]>([
    [user(["admin"]), "user", true],
    [user(["admin"]), "user@red", true],
    [user(["admin"]), "admin", false],
    [user(["admin@red"]), "user@red", true],
    [user(["admin@red"]), "user@blue", false],
    [user(["admin@red"]), "user", false],
    [user(["super-admin"]), "admin", true],
    [user(["super-admin"]), "super-admin", false],
    [user(["admin"]), "constructor", false],
    [system, "admin", true],
    [system, "super-admin", false],
    [system, "super-admin@red", false],
  ])("%o, %s: %s", (actor, which, allowed) => {
    expect(authorize(canManageRole, role(actor, which)).isOk()).toBe(allowed);
  });
});

describe("isAdministrator", () => {
  test("is who manages somebody everywhere, and the host's software", () => {
    const may = (actor: Acting) => authorize(isAdministrator, { actor, hierarchy: defaultRoles }).isOk();
    expect([user(["user"]), user(["admin@red"]), user([])].map(may)).toEqual([false, false, false]);
    expect([user(["admin"]), user(["user", "super-admin"]), system].map(may)).toEqual([true, true, true]);
    const flat = defineRoles({ a: {}, b: { manages: [] } });
    expect(authorize(isAdministrator, { actor: user(["b"]), hierarchy: flat }).isOk()).toBe(false);
  });
});
