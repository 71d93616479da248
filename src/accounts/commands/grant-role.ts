import type { InvalidArgument } from "../../kernel/error.js";
import { err } from "../../kernel/result.js";
import type { Result } from "../../kernel/result.js";
import type { CommandUnit } from "../context.js";
import type { AccountClosed, RoleUnknown } from "../errors.js";
import { manageableRole } from "../manageable-role.js";
import type { TargetError } from "../presence.js";

export interface RoleInput<Role extends string> {
  readonly id: string;
  readonly role: Role;
  /** Where the grant counts: the host's own text. Everywhere when left out. */
  readonly scope?: string | null;
}

export type RoleError = TargetError | AccountClosed | RoleUnknown | InvalidArgument;

/** By an administrator, for a subordinate: a role below the administrator's own. */
export async function grantRole(inside: CommandUnit, input: unknown): Promise<Result<void, RoleError>> {
  const managed = await manageableRole(inside, input);
  if (managed.isErr()) return err(managed.error);
  const { target, role, scope } = managed.value;
  return target.grant(role, scope);
}
