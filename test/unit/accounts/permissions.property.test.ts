import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { authorize, canManageRole, canManageSubordinate, defineRoles, isAdministrator } from "denizen";
import type { RoleHierarchy, Subject } from "denizen";

const names = ["a", "b", "c", "d", "e", "f"];

/** Roles that manage some of those after them; protected ones are managed by nobody. */
const hierarchies: fc.Arbitrary<RoleHierarchy> = fc
  .record({
    edges: fc.array(fc.boolean(), { minLength: 36, maxLength: 36 }),
    guarded: fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
  })
  .map(({ edges, guarded }) => {
    const manages = (above: number) =>
      names.filter((_, below) => below > above && edges[above * 6 + below] === true && guarded[below] !== true);
    return defineRoles(
      Object.fromEntries(names.map((name, index) => [name, { manages: manages(index) as never, protected: guarded[index] === true }])),
    );
  });

const grants = fc.array(
  fc.record({
    role: fc.constantFrom(...names),
    scope: fc.constantFrom(null, "red", "blue"),
    grantedAt: fc.constant("2026-01-01T00:00:00.000Z"),
  }),
  { maxLength: 4 },
);
const subjects: fc.Arbitrary<Subject> = fc.record({
  id: fc.constantFrom("ada", "bob", "eve"),
  status: fc.constant("active" as const),
  roles: grants,
});

const manages = (hierarchy: RoleHierarchy, one: Subject, other: Subject): boolean =>
  authorize(canManageSubordinate, { actor: { kind: "user", account: one }, hierarchy, target: other }).isOk();

/** The roles that a role manages, and those that these manage, and so on. */
const allBelow = ({ rules }: RoleHierarchy, role: string): readonly string[] =>
  (rules[role]?.manages ?? []).flatMap((below) => [below, ...allBelow({ rules }, below)]);

describe("whatever the hierarchy, and whoever holds what", () => {
  test("nobody manages himself, and no two manage each other", () => {
    let managed = 0;
    fc.assert(
      fc.property(hierarchies, subjects, subjects, (hierarchy, one, other) => {
        expect(manages(hierarchy, one, one)).toBe(false);
        expect(manages(hierarchy, one, { ...other, id: one.id })).toBe(false);
        if (manages(hierarchy, one, other)) {
          managed++;
          expect(manages(hierarchy, other, one)).toBe(false);
        }
      }),
      { numRuns: 3000 },
    );
    expect(managed).toBeGreaterThan(30);
  });

  test("nobody manages round in a circle", () => {
    fc.assert(
      fc.property(hierarchies, fc.tuple(grants, grants, grants), (hierarchy, held) => {
        const [a, b, c] = held.map((roles, index): Subject => ({ id: `id ${index}`, status: "active", roles }));
        if (a === undefined || b === undefined || c === undefined) throw new Error("three are drawn");
        expect(manages(hierarchy, a, b) && manages(hierarchy, b, c) && manages(hierarchy, c, a)).toBe(false);
      }),
      { numRuns: 3000 },
    );
  });

  test("nobody manages a holder of a protected role, or of something that is his own or above", () => {
    fc.assert(
      fc.property(hierarchies, subjects, subjects, (hierarchy, one, other) => {
        if (!manages(hierarchy, one, other)) return;
        for (const { role } of other.roles) {
          expect(hierarchy.rules[role]?.protected).toBe(false);
          expect(one.roles.some((grant) => allBelow(hierarchy, grant.role).includes(role))).toBe(true);
        }
        // Every holder of the highest of one's own roles is out of reach.
        const highest = one.roles.filter(({ role }) => !one.roles.some((grant) => allBelow(hierarchy, grant.role).includes(role)));
        for (const grant of highest) expect(manages(hierarchy, one, { ...other, roles: [...other.roles, grant] })).toBe(false);
      }),
      { numRuns: 3000 },
    );
  });

  test("a grant in a scope gives power over nothing outside of it, and the host's software has none over protected roles", () => {
    fc.assert(
      fc.property(hierarchies, subjects, subjects, fc.constantFrom(...names), (hierarchy, one, other, role) => {
        const scoped = { ...one, roles: one.roles.map((grant) => ({ ...grant, scope: "red" })) };
        const actor = { kind: "user", account: scoped } as const;
        if (manages(hierarchy, scoped, other)) {
          expect(other.roles.length).toBeGreaterThan(0);
          expect(other.roles.every(({ scope }) => scope === "red")).toBe(true);
        }
        for (const scope of [null, "blue"]) expect(authorize(canManageRole, { actor, hierarchy, role, scope }).isOk()).toBe(false);
        expect(authorize(isAdministrator, { actor, hierarchy }).isOk()).toBe(false);
        const system = { kind: "system" } as const;
        expect(authorize(canManageRole, { actor: system, hierarchy, role, scope: null }).isOk()).toBe(
          hierarchy.rules[role]?.protected === false,
        );
      }),
      { numRuns: 2000 },
    );
  });

  test("who may grant a role could not grant any of those that he holds for himself alone", () => {
    fc.assert(
      fc.property(hierarchies, subjects, fc.constantFrom(...names), (hierarchy, one, role) => {
        const actor = { kind: "user", account: one } as const;
        if (!authorize(canManageRole, { actor, hierarchy, role, scope: null }).isOk()) return;
        const grantee: Subject = { id: "other", status: "active", roles: [{ role, scope: null, grantedAt: "" }] };
        expect(manages(hierarchy, { ...one, id: "one" }, grantee)).toBe(true);
        expect(manages(hierarchy, grantee, { ...one, id: "one" })).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });
});
