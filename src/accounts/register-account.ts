import type { InvalidScope, UnitClosed } from "../errors.js";
import type { InvalidArgument } from "../kernel/error.js";
import { field } from "../kernel/hostile.js";
import { err } from "../kernel/result.js";
import type { Result } from "../kernel/result.js";
import type { Types } from "../types.js";
import type { CreateUserError } from "../users/definition.js";
import type { UserTaken } from "../users/errors.js";
import { userRegistration } from "../users/registration.js";
import type { RegisteredUser } from "../users/registration.js";
import type { UserIdInvalid } from "../users/values/user-id.js";
import type { Account } from "./account.js";
import { roleUnknown } from "./account.js";
import type { CommandUnit } from "./context.js";
import type { RoleUnknown } from "./errors.js";
import { roleIn } from "./input.js";
import { authorize, canManageRole } from "./permissions.js";
import type { NotAuthorized } from "./permissions.js";
import { presence } from "./presence.js";
import type { PresenceError } from "./presence.js";
import { isRole } from "./roles.js";

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

/** A user and an account for somebody else, by an administrator whose role is above the new one's. */
export async function registerAccount<T extends Types>(
  inside: CommandUnit,
  input: unknown,
  { status, id }: { readonly status: "pending" | "active"; readonly id: unknown },
): Promise<Result<{ readonly user: RegisteredUser; readonly account: Account }, CreateAccountError<T>>> {
  const role = roleIn({ role: field(input, "role") });
  if (role.isErr()) return err(role.error);
  const present = await presence(inside);
  if (present.isErr()) return err(present.error);
  const { hierarchy } = inside.unit.engine.accounts;
  const allowed = authorize(canManageRole, { actor: present.value.acting, hierarchy, ...role.value });
  if (allowed.isErr()) return err(allowed.error);
  if (!isRole(hierarchy, role.value.role)) return err(roleUnknown(role.value.role));
  const user = await userRegistration.register(inside, input, id);
  // What a user is made of is the host's own types' business, which the registration does not know.
  if (user.isErr()) return err(user.error as CreateAccountError<T>);
  const account = await inside.accounts.create({ status, role: role.value.role }, { id: user.value.id });
  return account.map((opened) => ({ user: user.value, account: opened }));
}
