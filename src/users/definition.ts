import type { AggregateDefinition, Identifier } from "../kernel/definition.js";
import type { InvalidArgument } from "../kernel/error.js";
import type { AddAddressError } from "./address-book.js";
import { userBehaviour } from "./behaviour.js";
import { BoundUser } from "./bound-user.js";
import type { EnrolError } from "./bound-user.js";
import { createUser } from "./commands/create-user.js";
import type { AttributesInvalid, UserTaken } from "./errors.js";
import { userTaken } from "./errors.js";
import type { UserEvents } from "./events.js";
import type { InputOf } from "./proof-input.js";
import type { Methods } from "../types.js";
import type { UserServices } from "./services.js";
import type { UserState } from "./state.js";
import { Email } from "./values/email.js";
import type { EmailInvalid } from "./values/email.js";
import { PersonName } from "./values/person-name.js";
import type { NameInvalid } from "./values/person-name.js";
import type { PhoneInvalid } from "./values/phone-number.js";
import type { UsernameInvalid } from "./values/username.js";

/** A new user. Only the name is required; the attributes where the host's schema asks for some. */
export type NewUser<AI extends object, M extends Methods> = {
  /** One display name, or given and family names. */
  readonly name: string | { readonly display?: string; readonly given?: string; readonly family?: string };
  readonly username?: string;
  /** The first one becomes primary. */
  readonly emails?: readonly string[];
  readonly phones?: readonly string[];
  readonly password?: InputOf<M, "password">;
} & (Record<never, never> extends AI ? { readonly attributes?: AI } : { readonly attributes: AI });

export type CreateUserError<M extends Methods> =
  | NameInvalid
  | UsernameInvalid
  | EmailInvalid
  | PhoneInvalid
  | AddAddressError
  | AttributesInvalid
  | InvalidArgument
  | ("password" extends keyof M ? EnrolError<M, "password"> : never);

export type UserDefinition<A extends object, AI extends object, M extends Methods> = AggregateDefinition<
  BoundUser<A, AI, M>,
  UserState,
  UserEvents,
  NewUser<AI, M>,
  CreateUserError<M>,
  UserTaken
>;

/** What users are found by. A removed user keeps all of them reserved; an erased one has none. */
export function identifiersOf({ name, username, emails, phones }: UserState): readonly Identifier[] {
  return [
    ...emails.map(({ value }) => ({ kind: "email", key: Email.key(value) })),
    ...(username === null
      ? []
      : [
          { kind: "username", key: username.value },
          { kind: "username-skeleton", key: username.skeleton },
        ]),
    ...phones.map(({ value }) => ({ kind: "phone", key: value })),
    ...(name === null ? [] : [{ kind: "name", key: PersonName.key(name), shared: true }]),
  ];
}

export const isRemoved = ({ removedAt }: UserState): boolean => removedAt !== null;

/** `User`, registered in the way of the host's own aggregates. */
export const defineUsers = <A extends object, AI extends object, M extends Methods>(
  services: () => UserServices,
): UserDefinition<A, AI, M> => ({
  ...userBehaviour,
  identifiers: identifiersOf,
  taken: userTaken,
  isRemoved,
  from: (root, unit) => new BoundUser(root, unit, services()),
  create: (user, input) => createUser(user, input, services()),
});
