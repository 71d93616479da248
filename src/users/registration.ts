import type { InvalidScope, UnitClosed } from "../errors.js";
import { AnyAggregate } from "../kernel/aggregate.js";
import { errAsync } from "../kernel/result.js";
import type { ResultAsync } from "../kernel/result.js";
import type { StoredAggregate } from "../ports/store.js";
import type { Methods } from "../types.js";
import type { Repository } from "../unit/repository.js";
import type { BoundUser } from "./bound-user.js";
import type { CreateUserError, UserDefinition } from "./definition.js";
import type { UserState } from "./state.js";
import { UserId } from "./values/user-id.js";
import type { UserIdInvalid } from "./values/user-id.js";
import { mintVerified } from "./verified.js";
import type { Sight, Verified } from "./verified.js";

export type RegistrationError = CreateUserError<Methods> | UserIdInvalid | UnitClosed | InvalidScope;

type Registered = UserDefinition<object, object, Methods>;
export type RegisteredUser = BoundUser<object, object>;
export interface RegisteringUnit {
  readonly users: Repository<Registered>;
}

/**
 * How another context brings a user into being: in its own unit of work, so that no address and no password has to travel in an
 * event. Nothing is written before that unit commits.
 */
export interface UserRegistration {
  /** `id` where the host has ids of its own; undefined for one of denizen's. */
  register(unit: RegisteringUnit, user: unknown, id: unknown): ResultAsync<RegisteredUser, RegistrationError>;
}

/**
 * Whoever has just registered with a password has proved it by choosing it: a proof made in the commit that keeps the user.
 * Nothing for one who has registered without.
 */
export function provedByRegistering(
  user: RegisteredUser,
  {
    application,
    tenant,
    at,
    account,
  }: Omit<Sight, "user" | "alongside"> & Pick<Verified, "tenant" | "at"> & { readonly account: StoredAggregate },
): Verified | undefined {
  const userId = UserId.parse(user.id).unwrapOr(undefined);
  if (userId === undefined || user.password === undefined) return undefined;
  // The state of a user is the users context's own.
  const state = AnyAggregate.stateOf(user) as UserState;
  return mintVerified({ userId, tenant, method: "password", at }, { application, user: state, alongside: { account } });
}

export const userRegistration: UserRegistration = {
  register: ({ users }, user, given) => {
    // `create` checks every field of what it is given.
    const input = user as Parameters<typeof users.create>[0];
    if (given === undefined) return users.create(input);
    const id = UserId.parse(given);
    return id.isErr() ? errAsync(id.error) : users.create(input, { id: id.value });
  },
};
