import type { LoadError } from "../../errors.js";
import { field } from "../../kernel/hostile.js";
import { err } from "../../kernel/result.js";
import type { Result } from "../../kernel/result.js";
import type { InvalidArgument } from "../../kernel/error.js";
import type { UserRemoved, UserTaken } from "../../users/errors.js";
import type { UsernameInvalid } from "../../users/values/username.js";
import type { CommandUnit } from "../context.js";
import { notAuthenticated } from "../errors.js";
import { ownPresence } from "../presence.js";
import type { PresenceError } from "../presence.js";

export interface SetUsernameInput {
  readonly username: string;
}

export type SetUsernameError = PresenceError | UsernameInvalid | UserTaken | UserRemoved | LoadError | InvalidArgument;

/** The actor's own username, first or new. Unique, and not to be confused with another's (UTS #39). */
export async function setUsername(inside: CommandUnit, input: unknown): Promise<Result<void, SetUsernameError>> {
  const own = await ownPresence(inside);
  if (own.isErr()) return err(own.error);
  const user = await inside.users.get(own.value.account.id);
  if (user.isErr()) return err(user.error.code === "not-found" ? notAuthenticated() : user.error);
  return user.value.setUsername(field(input, "username"));
}
