import type { InvalidScope, UnitClosed } from "../../errors.js";
import type { InvalidArgument } from "../../kernel/error.js";
import { field } from "../../kernel/hostile.js";
import { err } from "../../kernel/result.js";
import type { Result } from "../../kernel/result.js";
import type { Types } from "../../types.js";
import type { CreateUserError, NewUser } from "../../users/definition.js";
import type { UserTaken } from "../../users/errors.js";
import { userRegistration } from "../../users/registration.js";
import type { UserIdInvalid } from "../../users/values/user-id.js";
import type { CommandUnit } from "../context.js";
import type { RoleUnknown } from "../errors.js";
import { roleUnknown } from "../account.js";
import { roleIn } from "../input.js";
import { isRole } from "../roles.js";
import { authorize, canManageRole } from "../permissions.js";
import type { NotAuthorized } from "../permissions.js";
import { presence } from "../presence.js";
import type { PresenceError } from "../presence.js";

/** A new user, as `users.create` takes it, and the role of his account. */
export type CreateAccountInput<T extends Types> = NewUser<T["attributesInput"], T["methods"]> & {
  readonly role: T["role"];
};

export interface AccountCreated {
  /** The user's id, which is his account's. */
  readonly userId: string;
}

export type CreateAccountError<T extends Types> =
  | PresenceError
  | NotAuthorized
  | CreateUserError<T["methods"]>
  | UserTaken
  | UserIdInvalid
  | RoleUnknown
  | UnitClosed
  | InvalidScope
  | InvalidArgument;

/** By an administrator: a user and an active account, with a role below the administrator's own. */
export async function createAccount<T extends Types>(
  inside: CommandUnit,
  input: unknown,
  options: unknown,
): Promise<Result<AccountCreated, CreateAccountError<T>>> {
  const role = roleIn({ role: field(input, "role") });
  if (role.isErr()) return err(role.error);
  const present = await presence(inside);
  if (present.isErr()) return err(present.error);
  const { hierarchy } = inside.unit.engine.accounts;
  const allowed = authorize(canManageRole, { actor: present.value.acting, hierarchy, ...role.value });
  if (allowed.isErr()) return err(allowed.error);
  if (!isRole(hierarchy, role.value.role)) return err(roleUnknown(role.value.role));
  const user = await userRegistration.register(inside, input, field(options, "id"));
  // What a user is made of is the host's own types' business, which the registration does not know.
  if (user.isErr()) return err(user.error as CreateAccountError<T>);
  const account = await inside.accounts.create({ status: "active", role: role.value.role }, { id: user.value.id });
  return account.map(({ id }) => ({ userId: id }));
}
