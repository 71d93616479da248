import { domainError } from "../kernel/error.js";
import type { DomainError } from "../kernel/error.js";
import { field, holds } from "../kernel/hostile.js";
import { err, ok } from "../kernel/result.js";
import type { Result } from "../kernel/result.js";
import { isAbove, isProtectedRole, managedBy } from "./roles.js";
import type { RoleHierarchy } from "./roles.js";
import type { AccountStatus, RoleGrant } from "./state.js";

/** An account as permissions see it: an `Account`, or what a query read. */
export interface Subject {
  readonly id: string;
  readonly status: AccountStatus;
  readonly roles: readonly RoleGrant[];
}

/** Who wants something: an account, or a part of the host's own software. */
export type Acting = { readonly kind: "user"; readonly account: Subject } | { readonly kind: "system" };

/** What every permission decides on. */
export interface PermissionContext {
  readonly actor: Acting;
  readonly hierarchy: RoleHierarchy;
}

export interface TargetContext extends PermissionContext {
  /** Whose account it is about. */
  readonly target: Subject;
}

export interface RoleContext extends PermissionContext {
  /** Which role it is about, and where; null is everywhere. */
  readonly role: string;
  readonly scope: string | null;
}

/** A rule with a name. Pure. Compose with `anyOf` and `allOf`, and write your own as plain objects. */
export interface Permission<Context extends PermissionContext = PermissionContext> {
  readonly name: string;
  allows(context: Context): boolean;
}

/** The actor may not do this. `permission` names the rule that said no. */
export type NotAuthorized = DomainError<"not-authorized"> & { readonly permission: string };

/**
 * Deny by default: only an actor whose account is active, and for whom the permission says exactly `true`, may. A permission
 * that throws has said no. Error: `not-authorized`.
 */
export function authorize<Context extends PermissionContext>(
  permission: Permission<Context>,
  context: Context,
): Result<void, NotAuthorized> {
  const allowed = holds(() => {
    const { actor } = context;
    return (actor.kind === "system" || (actor.kind === "user" && actor.account.status === "active")) && permission.allows(context) === true;
  });
  if (allowed) return ok(undefined);
  const name = field(permission, "name");
  return err(domainError("not-authorized", "the actor may not do this", { permission: typeof name === "string" ? name : "" }));
}

/** What one of the permissions allows. */
export const anyOf = <Context extends PermissionContext>(...permissions: readonly Permission<Context>[]): Permission<Context> => ({
  name: `any of ${permissions.map(({ name }) => name).join(", ")}`,
  allows: (context) => permissions.some((permission) => permission.allows(context) === true),
});

/** What every one of the permissions allows; nothing when there is none. */
export const allOf = <Context extends PermissionContext>(...permissions: readonly Permission<Context>[]): Permission<Context> => ({
  name: `all of ${permissions.map(({ name }) => name).join(", ")}`,
  allows: (context) => permissions.length > 0 && permissions.every((permission) => permission.allows(context) === true),
});

/** The account is the actor's own. */
export const canManageSelf: Permission<TargetContext> = {
  name: "can-manage-self",
  allows: ({ actor, target }) => actor.kind === "user" && actor.account.id === target.id,
};

/**
 * The account is another's, and all that it holds is below what the actor holds. The host's own software manages everybody but
 * holders of protected roles.
 */
export const canManageSubordinate: Permission<TargetContext> = {
  name: "can-manage-subordinate",
  allows: ({ actor, target, hierarchy }) => {
    // A copy has no holes: what is not there is no role that somebody manages.
    const roles = [...target.roles];
    if (actor.kind === "system") return roles.every(({ role }) => !isProtectedRole(hierarchy, role));
    if (actor.account.id === target.id) return false;
    // Without a role nobody is below anybody: that takes a manager whose role counts everywhere.
    return roles.length === 0
      ? managesEverywhere(hierarchy, actor.account)
      : roles.every((grant) => isAbove(hierarchy, actor.account.roles, grant));
  },
};

/** The role is below one of the actor's, in that scope. The host's own software manages every role that is not protected. */
export const canManageRole: Permission<RoleContext> = {
  name: "can-manage-role",
  allows: ({ actor, role, scope, hierarchy }) =>
    actor.kind === "system" ? !isProtectedRole(hierarchy, role) : isAbove(hierarchy, actor.account.roles, { role, scope }),
};

/** The actor manages somebody, everywhere: what lists of everybody take. */
export const isAdministrator: Permission = {
  name: "is-administrator",
  allows: ({ actor, hierarchy }) => actor.kind === "system" || managesEverywhere(hierarchy, actor.account),
};

const managesEverywhere = (hierarchy: RoleHierarchy, { roles }: Subject): boolean =>
  roles.some(({ role, scope }) => scope === null && managedBy(hierarchy, role).length > 0);
