import type { DomainError } from "../kernel/error.js";
import type { DomainEvent } from "../kernel/event.js";
import { err, ok } from "../kernel/result.js";
import type { Result } from "../kernel/result.js";
import type { Scope } from "../kernel/scope.js";
import type { Subscriptions } from "../messaging/subscriptions.js";
import type { LoadFailure } from "../ports/store.js";
import type { Repository } from "../unit/repository.js";
import type { Methods } from "../types.js";
import type { ChallengesDefinition } from "../users/challenges/challenges.js";
import type { Channel } from "../users/challenges/events.js";
import type { UserDefinition } from "../users/definition.js";
import type { UserPayloads } from "../users/events.js";
import type { AccountDefinition } from "./definition.js";
import type { AccountProtected, LastRoleHolder } from "./errors.js";
import type { AccountPayloads, SessionsEnded } from "./events.js";
import type { RoleHoldersDefinition } from "./role-holders.js";
import { isProtectedRole } from "./roles.js";
import type { AccountServices } from "./services.js";

/** With what the accounts context vetoes a change of another's: removing or erasing who holds a protected role, revoking the last one. */
export type ReactionError = AccountProtected | LastRoleHolder;

interface AccountsUnit {
  readonly users: Repository<UserDefinition<object, object, Methods>>;
  readonly challenges: Repository<ChallengesDefinition>;
  readonly accounts: Repository<AccountDefinition>;
  readonly roleHolders: Repository<RoleHoldersDefinition>;
  readonly scope: Scope;
}

type Failure = ReactionError | LoadFailure | DomainError;
type Payloads = UserPayloads & AccountPayloads;
type Reaction<Type extends keyof Payloads> = (
  event: DomainEvent<Type, Payloads[Type]>,
  unit: AccountsUnit,
) => PromiseLike<Result<unknown, Failure>>;

/**
 * How accounts follow what happens to users and roles, in the transaction in which it happens. Each reaction only opens a
 * transaction for the events that concern it, so that creating a user with a password stays one statement.
 */
export function react(
  subscriptions: Subscriptions<unknown>,
  { hierarchy, activation, verify }: Pick<AccountServices, "hierarchy" | "activation" | "verify">,
): void {
  const on = <Type extends keyof Payloads>(
    type: Type,
    reaction: Reaction<Type>,
    concerns: (payload: Payloads[Type]) => boolean = () => true,
  ): void => {
    subscriptions.add({
      type,
      declared: true,
      // A subscription hears its own type only, and the unit of every transaction has all repositories.
      handler: (event, unit) => reaction(event as DomainEvent<Type, Payloads[Type]>, unit as AccountsUnit),
      concerns: (event) => concerns(event.payload as Payloads[Type]),
    });
  };

  on("password-changed", endSessions("password-changed"), ({ replaced }) => replaced);
  on("credential-removed", endSessions("credential-removed"));
  on("user-removed", close);
  on("user-erased", close);
  on("user-removed", voidChallenges);
  on("user-erased", voidChallenges);
  if (activation === "verified") {
    on("email-verified", activateVerified(verify));
    on("phone-verified", activateVerified(verify));
  }
  const isProtected = ({ role }: { readonly role: string | null }): boolean => role !== null && isProtectedRole(hierarchy, role);
  on("account-opened", addHolder, isProtected);
  on("role-granted", addHolder, isProtected);
  on(
    "role-revoked",
    async (event, { roleHolders }) => {
      const holders = await roleHolders.get(event.payload.role);
      return holders.isErr() ? unlessMissing(holders.error) : holders.value.remove(event.publisher.id);
    },
    isProtected,
  );
}

/** Of who was removed before he is erased it is closed already, and not found any more. */
async function close(event: DomainEvent, { accounts }: AccountsUnit): Promise<Result<unknown, Failure>> {
  const account = await accounts.get(event.publisher.id);
  return account.isErr() ? unlessMissing(account.error) : account.value.close();
}

async function addHolder(
  event: DomainEvent<string, { readonly role: string | null }>,
  { roleHolders }: AccountsUnit,
): Promise<Result<unknown, Failure>> {
  const { id } = event.publisher;
  const role = event.payload.role ?? "";
  const holders = await roleHolders.get(role);
  if (holders.isOk()) return ok(holders.value.add(id));
  return holders.error.code === "not-found" ? roleHolders.create({ account: id }, { id: role }) : err(holders.error);
}

/** What was sent cannot be used any more, and where it was sent to is forgotten. */
async function voidChallenges(event: DomainEvent, { challenges }: AccountsUnit): Promise<Result<unknown, Failure>> {
  const found = await challenges.get(event.publisher.id);
  return found.isErr() ? unlessMissing(found.error) : ok(found.value.void());
}

/** An account that waits for the proof of its owner's addresses, once there is one of each kind. */
const activateVerified =
  <Type extends "email-verified" | "phone-verified">(verify: readonly Channel[]): Reaction<Type> =>
  async (event, { users, accounts }) => {
    const user = await users.get(event.publisher.id);
    if (user.isErr()) return unlessMissing(user.error);
    const { emails, phones } = user.value;
    const isProved = (kind: Channel): boolean => (kind === "email" ? emails : phones).some(({ verifiedAt }) => verifiedAt !== null);
    if (!verify.every(isProved)) return ok(undefined);
    const account = await accounts.get(event.publisher.id);
    if (account.isErr()) return unlessMissing(account.error);
    return account.value.status === "pending" ? account.value.activate() : ok(undefined);
  };

/** All but the one in which the user has done it himself. */
const endSessions =
  <Type extends "password-changed" | "credential-removed">(cause: SessionsEnded & Type): Reaction<Type> =>
  async (event, { accounts, scope: { principal } }) => {
    const account = await accounts.get(event.publisher.id);
    if (account.isErr()) return unlessMissing(account.error);
    const own = principal?.kind === "user" && principal.id === event.publisher.id;
    return account.value.endSessions(cause, own ? principal.session : null);
  };

const unlessMissing = <E extends { readonly code: string; readonly message: string }>(error: E): Result<void, E> =>
  error.code === "not-found" ? ok(undefined) : err(error);
