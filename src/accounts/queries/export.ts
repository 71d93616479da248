import { timestamp } from "../../kernel/clock.js";
import type { Timestamp } from "../../kernel/clock.js";
import { domainError } from "../../kernel/error.js";
import type { DomainEvent } from "../../kernel/event.js";
import { err, ok } from "../../kernel/result.js";
import type { Result } from "../../kernel/result.js";
import type { LoggedEvent } from "../../ports/log.js";
import type { StoredSession } from "../../ports/sessions.js";
import type { StoreError } from "../../ports/store.js";
import { readEvents } from "../../unit/read-events.js";
import type { Address } from "../../users/addresses.js";
import type { UserNotFound } from "../../users/errors.js";
import type { Attributes, CredentialDescriptor } from "../../users/events.js";
import type { Account } from "../account.js";
import { commandUnit } from "../context.js";
import type { CommandContext } from "../context.js";
import type { AccountStatus, RoleGrant } from "../state.js";
import { ownOrAny } from "./access.js";
import type { ReadOneError } from "./access.js";

/** Whose; the actor's own when left out. */
export interface ExportInput {
  readonly id?: string;
}

/** All that is held about a person, as JSON. Secrets are not among it: nobody can read them. */
export interface Exported {
  readonly user: {
    readonly id: string;
    readonly name: { readonly display: string; readonly given?: string; readonly family?: string } | null;
    readonly username: string | null;
    readonly emails: readonly Address<string>[];
    readonly phones: readonly Address<string>[];
    readonly credentials: readonly CredentialDescriptor[];
    readonly attributes: Attributes;
    readonly createdAt: Timestamp;
    readonly removedAt: Timestamp | null;
  };
  /** Null for a user who has none. */
  readonly account: {
    readonly status: AccountStatus;
    readonly roles: readonly RoleGrant[];
    readonly openedAt: Timestamp;
    readonly closedAt: Timestamp | null;
  } | null;
  /** Those that live. */
  readonly sessions: readonly Omit<StoredSession, "account" | "securityVersion">[];
  /** Every event that is about him, oldest first. */
  readonly history: readonly DomainEvent[];
}

export type ExportError = ReadOneError | UserNotFound;

/** All that is held about the actor, or about anybody for administrators; about who was removed, too. */
export async function exported(context: CommandContext, input: unknown): Promise<Result<Exported, ExportError>> {
  const asked = await ownOrAny(context, input);
  if (asked.isErr()) return err(asked.error);
  const id = asked.value;
  const { engine, scope } = context;
  const { users, accounts } = commandUnit(context.open());
  const user = await users.get(id, { removed: true });
  if (user.isErr()) return err(user.error.code === "not-found" ? domainError("user-not-found", "there is no such user") : user.error);
  const account = await accounts.get(id, { removed: true });
  if (account.isErr() && account.error.code !== "not-found") return err(account.error);
  const sessions = await engine.store.sessions.list(scope.tenant, id, timestamp(engine.clock.now()));
  if (sessions.isErr()) return err(sessions.error);
  const history = await everythingAbout(context, id);
  if (history.isErr()) return err(history.error);
  const { name, username, emails, phones, credentials, createdAt, removedAt } = user.value;
  // Of whatever type the host's schema makes them, they have been stored as JSON.
  const attributes = user.value.attributes as Attributes;
  return ok({
    user: { id, name, username, emails, phones, credentials, attributes, createdAt, removedAt },
    account: account.isErr() ? null : accountOf(account.value),
    sessions: sessions.value.map(({ account: _, securityVersion: __, ...session }) => session),
    history: history.value,
  });
}

const accountOf = ({ status, roles, openedAt, closedAt }: Account): Exported["account"] => ({ status, roles, openedAt, closedAt });

/** Events that are read at once. */
const CHUNK = 1000;

async function everythingAbout({ engine, scope }: CommandContext, subject: string): Promise<Result<readonly DomainEvent[], StoreError>> {
  const logged: LoggedEvent[] = [];
  for (let more = true; more;) {
    const last = logged.at(-1);
    const from = { tenant: scope.tenant, filter: { subject }, direction: "ascending", limit: CHUNK } as const;
    const read = await engine.store.log.read(last === undefined ? from : { ...from, after: last.position });
    if (read.isErr()) return err(read.error);
    logged.push(...read.value);
    more = read.value.length === CHUNK;
  }
  return readEvents(engine, logged);
}
