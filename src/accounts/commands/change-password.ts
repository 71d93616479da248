import type { LoadError } from "../../errors.js";
import type { InvalidArgument } from "../../kernel/error.js";
import { field } from "../../kernel/hostile.js";
import { err } from "../../kernel/result.js";
import type { Result } from "../../kernel/result.js";
import type { CommitError } from "../../errors.js";
import type { Methods, Types } from "../../types.js";
import type { EnrolError, VerifyError } from "../../users/bound-user.js";
import type { PasswordUnchanged } from "../../users/errors.js";
import type { InputOf } from "../../users/proof-input.js";
import { inUnit } from "../context.js";
import type { CommandContext } from "../context.js";
import { notAuthenticated } from "../errors.js";
import { ownPresence } from "../presence.js";
import type { PresenceError } from "../presence.js";

export interface ChangePasswordInput<M extends Methods> {
  readonly current: InputOf<M, "password">;
  readonly next: InputOf<M, "password">;
}

export type ChangePasswordError<T extends Types> =
  | PresenceError
  | VerifyError<T["methods"]>
  | EnrolError<T["methods"], "password">
  | PasswordUnchanged
  | LoadError
  | CommitError<T>
  | InvalidArgument;

/** Takes the current password, which counts as a guess. All sessions but the one that asks end in the same commit. */
export async function changePassword<T extends Types>(
  context: CommandContext,
  input: unknown,
): Promise<Result<void, ChangePasswordError<T>>> {
  const changed = await inUnit(context, async (inside): Promise<Result<void, ChangePasswordError<T>>> => {
    const own = await ownPresence(inside);
    if (own.isErr()) return err(own.error);
    const user = await inside.users.get(own.value.account.id);
    if (user.isErr()) return err(user.error.code === "not-found" ? notAuthenticated() : user.error);
    // Each method checks its own input.
    const passwords = { current: field(input, "current") as never, next: field(input, "next") as never };
    const outcome = await user.value.changePassword(passwords);
    // The repository knows the methods as a map; their own types say how they fail.
    return outcome.mapErr((error) => error as ChangePasswordError<T>);
  });
  // The unit's own definitions and subscribers, which `T` names, say how it fails.
  return changed as Result<void, ChangePasswordError<T>>;
}
