import type { DomainError } from "../kernel/error.js";
import { domainError } from "../kernel/error.js";

/** The user was removed: nothing about it can change any more. */
export type UserRemoved = DomainError<"user-removed">;

/** The user has this address already, in this or another spelling. */
export type AddressAlreadyAdded = DomainError<"address-already-added"> & { readonly kind: "email" | "phone" };

/** The user has no such address. */
export type AddressUnknown = DomainError<"address-unknown"> & { readonly kind: "email" | "phone" };

/** The primary address cannot go while there are others: make one of those primary first. */
export type AddressIsPrimary = DomainError<"address-is-primary"> & { readonly kind: "email" | "phone" };

/** No more addresses of a kind than this. */
export type TooManyAddresses = DomainError<"too-many-addresses"> & { readonly kind: "email" | "phone"; readonly limit: number };

/** Another user holds this e-mail, username or phone. `value` is the canonical form. */
export type EmailTaken = DomainError<"email-taken"> & { readonly email: string };
export type PhoneTaken = DomainError<"phone-taken"> & { readonly phone: string };
export type UsernameTaken = DomainError<"username-taken"> & { readonly username: string };

/** Another user's username looks like this one (UTS #39). */
export type UsernameConfusable = DomainError<"username-confusable">;

export type UserTaken = EmailTaken | PhoneTaken | UsernameTaken | UsernameConfusable;

/** No user, or only a removed one, answers to that. */
export type UserNotFound = DomainError<"user-not-found">;

/** Several users share that name. */
export type UserAmbiguous = DomainError<"user-ambiguous">;

/** The attributes do not fit the host's schema; `issues` are the schema's own. */
export type AttributesInvalid = DomainError<"attributes-invalid"> & {
  readonly issues: readonly { readonly message: string; readonly path: string }[];
};

/** No authentication method of this key is configured. */
export type MethodUnknown = DomainError<"method-unknown"> & { readonly method: string };

/** The authentication method itself failed: it threw, or answered nothing that could be understood. Fails closed. */
export type MethodFailed = DomainError<"method-failed"> & { readonly method: string };

/** Unknown user, wrong secret, no such credential: one error for all, so that nobody learns which. The log knows. */
export type InvalidCredentials = DomainError<"invalid-credentials">;

/** Wrong, unknown, used, replaced by a newer one, too old, or void since a change: one error for all codes and links. */
export type ChallengeInvalid = DomainError<"challenge-invalid">;

/**
 * This would be the first proof of an address of a user whose credentials may be somebody else's, who has signed up with it. Prove
 * one of them as well (`password`, or a session), or have them removed: `startAfresh`.
 */
export type CredentialsUnproved = DomainError<"credentials-unproved">;

/** Too many guesses; the next one counts from `retryAt` (ISO 8601) on. Nothing was compared. */
export type TooManyAttempts = DomainError<"too-many-attempts"> & { readonly retryAt: string };

/** A proof keeps its traces whatever becomes of the unit, so it must not run inside an open transaction. */
export type ProofInsideTransaction = DomainError<"proof-inside-transaction">;

/** The credential was set in this unit of work and is not saved yet. */
export type CredentialNotSaved = DomainError<"credential-not-saved">;

/** The new password is the current one. */
export type PasswordUnchanged = DomainError<"password-unchanged">;

/** The user has no such credential. */
export type CredentialUnknown = DomainError<"credential-unknown">;

export const userRemoved = (): UserRemoved => domainError("user-removed", "this user was removed");

export const challengeInvalid = (): ChallengeInvalid => domainError("challenge-invalid", "this code or link is not valid (any more)");

export const invalidCredentials = (): InvalidCredentials => domainError("invalid-credentials", "these credentials are not valid");

export const userTaken = {
  email: (email: string): UserTaken => domainError("email-taken", "this e-mail is another user's", { email }),
  phone: (phone: string): UserTaken => domainError("phone-taken", "this phone number is another user's", { phone }),
  username: (username: string): UserTaken => domainError("username-taken", "this username is another user's", { username }),
  "username-skeleton": (): UserTaken => domainError("username-confusable", "this username looks like another user's"),
} as const;
