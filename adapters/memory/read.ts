import type { Json, LoadOptions, Lookup, StoredAggregate, StoredEvent } from "denizen/ports";
import { key } from "./tables.js";
import type { Tables } from "./tables.js";

export function load(tables: Tables, tenant: string, lookup: Lookup, limit: LoadOptions["limit"]): readonly StoredAggregate[] {
  return idsOf(tables, tenant, lookup)
    .slice(0, limit)
    .flatMap((id) => {
      const row = tables.aggregates.get(key(tenant, lookup.kind, id));
      return row === undefined ? [] : [{ id, version: row.version, state: JSON.parse(row.state) as Json }];
    });
}

export function idsOf(tables: Tables, tenant: string, lookup: Lookup): readonly string[] {
  if ("id" in lookup) return [lookup.id];
  const at = key(tenant, lookup.kind, lookup.identifier.kind, lookup.identifier.key);
  if (lookup.identifier.shared === true) return tables.shared.of(at);
  const holder = tables.unique.get(at);
  return holder === undefined ? [] : [holder];
}

export function history(tables: Tables, tenant: string, publisher: { kind: string; id: string }, after: number): readonly StoredEvent[] {
  const at = key(tenant, publisher.kind, publisher.id);
  const count = tables.histories.get(at) ?? 0;
  return Array.from({ length: count }, (_, index) => JSON.parse(tables.events.get(key(at, String(index))) ?? "null") as StoredEvent).filter(
    (event) => event.publisher.version !== null && event.publisher.version > after,
  );
}
