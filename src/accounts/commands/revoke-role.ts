import { err } from "../../kernel/result.js";
import type { Result } from "../../kernel/result.js";
import type { CommandUnit } from "../context.js";
import { manageableRole } from "../manageable-role.js";
import type { RoleError } from "./grant-role.js";

/** By an administrator, for a subordinate: the grant of exactly this scope. What it allowed ends at once; the sessions go on. */
export async function revokeRole(inside: CommandUnit, input: unknown): Promise<Result<void, RoleError>> {
  const managed = await manageableRole(inside, input);
  if (managed.isErr()) return err(managed.error);
  const { target, role, scope } = managed.value;
  return target.revoke(role, scope);
}
