import type { Outcome, Timestamp } from "denizen/ports";
import { positionOf } from "./entry.js";
import type { CommittedTables } from "./tables.js";

/** Finds a commit, or fences it off. */
export function settleCommit(tables: CommittedTables, commitId: string, at: Timestamp): Outcome {
  const row = tables.commits.get(commitId) ?? { position: null, at, command: undefined };
  if (row.position !== null) return { status: "committed", position: positionOf(row.position) };
  tables.commits.set(commitId, row);
  return { status: "rolled-back" };
}
