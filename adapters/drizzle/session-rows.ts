import type { SessionEvent, StoredSession } from "denizen/ports";
import { eventRow } from "./events.js";
import type { Names } from "./names.js";
import { iso } from "./sql.js";

/** A row of the sessions as one JSON object; `s` is its alias. */
export const sessionJson = (s: string): string => `json_build_object(
  'id', ${s}.id, 'account', ${s}.account_id, 'securityVersion', ${s}.security_version, 'device', ${s}.device, 'methods', ${s}.methods,
  'startedAt', ${s}.started_at, 'lastUsedAt', ${s}.last_used_at, 'idleExpiresAt', ${s}.idle_expires_at, 'expiresAt', ${s}.expires_at)`;

/** What `sessionJson` built. */
export const storedSession = (session: StoredSession): StoredSession => ({
  ...session,
  startedAt: iso(session.startedAt),
  lastUsedAt: iso(session.lastUsedAt),
  idleExpiresAt: iso(session.idleExpiresAt),
  expiresAt: iso(session.expiresAt),
});

/** Whether a session has not ended by itself. */
const lasts = (s: string, at: string): string => `${s}.revoked_at is null and ${at} < ${s}.idle_expires_at and ${at} < ${s}.expires_at`;

/** Whether an account, joined to a session, still stands behind it. */
const vouches = (a: string, s: string): string =>
  `${a}.closed_at is null and (${s}.security_version = ${a}.security_version 
    or ${a}.spared_session = ${s}.id and ${s}.security_version >= ${a}.spared_since)`;

/** Sessions `s` of the tenant `$1` that are live, with their accounts `a`. */
export const liveSessions = ({ quoted: t }: Names, where: string, at: string): string => `${t.sessions} s
  join ${t.accounts} a on a.tenant = s.tenant and a.id = s.account_id
  where s.tenant = $1::text and ${where} and ${lasts("s", at)} and ${vouches("a", "s")}`;

/**
 * The live session of which `where` says something as `seen`, held against all who would change it until the statement has
 * ended. Who had to wait for another looks at the row as that one left it, but at the account as it was when the
 * statement began. So the account is asked about the session as it was then: of a session that another refreshed meanwhile it
 * would know nothing.
 */
export const heldSession = ({ quoted: t }: Names, where: string, at: string): string => `select s.*, a.security_version as account_version
  from ${t.sessions} seen
  join ${t.accounts} a on a.tenant = seen.tenant and a.id = seen.account_id
  join ${t.sessions} s on s.tenant = seen.tenant and s.id = seen.id
  where seen.tenant = $1::text and ${where} and ${vouches("a", "seen")} and ${lasts("s", at)}
  for no key update of s`;

/** Publisher and subject are the statement's to fill in. */
export const sessionEventRow = (event: SessionEvent) =>
  eventRow({ ...event, publisher: { kind: "session", id: "", version: null }, subject: null });
