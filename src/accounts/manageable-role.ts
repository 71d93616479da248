import type { InvalidArgument } from "../kernel/error.js";
import { err } from "../kernel/result.js";
import type { Result } from "../kernel/result.js";
import type { Account } from "./account.js";
import type { CommandUnit } from "./context.js";
import { idIn, roleIn } from "./input.js";
import { authorize, canManageRole, canManageSubordinate } from "./permissions.js";
import { permittedTarget } from "./presence.js";
import type { TargetError } from "./presence.js";

/** Whose role it is about, and which: both below the actor. */
export async function manageableRole(
  inside: CommandUnit,
  input: unknown,
): Promise<Result<{ readonly target: Account; readonly role: string; readonly scope: string | null }, TargetError | InvalidArgument>> {
  const id = idIn(input, "id");
  if (id.isErr()) return err(id.error);
  const wanted = roleIn(input);
  if (wanted.isErr()) return err(wanted.error);
  const permitted = await permittedTarget(inside, id.value, canManageSubordinate);
  if (permitted.isErr()) return err(permitted.error);
  const { target, context } = permitted.value;
  return authorize(canManageRole, { ...context, ...wanted.value }).map(() => ({ target, ...wanted.value }));
}
