// Values.
export { Application } from "./application.js";
export { Users } from "./users/users.js";
export { User } from "./users/user.js";
export { userBehaviour } from "./users/behaviour.js";
export { isVerified } from "./users/verified.js";
export { Account } from "./accounts/account.js";
export { accountBehaviour } from "./accounts/behaviour.js";
export { defaultRoles, defineRoles } from "./accounts/roles.js";
export { allOf, anyOf, authorize, canManageRole, canManageSelf, canManageSubordinate, isAdministrator } from "./accounts/permissions.js";
export { attempt } from "./kernel/attempt.js";
export {
  Err,
  Ok,
  Result,
  ResultAsync,
  err,
  errAsync,
  fromAsyncThrowable,
  fromPromise,
  fromSafePromise,
  fromThrowable,
  ok,
  okAsync,
} from "./kernel/result.js";
export { ConfigurationError, domainError, invalidArgument, isDomainError } from "./kernel/error.js";
export { Secret } from "./kernel/secret.js";
export { isActor, systemActor } from "./kernel/actor.js";
export { AggregateRoot, AnyAggregate, fold } from "./kernel/aggregate.js";
export { defineAggregate } from "./kernel/definition.js";
export { erasure, event, personalEvent } from "./kernel/event.js";
export { proofEvents, userEvents } from "./users/events.js";
export { challengeEvents } from "./users/challenges/events.js";
export { accountEvents, sessionEvents } from "./accounts/events.js";
export { fromHistory } from "./from-history.js";
export { newRoot } from "./new-root.js";
export { Email } from "./users/values/email.js";
export { Password } from "./users/values/password.js";
export { PersonName } from "./users/values/person-name.js";
export { PhoneNumber } from "./users/values/phone-number.js";
export { UserId } from "./users/values/user-id.js";
export { Username } from "./users/values/username.js";

// Types: the application and its doors.
export type { Config, Declaration, Declare, ReasonOf, TypesOf, WithPassword } from "./config.js";
export type { Correlation, Doors } from "./doors.js";
export type { Methods, RecordedPayloads, RedactedPayloads, Types } from "./types.js";
export type { Repositories, Unit, UnitOfWork } from "./unit-of-work.js";
export type { AsOf } from "./unit/as-of.js";
export type { GetOptions, Repository } from "./unit/repository.js";
export type { CommitOptions, Committed } from "./unit/commit.js";
export type { TransactError, TransactOptions, Work } from "./transact.js";
export type { AfterCommit, AnnouncedPayloads, InTransaction, LoggedPayloads } from "./messaging/doors.js";
export type { Delivery } from "./messaging/durable/delivery.js";
export type { DeadLetter, DeadLetterInput, DeadLetterPage } from "./messaging/durable/dead-letters.js";
export type { Durable } from "./messaging/durable/durable.js";
export type { DeliveryInput, DeliveryUnknown, SubscriberUnknown } from "./messaging/durable/input.js";
export type { DurableOptions } from "./messaging/durable/options.js";
export type { Replayed, ReplayInput } from "./messaging/durable/replay.js";
export type { Settlement, SettledInput, Unsettled } from "./messaging/durable/settled.js";
export type { Drained, Worker, WorkerStopped } from "./messaging/durable/worker.js";
export type { WorkerOptions } from "./messaging/durable/worker-options.js";
export type { Retention, RetentionInput, Swept } from "./retention.js";
export type { Subscribe, SubscriberUnit, TransactionHandler } from "./messaging/in-transaction.js";

// Types: the kernel.
export type { Actor, SystemActor, UserActor } from "./kernel/actor.js";
export type { Behaviour, Facts, Root } from "./kernel/aggregate.js";
export type { Brand } from "./kernel/brand.js";
export type { Clock, Timestamp } from "./kernel/clock.js";
export type { AggregateDefinition, AggregateDefinitions, AnyDefinition, Codec, Identifier, UnitAccess } from "./kernel/definition.js";
export type { DomainError, InvalidArgument } from "./kernel/error.js";
export type {
  DomainEvent,
  EventDefinition,
  EventDefinitions,
  EventMetadata,
  EventOf,
  Foldable,
  PayloadMap,
  PayloadOf,
  Publisher,
  RecordedEvent,
  RedactedMap,
  Upcasters,
} from "./kernel/event.js";
export type { HistoryInvalid } from "./kernel/rebuild.js";
export type { Ids } from "./kernel/ids.js";
export type { Json } from "./kernel/json.js";
export type { Keys } from "./kernel/keys.js";
export type { Random } from "./kernel/random.js";
export type { Scope } from "./kernel/scope.js";

