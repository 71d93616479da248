import type { InvalidArgument } from "../../kernel/error.js";
import { domainError } from "../../kernel/error.js";
import { err, ok } from "../../kernel/result.js";
import type { Result } from "../../kernel/result.js";
import type { UserNotFound } from "../../users/errors.js";
import type { CommandUnit } from "../context.js";
import type { AccountNotFound } from "../errors.js";
import { idIn } from "../input.js";
import { canManageSubordinate } from "../permissions.js";
import { permittedTarget } from "../presence.js";
import type { TargetError } from "../presence.js";

export interface EraseUserInput {
  readonly id: string;
}

export type EraseUserError = Exclude<TargetError, AccountNotFound> | UserNotFound | InvalidArgument;

/**
 * By an administrator, for a subordinate, or for a user who has no account (any more). Empties who he is, here and in every event that is
 * about him, closes his account, ends his sessions and frees his identifiers, in one commit; one who is erased stays so. What a user may
 * do to himself is the host's decision: prove him, then ask as the host's own software.
 */
export async function eraseUser(inside: CommandUnit, input: unknown): Promise<Result<void, EraseUserError>> {
  const id = idIn(input, "id");
  if (id.isErr()) return err(id.error);
  const permitted = await permittedTarget(inside, id.value, canManageSubordinate, { closed: true });
  if (permitted.isErr() && permitted.error.code !== "account-not-found") return err(permitted.error);
  const user = await inside.users.get(id.value, { removed: true });
  if (user.isErr()) return err(user.error.code === "not-found" ? domainError("user-not-found", "there is no such user") : user.error);
  return ok(user.value.erase());
}
