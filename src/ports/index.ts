/**
 * The door for authors of adapters and authentication methods (`denizen/ports`): what to implement, and the few helpers that
 * every implementation needs. The values (`ok`, `err`, `Secret`, `domainError`, …) come from `denizen`.
 */
export type { AccessClaims, AccessTokenInvalid, AccessTokens, AccessTokensFailed } from "./access-tokens.js";
export type { Attempts, Counted, Guess, Lockout, Settlement } from "./attempts.js";
export type { AuthenticationMethod, Enrolled, ProofContext, Proved } from "./authentication-method.js";
export type { BreachCheck, BreachCheckUnavailable } from "./breach-check.js";
export { LARGEST_LAG, PARTITIONS } from "./deliveries.js";
export type {
  Batch,
  DeadLetterRequest,
  Deliveries,
  DeliveryError,
  From,
  Lease,
  PublisherKey,
  Renewal,
  Renewed,
  Replay,
  ReplaySelection,
  Resettled,
  Retaken,
  RetakeRequest,
  Settled,
  StoredDeadLetter,
  SubscriberStatus,
  Taken,
  TakenEvent,
  TakeRequest,
  Waiting,
  WakeUps,
} from "./deliveries.js";
export type { Instrumentation, InstrumentationAttributes } from "./instrumentation.js";
export type { HistoryFilter, HistoryRequest, Log, LoggedEvent } from "./log.js";
export type {
  EmailMessage,
  MessageFailed,
  MessageKind,
  Messages,
  Messenger,
  NoticeKind,
  Sending,
  SmsMessage,
  UserMessage,
} from "./messages.js";
export type { Message, Publisher, PublishFailed } from "./publisher.js";
export type { Retention, Sweep, Sweepable } from "./retention.js";
export type { HasherBusy, HasherFailed, LegacyHash, PasswordHasher, PasswordMatch } from "./password-hasher.js";
export type { PhoneParser } from "./phone-parser.js";
export type {
  AccountFilter,
  AccountRow,
  AccountSort,
  Listed,
  ListQuery,
  ProfileAddress,
  ProfileFilter,
  ProfileRow,
  ProfileSort,
  Queries,
} from "./queries.js";
export type { OpaqueAccess, Revocation, Rotated, Rotation, SessionEvent, Sessions, SessionStart, StoredSession } from "./sessions.js";
export type {
  AggregateChange,
  ChangeSet,
  CommandOutcome,
  CommandRepeated,
  CommitFailure,
  CommitOutcomeUnknown,
  CommitRecord,
  ConcurrencyConflict,
  FlushError,
  Holding,
  IdentifierTaken,
  IdTaken,
  LoadFailure,
  LoadOptions,
  Lookup,
  Outcome,
  Position,
  Reader,
  Session,
  Standing,
  StandingQuery,
  Store,
  StoreBusy,
  StoredAggregate,
  StoredEvent,
  StoreError,
  StoreFailed,
  StoreTransaction,
  StoreUnavailable,
  TransactionBroken,
} from "./store.js";
export type { Material, Vault, VaultChange } from "./vault.js";
export type { Identifier } from "../kernel/definition.js";
export type { Clock, Timestamp } from "../kernel/clock.js";
export type { Ids } from "../kernel/ids.js";
export type { Json } from "../kernel/json.js";
export type { Keys } from "../kernel/keys.js";
export type { Random } from "../kernel/random.js";

// The helpers that an adapter would otherwise write again.
export { configured } from "../kernel/error.js";
export { reasonOf } from "../kernel/reason-of.js";
export { withDeadline } from "../kernel/deadline.js";
export type { Timed } from "../kernel/deadline.js";
