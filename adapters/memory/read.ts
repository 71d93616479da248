import type { Holding, Identifier, Json, LoadOptions, Lookup, Standing, StandingQuery, StoredAggregate, StoredEvent } from "denizen/ports";
import { eventOf } from "./entry.js";
import type { EventLog } from "./event-log.js";
import { liveSession } from "./live.js";
import { key } from "./key.js";
import type { Tables } from "./tables.js";

export const load = (tables: Tables, tenant: string, lookup: Lookup, limit: LoadOptions["limit"]): readonly StoredAggregate[] =>
  idsOf(tables, tenant, lookup)
    .slice(0, limit)
    .flatMap((id) => loadOne(tables, tenant, lookup.kind, id) ?? []);

export function loadOne(tables: Tables, tenant: string, kind: string, id: string): StoredAggregate | undefined {
  const row = tables.aggregates.get(key(tenant, kind, id));
  return row === undefined ? undefined : { id, version: row.version, state: JSON.parse(row.state) as Json };
}

export function idsOf(tables: Tables, tenant: string, lookup: Lookup): readonly string[] {
  if ("id" in lookup) return [lookup.id];
  const at = key(tenant, lookup.kind, lookup.identifier.kind, lookup.identifier.key);
  if (lookup.identifier.shared === true) return tables.shared.of(at);
  const holder = tables.unique.get(at);
  return holder === undefined ? [] : [holder];
}

export function history(log: EventLog, tenant: string, publisher: { kind: string; id: string }, after: number): readonly StoredEvent[] {
  const found: StoredEvent[] = [];
  let entry = log.publisher(tenant, publisher.kind, publisher.id)?.last;
  for (; entry !== undefined; entry = entry.previous) if (entry.version !== null && entry.version > after) found.push(eventOf(entry));
  return found.reverse();
}

export const held = (tables: Tables, tenant: string, aggregate: string, identifiers: readonly Identifier[]): readonly Holding[] =>
  identifiers.flatMap(({ kind, key: text }) => {
    const id = tables.unique.get(key(tenant, aggregate, kind, text));
    return id === undefined ? [] : [{ kind, key: text, id }];
  });

export const standing = (tables: Tables, tenant: string, { accounts, session, at }: StandingQuery): Standing => ({
  accounts: [...new Set(accounts)].sort().flatMap((id) => loadOne(tables, tenant, "account", id) ?? []),
  session: session === null ? undefined : liveSession(tables, tenant, session, at)?.row.session,
});
