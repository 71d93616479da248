import { ConfigurationError, configured } from "../kernel/error.js";
import { deepFreeze } from "../kernel/freeze.js";
import { field } from "../kernel/hostile.js";
import type { RoleGrant } from "./state.js";

/** What holding a role means for other accounts. */
export interface RoleRules<Role extends string = string> {
  /** The roles below this one: their holders it manages, and it may grant and revoke them. */
  readonly manages?: readonly Role[];
  /**
   * Nobody manages such a role or whoever holds it: it comes and goes by `application.bootstrap` alone, its holders are never
   * suspended, deactivated or removed, and its last holder keeps it.
   */
  readonly protected?: boolean;
}

/** Typed roles, and who is below whom. */
export interface RoleHierarchy<Role extends string = string> {
  readonly rules: Readonly<Record<string, RoleRules>>;
  /** Never there at run time: carries the names. */
  readonly $role?: Role;
}

const NAME = /^[a-z][a-z0-9-]{0,62}$/;

type Rules<Names extends PropertyKey> = { readonly [Name in Names]: RoleRules<Names & string> };

/** `defineRoles({ reader: {}, editor: { manages: ["reader"] } })`. Throws a `ConfigurationError` for a hierarchy that is none. */
export function defineRoles<const R extends Rules<keyof R>>(rules: R): RoleHierarchy<keyof R & string> {
  return configured("defineRoles", () => {
    const problems = problemsOfRoles(rules);
    if (problems.length > 0) throw new ConfigurationError(problems);
    return { rules: deepFreeze(structuredClone<Readonly<Record<string, RoleRules>>>(rules)) };
  });
}

/** Users, administrators of users, and super administrators over both, who are protected. */
export const defaultRoles = defineRoles({
  user: {},
  admin: { manages: ["user"] },
  "super-admin": { manages: ["admin", "user"], protected: true },
});

export type DefaultRole = "user" | "admin" | "super-admin";

/** Everything that is wrong with a hierarchy, whoever wrote it. */
export function problemsOfRoles(rules: unknown): readonly string[] {
  if (typeof rules !== "object" || rules === null) return ["roles must be an object of roles: see defineRoles"];
  const below = new Map(Object.entries(rules).map(([name, rule]) => [name, field(rule, "manages") ?? []] as const));
  return [...below].flatMap(([name, manages]) => {
    const wrong = (what: string): string => `roles.${name} ${what}`;
    if (!NAME.test(name)) return [wrong("must be named by 1 to 63 lower-case letters, digits and hyphens")];
    if (!Array.isArray(manages)) return [wrong("must have manages as a list of roles")];
    if (!["boolean", "undefined"].includes(typeof field(field(rules, name), "protected")))
      return [wrong("must have protected as true or false")];
    return manages.flatMap((role: unknown) => {
      if (typeof role !== "string" || !below.has(role)) return [wrong("manages a role that is not defined")];
      if (field(field(rules, role), "protected") === true) return [wrong(`manages ${role}, which is protected`)];
      return reaches(below, role, name, new Set()) ? [wrong(`manages ${role}, which is above it or the same`)] : [];
    });
  });
}

function reaches(below: ReadonlyMap<string, unknown>, from: string, to: string, seen: Set<string>): boolean {
  if (from === to) return true;
  if (seen.has(from)) return false;
  seen.add(from);
  const next = below.get(from);
  return Array.isArray(next) && next.some((role: unknown) => typeof role === "string" && reaches(below, role, to, seen));
}

const rulesOf = ({ rules }: RoleHierarchy, role: string): RoleRules | undefined => (Object.hasOwn(rules, role) ? rules[role] : undefined);

/** Whether something could be the name of a role, also of one that the hierarchy had once. */
export const isRoleName = (name: unknown): name is string => typeof name === "string" && NAME.test(name);

export const isRole = (hierarchy: RoleHierarchy, role: unknown): role is string =>
  typeof role === "string" && rulesOf(hierarchy, role) !== undefined;

export const isProtectedRole = (hierarchy: RoleHierarchy, role: string): boolean => rulesOf(hierarchy, role)?.protected === true;

/** The roles below a role. */
export const managedBy = (hierarchy: RoleHierarchy, role: string): readonly string[] => rulesOf(hierarchy, role)?.manages ?? [];

/** Whether one of these grants is above a role in a scope: granted everywhere, or in that very scope. */
export const isAbove = (
  hierarchy: RoleHierarchy,
  grants: readonly RoleGrant[],
  { role, scope }: { readonly role: string; readonly scope: string | null },
): boolean => grants.some((grant) => (grant.scope === null || grant.scope === scope) && managedBy(hierarchy, grant.role).includes(role));
