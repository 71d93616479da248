import type { InvalidArgument } from "../../kernel/error.js";
import { err } from "../../kernel/result.js";
import type { Result } from "../../kernel/result.js";
import type { CommandUnit } from "../context.js";
import type { AccountClosed } from "../errors.js";
import { idIn } from "../input.js";
import { canManageSubordinate } from "../permissions.js";
import { permittedTarget } from "../presence.js";
import type { TargetError } from "../presence.js";

export interface ActivateAccountInput {
  readonly id: string;
}

export type ActivateAccountError = TargetError | AccountClosed | InvalidArgument;

/** By an administrator, for a subordinate: one that waits, or was deactivated, or was suspended. */
export async function activateAccount(inside: CommandUnit, input: unknown): Promise<Result<void, ActivateAccountError>> {
  const id = idIn(input, "id");
  if (id.isErr()) return err(id.error);
  const permitted = await permittedTarget(inside, id.value, canManageSubordinate);
  return permitted.isErr() ? err(permitted.error) : permitted.value.target.activate();
}
