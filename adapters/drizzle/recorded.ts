import { domainError } from "denizen";
import type { ChangeSet, CommandOutcome, CommitFailure, CommitRecord } from "denizen/ports";
import { failureOf, flushError, storeError, unavailable } from "./failure.js";
import type { Statements } from "./statements.js";

/** The change set of a commit that has nothing left to write but its record. */
export const NOTHING: ChangeSet = { tenant: "", aggregates: [], events: [], vault: [], erased: [] };

export const outcomeUnknown = (commitId: string): CommitFailure =>
  domainError("commit-outcome-unknown", "the connection was lost while committing: ask outcome(commitId)", { commitId });

const REPEATED: CommitFailure = domainError("command-repeated", "this command was carried out before", {
  record: { commitId: "", position: "", outcome: null },
});

/** What it means that the record of a commit could not be written. */
export function recordError(thrown: unknown, record: CommitRecord, { names }: Statements): CommitFailure {
  const { code, constraint } = failureOf(thrown);
  if (code === "23505" && constraint === `${names.prefix}commits_command`) return REPEATED;
  if (code === "23505" && constraint === names.primaryKey("commits")) return outcomeUnknown(record.commitId);
  return flushError(thrown, NOTHING, names);
}

/** A repeated command's first answer, looked up now that its own attempt is over. */
export async function repeatedOr(failure: CommitFailure, find: () => Promise<CommandOutcome | undefined>): Promise<CommitFailure> {
  if (failure.code !== "command-repeated") return failure;
  try {
    const record = await find();
    return record === undefined
      ? unavailable("the first answer of a repeated command could not be read")
      : domainError(failure.code, failure.message, { record });
  } catch (thrown) {
    return storeError(failureOf(thrown));
  }
}
