import type { AccountState } from "denizen";
import type { Timestamp } from "denizen/ports";
import { key } from "./tables.js";
import type { SessionRow, Tables } from "./tables.js";

export interface Live extends SessionRow {
  readonly account: AccountState;
}

/** A session and its account, when it is live. Timestamps are of one form, so that text compares as time does. */
export function liveSession(tables: Tables, tenant: string, id: string, at: Timestamp): Live | undefined {
  const row = tables.sessions.get(key(tenant, id));
  if (row === undefined || row.ended || at >= row.session.idleExpiresAt || at >= row.session.expiresAt) return undefined;
  const stored = tables.aggregates.get(key(tenant, "account", row.session.account));
  if (stored === undefined) return undefined;
  // Aggregates of this kind are denizen's own.
  const account = JSON.parse(stored.state) as AccountState;
  const holds = account.securityVersion === row.session.securityVersion || account.sparedSession === id;
  return holds && account.closedAt === null ? { ...row, account } : undefined;
}
