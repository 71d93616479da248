// Values.
export { Application } from "./application.js";
export { Users } from "./users/users.js";
export { User } from "./users/user.js";
export { userBehaviour } from "./users/definition.js";
export { isVerified } from "./users/verified.js";
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
export { event, personalEvent } from "./kernel/event.js";
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
export type { Methods, RecordedPayloads, Types } from "./types.js";
export type { Repositories, Unit, UnitOfWork } from "./unit-of-work.js";
export type { GetOptions, Repository } from "./unit/repository.js";
export type { CommitOptions, Committed } from "./unit/commit.js";
export type { TransactError, TransactOptions, Work } from "./transact.js";
export type { AfterCommit, AnnouncedPayloads, InTransaction } from "./messaging/doors.js";
export type { Subscribe, SubscriberUnit, TransactionHandler } from "./messaging/in-transaction.js";

// Types: the kernel.
export type { Actor } from "./kernel/actor.js";
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
} from "./kernel/event.js";
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
export type { UserState } from "./users/state.js";
export type { Bindable, ReadError, UserOf } from "./users/users.js";
export type { Verified } from "./users/verified.js";
export type { EmailInvalid } from "./users/values/email.js";
export type { PasswordRejected } from "./users/values/password.js";
export type { NameInvalid } from "./users/values/person-name.js";
export type { PhoneInvalid } from "./users/values/phone-number.js";
export type { UserIdInvalid } from "./users/values/user-id.js";
export type { UsernameInvalid } from "./users/values/username.js";

// Types: errors.
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
  CredentialNotSaved,
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