// Types: users.
export type { BoundUser, EnrolError, VerifyError } from "./users/bound-user.js";
export type { CriteriaError, ProofCriteria, UserCriteria } from "./users/criteria.js";
export type { CreateUserError, NewUser, UserDefinition } from "./users/definition.js";
export type { Attributes, CredentialDescriptor, ProofPayloads, ProofRefusal, UserEvents, UserPayloads } from "./users/events.js";
export type { Address } from "./users/addresses.js";
export type { AddAddressError, ChangeAddressError } from "./users/address-book.js";
export type { PasswordFailure } from "./users/methods/password.js";
export type { PasswordPolicyOptions } from "./users/password-policy.js";
export type { ProofInput } from "./users/proof-input.js";
export type { ProofError } from "./users/prover.js";
export type { ChallengesDefinition, ChallengesState, Challenges } from "./users/challenges/challenges.js";
export type { Challenge, ChallengeEvents, ChallengePayloads, ChallengePurpose, Channel } from "./users/challenges/events.js";
export type { ChallengesConfig, LinkedPurpose } from "./users/challenges/settings.js";
export type { ChallengeProofError } from "./users/prover.js";
export type { UserState } from "./users/state.js";
export type { RegisteredUser, RegisteringUnit, RegistrationError, UserRegistration } from "./users/registration.js";
export type { Bindable, ReadError, UserOf } from "./users/users.js";
export type { Verified } from "./users/verified.js";
export type { EmailInvalid } from "./users/values/email.js";
export type { PasswordRejected } from "./users/values/password.js";
export type { NameInvalid } from "./users/values/person-name.js";
export type { PhoneInvalid } from "./users/values/phone-number.js";
export type { UserIdInvalid } from "./users/values/user-id.js";
export type { UsernameInvalid } from "./users/values/username.js";

