import type * as accounts from "./accounts/errors.js";
import type { NotAuthorized } from "./accounts/permissions.js";
import type * as core from "./errors.js";
import type { DomainError, InvalidArgument } from "./kernel/error.js";
import type { HistoryInvalid } from "./kernel/rebuild.js";
import type * as durable from "./messaging/durable/input.js";
import type { Unsettled } from "./messaging/durable/settled.js";
import type { WorkerStopped } from "./messaging/durable/worker.js";
import type { AccessTokenInvalid, AccessTokensFailed } from "./ports/access-tokens.js";
import type { BreachCheckUnavailable } from "./ports/breach-check.js";
import type { MessageFailed } from "./ports/messages.js";
import type { HasherBusy, HasherFailed } from "./ports/password-hasher.js";
import type { PublishFailed } from "./ports/publisher.js";
import type { CommitFailure } from "./ports/store.js";
import type * as users from "./users/errors.js";
import type { EmailInvalid } from "./users/values/email.js";
import type { PasswordRejected } from "./users/values/password.js";
import type { NameInvalid } from "./users/values/person-name.js";
import type { PhoneInvalid } from "./users/values/phone-number.js";
import type { UserIdInvalid } from "./users/values/user-id.js";
import type { UsernameInvalid } from "./users/values/username.js";

/** A subscriber's `err` holds nothing with a `code`; `cause` is what it holds. Only ever the reason of a `vetoed`. */
type SubscriberRefused = DomainError<"subscriber-refused"> & { readonly cause: unknown };

/** What `denizen/cloudevents` was given is no CloudEvent; `reason` says why. */
type CloudEventInvalid = DomainError<"cloud-event-invalid"> & { readonly reason: string };

/** What the repositories of `denizen/drizzle` answer over tables of the host's. */
type TableError =
  | (DomainError<"row-exists" | "row-in-use"> & { readonly table: string; readonly constraint: string })
  | (DomainError<"row-invalid"> & { readonly table: string; readonly constraint: string; readonly column: string })
  | (DomainError<"row-not-found" | "multiple-rows" | "table-in-use"> & { readonly table: string });

type ValueError = EmailInvalid | NameInvalid | PasswordRejected | PhoneInvalid | UserIdInvalid | UsernameInvalid | users.AttributesInvalid;

type UnitOfWorkError =
  | core.UnitError
  | core.ForeignAggregate
  | core.NotStorable
  | core.NotFound
  | core.Ambiguous
  | core.SubscriberLoop
  | core.Vetoed
  | core.SubscriberFailed
  | SubscriberRefused
  | core.WorkThrew
  | HistoryInvalid;

type UserError =
  | users.UserTaken
  | users.UserRemoved
  | users.UserNotFound
  | users.UserAmbiguous
  | users.AddressAlreadyAdded
  | users.AddressUnknown
  | users.AddressIsPrimary
  | users.TooManyAddresses
  | users.MethodUnknown
  | users.MethodFailed
  | users.InvalidCredentials
  | users.ChallengeInvalid
  | users.CredentialsUnproved
  | users.TooManyAttempts
  | users.ProofInsideTransaction
  | users.CredentialNotSaved
  | users.CredentialUnknown
  | users.PasswordUnchanged;

type AccountError =
  | accounts.NotAuthenticated
  | NotAuthorized
  | accounts.AccountNotFound
  | accounts.AccountMissing
  | accounts.AccountPending
  | accounts.AccountDeactivated
  | accounts.AccountSuspended
  | accounts.AccountClosed
  | accounts.AccountProtected
  | accounts.LastRoleHolder
  | accounts.RoleUnknown
  | accounts.CommandDisabled
  | accounts.ProofExpired
  | accounts.SecondFactorRequired
  | accounts.PasswordResetRequired
  | accounts.PendingLogInInvalid
  | accounts.RefreshTokenInvalid
  | accounts.SessionNotFound
  | accounts.CursorInvalid;

/** What a dead letter may say of its event, beside the codes of what its handler answered. */
type DeliveryFailed = DomainError<"event-unreadable" | "handler-refused" | "handler-threw" | "handler-timed-out">;

type DurableError = DeliveryFailed | durable.SubscriberUnknown | durable.DeliveryUnknown | Unsettled | WorkerStopped;

type PortError =
  | CloudEventInvalid
  | CommitFailure
  | AccessTokenInvalid
  | AccessTokensFailed
  | BreachCheckUnavailable
  | HasherBusy
  | HasherFailed
  | MessageFailed
  | PublishFailed;

/**
 * Every error of the package: what any public function, port or adapter of ours answers, and what a `vetoed` may have as its reason.
 * One function's own errors are fewer; this is for what treats all of them, as `denizen/problem` does. A host's are not among them.
 */
export type DenizenError =
  InvalidArgument | ValueError | UnitOfWorkError | UserError | AccountError | DurableError | PortError | TableError;

/** The codes to switch on. */
export type ErrorCode = DenizenError["code"];
