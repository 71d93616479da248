import type { LoadError } from "../errors.js";
import { timestamp } from "../kernel/clock.js";
import { err, ok } from "../kernel/result.js";
import type { Result } from "../kernel/result.js";
import type { StoredSession } from "../ports/sessions.js";
import { Account } from "./account.js";
import { commandUnit } from "./context.js";
import type { CommandContext, CommandUnit } from "./context.js";
import { accountBehaviour } from "./behaviour.js";
import { accountNotFound, notAuthenticated } from "./errors.js";
import type { AccountNotFound, NotAuthenticated } from "./errors.js";
import { authorize, isAdministrator } from "./permissions.js";
import type { Acting, NotAuthorized, Permission, TargetContext } from "./permissions.js";

/** Who asks, and whom it is about, as one statement has just seen them. */
export interface Presence {
  readonly acting: Acting;
  /** The session in which a user asks; undefined for the host's own software. */
  readonly session: StoredSession | undefined;
  account(id: string): Account | undefined;
}

export type PresenceError = NotAuthenticated | LoadError;

/**
 * Reads the actor's account and session together with the accounts that a command is about. A token only says who: whether
 * the session lives, what the account's status and roles are is read here, every time, so that a change counts at once.
 */
export async function presence(inside: CommandUnit, targets: readonly string[] = []): Promise<Result<Presence, PresenceError>> {
  const { unit, accounts } = inside;
  const { principal, tenant } = unit.scope;
  const usable = unit.usable();
  if (usable.isErr()) return err(usable.error);
  if (principal === undefined) return err(notAuthenticated());
  const ids = [...new Set(principal.kind === "user" ? [principal.id, ...targets] : targets)];
  const session = principal.kind === "user" ? principal.session : null;
  if (ids.length === 0) return ok({ acting: { kind: "system" }, session: undefined, account: () => undefined });
  const reader = await unit.reader();
  if (reader.isErr()) return err(reader.error);
  const read = await reader.value.standing(tenant, { accounts: ids, session, at: timestamp(unit.engine.clock.now()) });
  if (read.isErr()) return err(read.error);
  const found = new Map<string, Account>();
  for (const stored of read.value.accounts) {
    const adopted = accounts.adopt(stored);
    if (adopted.isErr()) return err(adopted.error);
    // The repository of accounts makes nothing else.
    if (adopted.value instanceof Account) found.set(stored.id, adopted.value);
  }
  const account = (id: string): Account | undefined => found.get(id) ?? unwritten(inside, id);
  if (principal.kind === "system") return ok({ acting: { kind: "system" }, session: undefined, account });
  const own = account(principal.id);
  const live = read.value.session;
  if (own === undefined || live === undefined || live.account !== principal.id) return err(notAuthenticated());
  return ok({ acting: { kind: "user", account: own }, session: live, account });
}

/** One that this very unit has opened and not written yet. */
function unwritten({ unit }: CommandUnit, id: string): Account | undefined {
  const opened = unit.aggregates.get(accountBehaviour.kind, id)?.aggregate;
  return opened instanceof Account && opened.closedAt === null ? opened : undefined;
}

/** Whether it is this very user who asks, from a session that lives. */
export async function isSignedInAs(context: CommandContext, userId: string): Promise<boolean> {
  const present = await presence(commandUnit(context.open()));
  return present.isOk() && present.value.acting.kind === "user" && present.value.acting.account.id === userId;
}

/** A user who asks about himself. The host's own software has no account. */
export async function ownPresence(
  inside: CommandUnit,
): Promise<Result<{ readonly account: Account; readonly session: StoredSession }, PresenceError>> {
  const present = await presence(inside);
  if (present.isErr()) return err(present.error);
  const { acting, session } = present.value;
  if (acting.kind !== "user" || session === undefined || !(acting.account instanceof Account)) return err(notAuthenticated());
  return acting.account.status === "active" ? ok({ account: acting.account, session }) : err(notAuthenticated());
}

export type TargetError = PresenceError | NotAuthorized | AccountNotFound;

/**
 * Whom the command is about, if the actor may; with `closed` also an account that is closed. Whether there is such an account is told to
 * administrators only.
 */
export async function permittedTarget(
  inside: CommandUnit,
  id: string,
  permission: Permission<TargetContext>,
  { closed = false }: { readonly closed?: boolean } = {},
): Promise<Result<{ readonly target: Account; readonly context: TargetContext }, TargetError>> {
  const present = await presence(inside, [id]);
  if (present.isErr()) return err(present.error);
  const { hierarchy } = inside.unit.engine.accounts;
  const actor = present.value.acting;
  const open = present.value.account(id);
  const found = open === undefined && closed ? await closedAccount(inside, id) : ok(open);
  if (found.isErr()) return err(found.error);
  const target = found.value;
  if (target === undefined) {
    // By the permission's own name: whoever may not know must not see a difference.
    const { allows } = isAdministrator;
    return authorize({ name: permission.name, allows }, { actor, hierarchy }).andThen(() => err(accountNotFound()));
  }
  const context = { actor, hierarchy, target };
  return authorize(permission, context).map(() => ({ target, context }));
}

async function closedAccount({ accounts }: CommandUnit, id: string): Promise<Result<Account | undefined, LoadError>> {
  const found = await accounts.get(id, { removed: true });
  if (found.isOk()) return ok(found.value);
  // What is no id is nobody's.
  return found.error.code === "not-found" || found.error.code === "invalid-argument" ? ok(undefined) : err(found.error);
}
