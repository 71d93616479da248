import type { LoadError } from "../../errors.js";
import { invalidArgument } from "../../kernel/error.js";
import { field } from "../../kernel/hostile.js";
import { err } from "../../kernel/result.js";
import type { Result } from "../../kernel/result.js";
import type { Types } from "../../types.js";
import type { NewUser } from "../../users/definition.js";
import type { CommandUnit } from "../context.js";
import { issueChallenge } from "../proofs/issue-challenge.js";
import { registerAccount } from "../register-account.js";
import type { AccountCreated, CreateAccountError } from "../register-account.js";

/** A new user with an e-mail, as `users.create` takes it but for the password, which is his own to choose; and the role of his account. */
export type InviteUserInput<T extends Types> = Omit<NewUser<T["attributesInput"], T["methods"]>, "password" | "emails"> & {
  /** Where the invitation goes: to the first one. */
  readonly emails: readonly [string, ...string[]];
  readonly role: T["role"];
};

export type InviteUserError<T extends Types> = CreateAccountError<T> | LoadError;

/** By an administrator: a user, an account that waits, with a role below the administrator's own, and a link to his e-mail. */
export async function inviteUser<T extends Types>(
  inside: CommandUnit,
  input: unknown,
  options: unknown,
): Promise<Result<AccountCreated, InviteUserError<T>>> {
  if (field(input, "password") !== undefined) return err(invalidArgument("password", "is chosen by who is invited"));
  const registered = await registerAccount<T>(inside, input, { status: "pending", id: field(options, "id") });
  if (registered.isErr()) return err(registered.error);
  const { user } = registered.value;
  if (user.primaryEmail === null) return err(invalidArgument("emails", "must have one: the invitation goes there"));
  const issued = await issueChallenge(inside, registered.value, { purpose: "invitation", channel: "email", address: user.primaryEmail });
  return issued.map(() => ({ userId: user.id }));
}
