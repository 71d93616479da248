import { field } from "../../kernel/hostile.js";
import type { Result } from "../../kernel/result.js";
import type { Types } from "../../types.js";
import type { NewUser } from "../../users/definition.js";
import type { CommandUnit } from "../context.js";
import { registerAccount } from "../register-account.js";
import type { AccountCreated, CreateAccountError } from "../register-account.js";

/** A new user, as `users.create` takes it, and the role of his account. */
export type CreateAccountInput<T extends Types> = NewUser<T["attributesInput"], T["methods"]> & {
  readonly role: T["role"];
};

/** By an administrator: a user and an active account, with a role below the administrator's own. */
export async function createAccount<T extends Types>(
  inside: CommandUnit,
  input: unknown,
  options: unknown,
): Promise<Result<AccountCreated, CreateAccountError<T>>> {
  const registered = await registerAccount<T>(inside, input, { status: "active", id: field(options, "id") });
  return registered.map(({ user }) => ({ userId: user.id }));
}
