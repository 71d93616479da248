import { invalidArgument } from "../kernel/error.js";
import type { InvalidArgument } from "../kernel/error.js";
import { field } from "../kernel/hostile.js";
import { err, ok } from "../kernel/result.js";
import type { Result } from "../kernel/result.js";
import { isKey, LONGEST_ID } from "../unit/keys.js";

/** An id in a command's input. */
export function idIn(input: unknown, name: string): Result<string, InvalidArgument> {
  const id = field(input, name);
  return isKey(id, LONGEST_ID) ? ok(id) : err(invalidArgument(name, `must be well-formed text of 1 to ${LONGEST_ID} characters`));
}

/** The role, and the scope of its grant, in a command's input. What they may be is the account's business. */
export function roleIn(input: unknown): Result<{ readonly role: string; readonly scope: string | null }, InvalidArgument> {
  const [role, scope = null] = [field(input, "role"), field(input, "scope")];
  if (typeof role !== "string") return err(invalidArgument("role", "must be the name of a role"));
  return scope === null || typeof scope === "string" ? ok({ role, scope }) : err(invalidArgument("scope", "must be text or null"));
}
