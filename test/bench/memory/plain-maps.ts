import type { ChangeSet, CommitRecord, Json } from "denizen/ports";

/** What the memory store does for a commit and a load, without a transaction, written out by hand on plain Maps. */
export interface PlainMaps {
  commit(changes: ChangeSet, record: CommitRecord): Promise<number>;
  load(kind: string, id: string): Promise<{ readonly id: string; readonly version: number; readonly state: Json }>;
}

/** One tenant; who is found by shared identifiers is not looked for. Checks what the store checks, and keeps what it keeps. */
export function plainMaps(): PlainMaps {
  const aggregates = new Map<string, { readonly version: number; readonly state: string }>();
  const unique = new Map<string, string>();
  const shared = new Map<string, Set<string>>();
  const events: string[] = [];
  const commits = new Map<string, { readonly position: number; readonly at: string }>();

  function check({ aggregates: changed }: ChangeSet, { commitId }: CommitRecord): void {
    if (commits.has(commitId)) throw new Error("committed before");
    for (const { kind, id, expectedVersion, claimed } of changed) {
      if ((aggregates.get(`${kind} ${id}`)?.version ?? 0) !== expectedVersion) throw new Error("somebody else was first");
      for (const identifier of claimed) {
        if (identifier.shared !== true && unique.has(`${kind} ${identifier.kind} ${identifier.key}`)) throw new Error("taken");
      }
    }
  }

  return {
    commit: (changes, record) => {
      check(changes, record);
      for (const { kind, id, version, after, claimed, released } of changes.aggregates) {
        aggregates.set(`${kind} ${id}`, { version, state: JSON.stringify(after) });
        for (const identifier of released) {
          const key = `${kind} ${identifier.kind} ${identifier.key}`;
          if (identifier.shared === true) shared.get(key)?.delete(id);
          else unique.delete(key);
        }
        for (const identifier of claimed) {
          const key = `${kind} ${identifier.kind} ${identifier.key}`;
          if (identifier.shared === true) shared.set(key, (shared.get(key) ?? new Set<string>()).add(id));
          else unique.set(key, id);
        }
      }
      for (const event of changes.events) events.push(JSON.stringify(event));
      commits.set(record.commitId, { position: events.length, at: record.at });
      return Promise.resolve(events.length);
    },
    load: (kind, id) => {
      const row = aggregates.get(`${kind} ${id}`);
      if (row === undefined) throw new Error("nobody");
      // It was made of JSON.
      return Promise.resolve({ id, version: row.version, state: JSON.parse(row.state) as Json });
    },
  };
}
