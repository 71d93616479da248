import type { LoadError } from "../../errors.js";
import { domainError } from "../../kernel/error.js";
import type { InvalidArgument } from "../../kernel/error.js";
import { field } from "../../kernel/hostile.js";
import { err } from "../../kernel/result.js";
import type { Result } from "../../kernel/result.js";
import type { Methods } from "../../types.js";
import type { EnrolError } from "../../users/bound-user.js";
import type { InputOf } from "../../users/proof-input.js";
import type { CommandUnit } from "../context.js";
import { accountNotFound } from "../errors.js";
import type { CommandDisabled } from "../errors.js";
import { idIn } from "../input.js";
import { canManageSubordinate } from "../permissions.js";
import { permittedTarget } from "../presence.js";
import type { TargetError } from "../presence.js";

export interface SetAccountPasswordInput<M extends Methods> {
  readonly id: string;
  readonly password: InputOf<M, "password">;
}

export type SetAccountPasswordError<M extends Methods> =
  TargetError | CommandDisabled | EnrolError<M, "password"> | LoadError | InvalidArgument;

/**
 * An administrator chooses a subordinate's password, where `accounts.setAccountPassword` allows that: an administrator should know
 * nobody's (OWASP ASVS 5.0 §6.4.6). All of the subordinate's sessions end in the same commit.
 */
export async function setAccountPassword<M extends Methods>(
  inside: CommandUnit,
  input: unknown,
): Promise<Result<void, SetAccountPasswordError<M>>> {
  if (!inside.unit.engine.accounts.setAccountPassword) {
    return err(domainError("command-disabled", "the setting accounts.setAccountPassword is off", { command: "setAccountPassword" }));
  }
  const id = idIn(input, "id");
  if (id.isErr()) return err(id.error);
  const permitted = await permittedTarget(inside, id.value, canManageSubordinate);
  if (permitted.isErr()) return err(permitted.error);
  const user = await inside.users.get(id.value);
  if (user.isErr()) return err(user.error.code === "not-found" ? accountNotFound() : user.error);
  const replaces = user.value.password !== undefined;
  // The method checks its own input.
  const set = await user.value.setPassword(field(input, "password") as never);
  // A first password replaces none, so that nobody else ends the sessions.
  if (set.isOk() && !replaces) return permitted.value.target.endSessions("password-changed").mapErr(() => accountNotFound());
  // The repository knows the methods as a map; their own types say how they fail.
  return set.mapErr((error) => error as SetAccountPasswordError<M>);
}
