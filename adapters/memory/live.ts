import type { AccountState } from "denizen";
import type { StoredSession, Timestamp } from "denizen/ports";
import { key } from "./key.js";
import type { SessionRow, Tables } from "./tables.js";

export interface Live {
  readonly row: SessionRow;
  readonly account: AccountState;
}

/** A session and its account, when it is live. Timestamps are of one form, so that text compares as time does. */
export function liveSession(tables: Tables, tenant: string, id: string, at: Timestamp): Live | undefined {
  const row = tables.sessions.get(key(tenant, id));
  if (row === undefined || row.endedAt !== null || at >= row.session.idleExpiresAt || at >= row.session.expiresAt) return undefined;
  const account = openAccount(tables, tenant, row.session.account);
  const stands = account !== undefined && holds(account, row.session);
  return stands ? { row, account } : undefined;
}

/** Whether its account stands behind a session that is to start. */
export const vouches = (tables: Tables, tenant: string, { account, securityVersion }: StoredSession): boolean =>
  openAccount(tables, tenant, account)?.securityVersion === securityVersion;

function openAccount(tables: Tables, tenant: string, id: string): AccountState | undefined {
  const stored = tables.aggregates.get(key(tenant, "account", id));
  // Aggregates of this kind are denizen's own.
  const account = stored === undefined ? undefined : (JSON.parse(stored.state) as AccountState);
  return account?.closedAt === null ? account : undefined;
}

const holds = ({ securityVersion, sparedSession, sparedSince }: AccountState, session: StoredSession): boolean =>
  securityVersion === session.securityVersion || (sparedSession === session.id && session.securityVersion >= sparedSince);