// Types: accounts.
export type { Bootstrap, BootstrapError, BootstrapInput } from "./accounts/bootstrap.js";
export type { AccountsConfig } from "./accounts/config.js";
export type { AccountDefinition, NewAccount } from "./accounts/definition.js";
export type { Acting, NotAuthorized, Permission, PermissionContext, RoleContext, Subject, TargetContext } from "./accounts/permissions.js";
export type { ReactionError } from "./accounts/reactions.js";
export type { DefaultRole, RoleHierarchy, RoleRules } from "./accounts/roles.js";
export type { RoleHolders, RoleHoldersDefinition } from "./accounts/role-holders.js";
export type { Activation, Lifetimes } from "./accounts/services.js";
export type { GateError } from "./accounts/gate.js";
export type { Tokens } from "./accounts/issue.js";
export type { LoggedIn, SecondFactorAsked } from "./accounts/conclude.js";
export type { Credentials, DeviceInput, LogInCriteria } from "./accounts/log-in-input.js";
export type { CheckInbox } from "./accounts/quiet-sign-up.js";
export type { SignedIn, StartSessionError } from "./accounts/start-session.js";
export type { AuthenticateError } from "./accounts/authenticate.js";
export type { CommandOptions, NewUserOptions } from "./accounts/context.js";
export type { PresenceError, TargetError } from "./accounts/presence.js";
export type { Commands } from "./accounts/commands/index.js";
export type { UnitCommands } from "./accounts/commands/in-unit.js";
export type { ActivateAccountError, ActivateAccountInput } from "./accounts/commands/activate-account.js";
export type { ActivateOwnError, ActivateOwnInput } from "./accounts/commands/activate-own.js";
export type { ChangePasswordError, ChangePasswordInput } from "./accounts/commands/change-password.js";
export type { CompleteLogInError, CompleteLogInInput } from "./accounts/commands/complete-log-in.js";
export type { CreateAccountInput } from "./accounts/commands/create-account.js";
export type { AccountCreated, CreateAccountError } from "./accounts/register-account.js";
export type { CurrentAccountError } from "./accounts/commands/current-account.js";
export type { DeactivateOwnError, DeactivateOwnInput } from "./accounts/commands/deactivate-own.js";
export type { EraseUserError, EraseUserInput } from "./accounts/commands/erase-user.js";
export type { RoleError, RoleInput } from "./accounts/commands/grant-role.js";
export type { ListSessionsError, SessionView } from "./accounts/commands/list-sessions.js";
export type { LogInError, LogInInput } from "./accounts/commands/log-in.js";
export type { LogOutError, LogOutInput } from "./accounts/commands/log-out.js";
export type { RefreshError, RefreshInput } from "./accounts/commands/refresh.js";
export type { RevokeOtherSessionsError } from "./accounts/commands/revoke-other-sessions.js";
export type { RevokeSessionError, RevokeSessionInput } from "./accounts/commands/revoke-session.js";
export type { SetAccountPasswordError, SetAccountPasswordInput } from "./accounts/commands/set-account-password.js";
export type { SetUsernameError, SetUsernameInput } from "./accounts/commands/set-username.js";
export type { SignedUp, SignUpError, SignUpInput, SignUpPending } from "./accounts/commands/sign-up.js";
export type { SuspendAccountError, SuspendAccountInput } from "./accounts/commands/suspend-account.js";
export type { AcceptInvitationError, AcceptInvitationInput } from "./accounts/commands/accept-invitation.js";
export type { ConfirmEmailChangeError, ConfirmEmailChangeInput } from "./accounts/commands/confirm-email-change.js";
export type { ForcePasswordResetError, ForcePasswordResetInput } from "./accounts/commands/force-password-reset.js";
export type { InviteUserError, InviteUserInput } from "./accounts/commands/invite-user.js";
export type { LogInWithCodeError, LogInWithCodeInput } from "./accounts/commands/log-in-with-code.js";
export type { LogInWithLinkError, LogInWithLinkInput } from "./accounts/commands/log-in-with-link.js";
export type { ReleaseEmailError, ReleaseEmailInput } from "./accounts/commands/release-email.js";
export type { ReleasePhoneError, ReleasePhoneInput } from "./accounts/commands/release-phone.js";
export type { RequestEmailChangeError, RequestEmailChangeInput } from "./accounts/commands/request-email-change.js";
export type { RequestEmailVerificationError, RequestEmailVerificationInput } from "./accounts/commands/request-email-verification.js";
export type { RequestLogInError, RequestLogInInput } from "./accounts/commands/request-log-in.js";
export type { RequestPasswordResetError, RequestPasswordResetInput } from "./accounts/commands/request-password-reset.js";
export type { RequestPhoneVerificationError, RequestPhoneVerificationInput } from "./accounts/commands/request-phone-verification.js";
export type { ResendInvitationError, ResendInvitationInput } from "./accounts/commands/resend-invitation.js";
export type { ResetPasswordError, ResetPasswordInput } from "./accounts/commands/reset-password.js";
export type { RevertEmailChangeError, RevertEmailChangeInput } from "./accounts/commands/revert-email-change.js";
export type { VerifyEmailError, VerifyEmailInput } from "./accounts/commands/verify-email.js";
export type { VerifyPhoneError, VerifyPhoneInput } from "./accounts/commands/verify-phone.js";
export type { CodeInput, LinkInput } from "./accounts/proofs/shown.js";
export type { FirstProofInput } from "./accounts/proofs/first-proof.js";
export type { Queries } from "./accounts/queries/index.js";
export type { AccountError, AccountInput } from "./accounts/queries/account.js";
export type { AccountsInput } from "./accounts/queries/accounts.js";
export type { Exported, ExportError, ExportInput } from "./accounts/queries/export.js";
export type { HistoryError, HistoryInput } from "./accounts/queries/history.js";
export type { ListError } from "./accounts/queries/list.js";
export type { Page, PageInput } from "./accounts/queries/page.js";
export type { ProfileError, ProfileInput } from "./accounts/queries/profile.js";
export type { ProfilesInput } from "./accounts/queries/profiles.js";
export type { AccountEvents, AccountPayloads, LogInRefusal, SessionPayloads, SessionRevocation, SessionsEnded } from "./accounts/events.js";
export type { AccountState, AccountStatus, RoleGrant } from "./accounts/state.js";

// Types: errors.
export type { DenizenError, ErrorCode } from "./error-code.js";
export type {
  AccountClosed,
  AccountDeactivated,
  AccountMissing,
  AccountNotFound,
  AccountPending,
  AccountProtected,
  AccountSuspended,
  CommandDisabled,
  CursorInvalid,
  LastRoleHolder,
  NotAuthenticated,
  PasswordResetRequired,
  PendingLogInInvalid,
  ProofExpired,
  RefreshTokenInvalid,
  RoleUnknown,
  SecondFactorRequired,
  SessionNotFound,
} from "./accounts/errors.js";
export type {
  Ambiguous,
  CommitError,
  ForeignAggregate,
  InvalidScope,
  LoadError,
  NotFound,
  NotStorable,
  SubscriberFailed,
  SubscriberLoop,
  UnitBusy,
  UnitClosed,
  UnitError,
  Vetoed,
  WorkThrew,
} from "./errors.js";
export type {
  AddressAlreadyAdded,
  AddressIsPrimary,
  AddressUnknown,
  AttributesInvalid,
  ChallengeInvalid,
  CredentialNotSaved,
  CredentialsUnproved,
  CredentialUnknown,
  EmailTaken,
  InvalidCredentials,
  MethodFailed,
  MethodUnknown,
  PasswordUnchanged,
  PhoneTaken,
  ProofInsideTransaction,
  TooManyAddresses,
  TooManyAttempts,
  UserAmbiguous,
  UsernameConfusable,
  UsernameTaken,
  UserNotFound,
  UserRemoved,
  UserTaken,
} from "./users/errors.js";
