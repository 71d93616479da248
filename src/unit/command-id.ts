import { invalidArgument } from "../kernel/error.js";
import type { InvalidArgument } from "../kernel/error.js";
import { field } from "../kernel/hostile.js";
import { findUnstorable } from "../kernel/json.js";
import type { Json } from "../kernel/json.js";
import { err, ok } from "../kernel/result.js";
import type { Result } from "../kernel/result.js";
import type { CommitOptions } from "./commit.js";

/** The host's name for one command, by which a retry is recognised. */
export const isCommandId = (value: unknown): value is string =>
  typeof value === "string" && value.length > 0 && value.length <= 255 && findUnstorable(value) === undefined;

export const notACommandId = "must be a well-formed string of 1 to 255 characters";

/** Reads the options of a commit from whatever was passed. */
export function commitOptions(options: unknown): Result<CommitOptions, InvalidArgument> {
  const command = field(options, "command");
  if (command === undefined) return ok({});
  const [id, outcome = null] = [field(command, "id"), field(command, "outcome")];
  if (!isCommandId(id)) return err(invalidArgument("command.id", notACommandId));
  if (findUnstorable(outcome) !== undefined) return err(invalidArgument("command.outcome", "must be JSON"));
  // `findUnstorable` has just said that it is.
  return ok({ command: { id, outcome: outcome as Json } });
}
