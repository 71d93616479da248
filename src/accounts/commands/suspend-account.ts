import type { InvalidArgument } from "../../kernel/error.js";
import { invalidArgument } from "../../kernel/error.js";
import { field } from "../../kernel/hostile.js";
import { err } from "../../kernel/result.js";
import type { Result } from "../../kernel/result.js";
import type { CommandUnit } from "../context.js";
import type { AccountClosed, AccountProtected } from "../errors.js";
import { idIn } from "../input.js";
import { canManageSubordinate } from "../permissions.js";
import { permittedTarget } from "../presence.js";
import type { TargetError } from "../presence.js";

export interface SuspendAccountInput {
  readonly id: string;
  /** For the log: 1 to 1000 characters. */
  readonly reason?: string;
}

export type SuspendAccountError = TargetError | AccountClosed | AccountProtected | InvalidArgument;

/** By an administrator, for a subordinate. All its sessions end in the same commit, and its owner cannot lift it. */
export async function suspendAccount(inside: CommandUnit, input: unknown): Promise<Result<void, SuspendAccountError>> {
  const id = idIn(input, "id");
  if (id.isErr()) return err(id.error);
  const reason = field(input, "reason") ?? null;
  if (reason !== null && typeof reason !== "string") return err(invalidArgument("reason", "must be text"));
  const permitted = await permittedTarget(inside, id.value, canManageSubordinate);
  return permitted.isErr() ? err(permitted.error) : permitted.value.target.suspend(reason);
}
