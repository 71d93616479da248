import { domainError } from "../kernel/error.js";
import type { DomainError } from "../kernel/error.js";

/** Nobody is logged in in this scope, or whoever was is not any more. */
export type NotAuthenticated = DomainError<"not-authenticated">;

/** There is no such account. Only told to who may know. */
export type AccountNotFound = DomainError<"account-not-found">;

/** The user has no account: it was created in the users context alone, or its account is another tenant's. */
export type AccountMissing = DomainError<"account-missing">;

/** The account waits for its activation. */
export type AccountPending = DomainError<"account-pending">;

/** Its owner has deactivated the account; `activateOwn` brings it back. */
export type AccountDeactivated = DomainError<"account-deactivated">;

/** An administrator has suspended the account, and only an administrator lifts that. */
export type AccountSuspended = DomainError<"account-suspended">;

/** Its user was removed or erased. */
export type AccountClosed = DomainError<"account-closed">;

/** Its holder has a protected role: never suspended, deactivated or removed. */
export type AccountProtected = DomainError<"account-protected">;

/** Nobody else holds this protected role: the last holder keeps it. */
export type LastRoleHolder = DomainError<"last-role-holder"> & { readonly role: string };

/** The hierarchy has no such role, or `bootstrap` was asked for one that is not protected. */
export type RoleUnknown = DomainError<"role-unknown"> & { readonly role: string };

/** The setting that this takes is off. */
export type CommandDisabled = DomainError<"command-disabled"> & { readonly command: string };

/** The proof is too old to start a session from, or of another tenant, or not genuine: prove again. */
export type ProofExpired = DomainError<"proof-expired">;

/** A proof of one more class of factor is asked for. `methods` are the keys of those that will do. */
export type SecondFactorRequired = DomainError<"second-factor-required"> & { readonly methods: readonly string[] };

/** The pending log-in is none of ours, too old, or something has changed since: log in from the start. */
export type PendingLogInInvalid = DomainError<"pending-log-in-invalid">;

/** Nobody logs in as this user before `resetPassword`: an administrator has asked for that, or his e-mail was changed by somebody else. */
export type PasswordResetRequired = DomainError<"password-reset-required">;

/** The refresh token is unknown, has expired, was used before or was revoked: one error for all. Log in again. */
export type RefreshTokenInvalid = DomainError<"refresh-token-invalid">;

/** The account has no such session that is live. */
export type SessionNotFound = DomainError<"session-not-found">;

/** The cursor of the page is none that this list has given. */
export type CursorInvalid = DomainError<"cursor-invalid">;

export const notAuthenticated = (): NotAuthenticated => domainError("not-authenticated", "nobody is logged in here");
export const accountNotFound = (): AccountNotFound => domainError("account-not-found", "there is no such account");
export const accountMissing = (): AccountMissing => domainError("account-missing", "this user has no account");
export const accountPending = (): AccountPending => domainError("account-pending", "this account waits for its activation");
export const accountDeactivated = (): AccountDeactivated => domainError("account-deactivated", "this account was deactivated by its owner");
export const accountSuspended = (): AccountSuspended => domainError("account-suspended", "this account was suspended by an administrator");
export const passwordResetRequired = (): PasswordResetRequired =>
  domainError("password-reset-required", "this user has to reset the password first");
export const accountClosed = (): AccountClosed => domainError("account-closed", "this account was closed with its user");
export const accountProtected = (): AccountProtected => domainError("account-protected", "this account holds a protected role");
