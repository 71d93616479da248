import { key } from "./key.js";
import type { CommittedTables, SessionRow } from "./tables.js";

/** Everything of a person that is no aggregate's: what is personal in the log, the sessions, the counters, what deliveries failed by. */
export function forget(tables: CommittedTables, tenant: string, person: string): void {
  tables.log.erase(tenant, person);
  for (const id of tables.sessionsOf.of(key(tenant, person))) {
    const row = tables.sessions.get(key(tenant, id));
    if (row !== undefined) removeSession(tables, row);
  }
  const ofTenant = key(tenant, "");
  for (const [at, { owner }] of tables.counters) if (owner === person && at.startsWith(ofTenant)) tables.counters.delete(at);
  for (const { queues } of tables.subscribers.values()) {
    for (const [publisher, { rows }] of queues) {
      if (publisher.tenant !== tenant) continue;
      for (const row of rows) if (row.error !== null && row.entry.subject === person) row.error = { code: row.error.code, message: "" };
    }
  }
}

export function removeSession({ sessions, families, sessionsOf }: CommittedTables, { tenant, session, family }: SessionRow): void {
  sessions.delete(key(tenant, session.id));
  families.delete(key(tenant, family));
  sessionsOf.set(key(tenant, session.account), session.id, false);
}
