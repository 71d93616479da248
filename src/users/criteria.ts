import { invalidArgument } from "../kernel/error.js";
import type { InvalidArgument } from "../kernel/error.js";
import type { Identifier } from "../kernel/definition.js";
import { err } from "../kernel/result.js";
import type { Result } from "../kernel/result.js";
import type { PhoneParser } from "../ports/phone-parser.js";
import type { Lookup } from "../ports/store.js";
import { Email } from "./values/email.js";
import type { EmailInvalid } from "./values/email.js";
import { PersonName } from "./values/person-name.js";
import type { NameInvalid } from "./values/person-name.js";
import type { PhoneInvalid } from "./values/phone-number.js";
import { UserId } from "./values/user-id.js";
import type { UserIdInvalid } from "./values/user-id.js";
import { Username } from "./values/username.js";
import type { UsernameInvalid } from "./values/username.js";
import { oneField } from "../kernel/input.js";

/** Which user is meant, by one of these. Only names can be shared. */
export type UserCriteria =
  | { readonly id: string }
  | { readonly email: string }
  | { readonly username: string }
  | { readonly phone: string }
  /** Any of the last three, as somebody typed it into one field: their kinds never look alike. */
  | { readonly identifier: string }
  | { readonly name: string | { readonly given?: string; readonly family?: string } };

/** Whose proof it is: by something that only one user has. */
export type ProofCriteria = Exclude<UserCriteria, { readonly name: unknown }>;

export type CriteriaError = UserIdInvalid | EmailInvalid | UsernameInvalid | PhoneInvalid | NameInvalid | InvalidArgument;

const by = (kind: string, key: string, shared = false): Lookup => ({
  kind: "user",
  identifier: { kind, key, shared } satisfies Identifier,
});

/** Reads criteria into a look-up by canonical form. */
export function lookupOf(criteria: unknown, phones: PhoneParser): Result<Lookup, CriteriaError> {
  const [name, value] = oneField(criteria) ?? [];
  switch (name) {
    case "id":
      return UserId.parse(value).map((id) => ({ kind: "user", id }));
    case "email":
      return Email.parse(value).map((email) => by("email", Email.key(email)));
    case "username":
      return Username.parse(value).map((username) => by("username", username));
    case "phone":
      return phones.parse(value).map((phone) => by("phone", phone));
    case "identifier":
      return lookupOf({ [kindOf(value)]: value }, phones);
    case "name":
      return PersonName.parse(value).map((person) => by("name", PersonName.key(person), true));
    default:
      return err(invalidArgument("criteria", "must be one of { id }, { email }, { username }, { phone }, { identifier }, { name }"));
  }
}

/** The same for a log-in, whose error does not repeat what was typed: now and then that is a password in the wrong field. */
export const lookupToProve = (criteria: unknown, phones: PhoneParser): Result<Lookup, CriteriaError> =>
  lookupOf(criteria, phones).mapErr((error) => {
    if (!("value" in error)) return error;
    const { value: _, ...rest } = error;
    return Object.freeze(rest);
  });

/** A username has no @, and is not all digits and their separators. */
function kindOf(identifier: unknown): "email" | "phone" | "username" {
  if (typeof identifier !== "string" || identifier.length > 512) return "username";
  if (identifier.includes("@")) return "email";
  return /^[\d\s+().\-/]+$/.test(identifier) ? "phone" : "username";
}
