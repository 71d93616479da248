import { domainError, err, ok } from "denizen";
import type { Result } from "denizen";
import type { AggregateChange, ChangeSet, FlushError, Identifier, StoredEvent, VaultChange } from "denizen/ports";
import { draftOf } from "./entry.js";
import { inOnePiece } from "./in-one-piece.js";
import { key } from "./key.js";
import type { Tables } from "./tables.js";

/** Everything a change set must hold while it is written: its aggregates, and the unique identifiers it claims or releases. */
export const lockKeys = (changes: ChangeSet): readonly string[] =>
  changes.aggregates.flatMap((change) => [
    aggregateLock(changes.tenant, change.kind, change.id),
    ...[...change.claimed, ...change.released]
      .filter((identifier) => identifier.shared !== true)
      .map((identifier) => key("identifier", changes.tenant, change.kind, identifier.kind, identifier.key)),
  ]);

export const aggregateLock = (tenant: string, kind: string, id: string): string => key("aggregate", tenant, kind, id);

/**
 * Checks and writes a change set. On an error part of it may have been written: flush into an overlay and forget that.
 * The checks come in the order in which the database makes them: ids, versions, identifiers.
 */
export function flush(tables: Tables, changes: ChangeSet): Result<void, FlushError> {
  const { tenant } = changes;
  for (const change of changes.aggregates) {
    const stored = tables.aggregates.get(key(tenant, change.kind, change.id));
    if (change.expectedVersion === 0 && stored !== undefined) {
      return err(domainError("id-taken", `there is a ${change.kind} of this id already`, { kind: change.kind, id: change.id }));
    }
  }
  if (
    changes.aggregates.some(
      (change) => (tables.aggregates.get(key(tenant, change.kind, change.id))?.version ?? 0) !== change.expectedVersion,
    )
  ) {
    return err(conflict(changes.aggregates));
  }
  for (const change of changes.aggregates) writeAggregate(tables, tenant, change);
  for (const change of changes.aggregates) for (const identifier of change.released) release(tables, tenant, change, identifier);
  for (const change of changes.aggregates) {
    for (const identifier of change.claimed) {
      const claimed = claim(tables, tenant, change, identifier);
      if (claimed.isErr()) return err(claimed.error);
    }
  }
  for (const change of changes.vault) writeMaterial(tables, tenant, change);
  append(tables, tenant, changes.events);
  for (const subject of changes.erased) tables.log.erase(tenant, subject);
  return ok(undefined);
}

export const conflict = (aggregates: readonly AggregateChange[]) =>
  domainError("concurrency-conflict", "another unit of work changed this first", {
    aggregates: aggregates.filter((change) => change.expectedVersion > 0).map(({ kind, id }) => ({ kind, id })),
  });

export const append = (tables: Tables, tenant: string, events: readonly StoredEvent[]): void =>
  tables.log.append(events.map((event) => draftOf(tenant, event)));

function writeAggregate(tables: Tables, tenant: string, change: AggregateChange): void {
  const row = { version: change.version, state: inOnePiece(JSON.stringify(change.after)) };
  tables.aggregates.set(key(tenant, change.kind, change.id), row);
}

function release(tables: Tables, tenant: string, change: AggregateChange, identifier: Identifier): void {
  const at = key(tenant, change.kind, identifier.kind, identifier.key);
  if (identifier.shared === true) tables.shared.set(at, change.id, false);
  else if (tables.unique.get(at) === change.id) tables.unique.delete(at);
}

function claim(tables: Tables, tenant: string, change: AggregateChange, identifier: Identifier): Result<void, FlushError> {
  const at = key(tenant, change.kind, identifier.kind, identifier.key);
  if (identifier.shared === true) {
    tables.shared.set(at, change.id, true);
    return ok(undefined);
  }
  const holder = tables.unique.get(at);
  if (holder !== undefined && holder !== change.id) {
    return err(
      domainError("identifier-taken", `this ${identifier.kind} is taken`, {
        aggregate: change.kind,
        kind: identifier.kind,
        key: identifier.key,
      }),
    );
  }
  tables.unique.set(at, change.id);
  return ok(undefined);
}

function writeMaterial(tables: Tables, tenant: string, change: VaultChange): void {
  const id = "put" in change ? change.put : change.drop;
  const at = key(tenant, id);
  const before = tables.materials.get(at);
  if (before !== undefined) tables.credentials.set(key(tenant, before.owner), id, false);
  if ("put" in change) {
    tables.materials.set(at, { owner: change.owner, version: (before?.version ?? 0) + 1, secret: change.secret.reveal() });
    tables.credentials.set(key(tenant, change.owner), id, true);
  } else tables.materials.delete(at);
}
