import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { AccountsConfig } from "./accounts/config.js";
import type { AccountDefinition } from "./accounts/definition.js";
import type { ReactionError } from "./accounts/reactions.js";
import type { RoleHoldersDefinition } from "./accounts/role-holders.js";
import type { DefaultRole } from "./accounts/roles.js";
import type { Clock } from "./kernel/clock.js";
import type { AggregateDefinitions } from "./kernel/definition.js";
import type { DomainError } from "./kernel/error.js";
import type { DomainEvent } from "./kernel/event.js";
import type { Ids } from "./kernel/ids.js";
import type { Keys } from "./kernel/keys.js";
import type { Random } from "./kernel/random.js";
import type { Result, ResultAsync } from "./kernel/result.js";
import type { TransactionHandler } from "./messaging/in-transaction.js";
import type { AccessTokens } from "./ports/access-tokens.js";
import type { Lockout } from "./ports/attempts.js";
import type { Instrumentation } from "./ports/instrumentation.js";
import type { Messages } from "./ports/messages.js";
import type { PasswordHasher } from "./ports/password-hasher.js";
import type { PhoneParser } from "./ports/phone-parser.js";
import type { Store } from "./ports/store.js";
import type { Methods, RecordedPayloads, Types } from "./types.js";
import type { ChallengesDefinition } from "./users/challenges/challenges.js";
import type { ChallengesConfig } from "./users/challenges/settings.js";
import type { UserDefinition } from "./users/definition.js";
import type { PasswordMethod } from "./users/methods/password.js";
import type { PasswordPolicyOptions } from "./users/password-policy.js";

/** The methods of every application: the password, and the host's own. */
export type WithPassword<M extends Methods> = M & { readonly password: PasswordMethod };

/** The types that a configuration amounts to. */
export interface TypesOf<
  Tx,
  Aggregates extends AggregateDefinitions,
  A extends object,
  AI extends object,
  M extends Methods,
  Reason extends DomainError,
  R extends string = DefaultRole,
> extends Types {
  readonly tx: Tx;
  readonly aggregates: Aggregates & {
    readonly users: UserDefinition<A, AI, WithPassword<M>>;
    readonly accounts: AccountDefinition;
    readonly roleHolders: RoleHoldersDefinition;
    readonly challenges: ChallengesDefinition;
  };
  readonly attributes: A;
  readonly attributesInput: AI;
  readonly methods: WithPassword<M>;
  readonly reason: Reason | ReactionError;
  readonly role: R;
}

type ReasonIn<Answer> =
  Answer extends PromiseLike<infer Inner> ? ReasonIn<Inner> : Answer extends Result<unknown, infer E> ? E & DomainError : never;

/** One subscriber that the configuration declares; its type carries the errors with which it vetoes. */
export interface Declaration<Reason extends DomainError> {
  readonly type: string;
  readonly handler: (event: never, unit: never) => unknown;
  readonly $reason?: Reason;
}

/** The errors with which the declared subscribers veto: those of all of them. */
export type ReasonOf<D> = D extends Declaration<infer Reason> ? Reason : never;

/** `on("phone-added", async (event, unit) => …)` */
export type Declare<T extends Types> = <Type extends (keyof RecordedPayloads<T> & string) | "*", Answer>(
  type: Type,
  handler: (...args: Parameters<TransactionHandler<T, Type>>) => Answer,
) => Declaration<ReasonIn<Answer> | (Answer extends ResultAsync<unknown, infer E extends DomainError> ? E : never)>;

/** Everything that is wired once. Only `store` is required. */
export interface Config<
  Tx,
  Aggregates extends AggregateDefinitions,
  A extends object,
  AI extends object,
  M extends Methods,
  // The declaration and not its reason: of several reasons the compiler would take the first for all.
  D extends Declaration<DomainError>,
  R extends string = DefaultRole,
> {
  readonly store: Store<Tx>;
  /** Without one there are no passwords: `setPassword` answers `method-unknown`. */
  readonly passwordHasher?: PasswordHasher;
  /** Rules for new passwords. */
  readonly passwords?: PasswordPolicyOptions;
  /** Further ways to prove who one is, by the key that addresses them. */
  readonly methods?: M;
  /** The host's own aggregates, by their name on the unit of work. */
  readonly aggregates?: Aggregates;
  /** The host's own fields of a user, as a Standard Schema of whichever library. */
  readonly attributes?: StandardSchemaV1<AI, A>;
  /** Understands phone numbers; E.164 alone by default. */
  readonly phoneNumbers?: PhoneParser;
  /**
   * When guesses lock a user's method, in milliseconds: after 10 (`limit`), for a minute (`first`), twice as long with every guess after
   * that, but no longer than an hour (`longest`); forgotten a day after the last one (`memory`).
   */
  readonly attempts?: Partial<Lockout>;
  /** How long codes and links can be used, and how soon the next one can be asked for. */
  readonly challenges?: ChallengesConfig;
  /**
   * Says what there is to say to users: as of denizen/messages, or `mailbox()` of denizen/testing. It is called by workers
   * (`application.worker()`), in whichever process has one; codes and links take `keys` that all processes share.
   */
  readonly messages?: Messages;
  /** Roles, activation, sessions. */
  readonly accounts?: AccountsConfig<R>;
  /** Makes and checks access tokens, as of denizen/jose. Without one they are opaque, and every check is a look into the store. */
  readonly accessTokens?: AccessTokens;
  /** Subscribers inside the transaction, whose errors appear in the type of what they can veto. */
  readonly subscribers?: (on: Declare<TypesOf<Tx, Aggregates, A, AI, M, never, R>>) => readonly D[];
  /** Milliseconds one subscriber may take inside a transaction. Default 10 000. */
  readonly subscriberTimeout?: number;
  /** Hears what subscribers after the commit fail with. Default: `console.error`. */
  readonly onError?: (error: unknown, event: DomainEvent) => void;
  /** Traces and measures commands, commits and deliveries, as of denizen/otel. */
  readonly instrumentation?: Instrumentation;
  /** From outside the database, and the same in every process; without them, keys of this process alone. */
  readonly keys?: Keys;
  readonly clock?: Clock;
  readonly ids?: Ids;
  readonly random?: Random;
}
