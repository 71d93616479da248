import { safeParse } from "zod/mini";
import type { ZodMiniType } from "zod/mini";
import { invalidArgument } from "./error.js";
import type { InvalidArgument } from "./error.js";
import { err, ok } from "./result.js";
import type { Result } from "./result.js";

/** Puts an argument through a schema: its explicit fields come out, everything else stays outside. Never throws. */
export function parseInput<Output>(schema: ZodMiniType<Output>, input: unknown, argument: string): Result<Output, InvalidArgument> {
  try {
    const parsed = safeParse(schema, input);
    if (parsed.success) return ok(parsed.data);
    const [issue] = parsed.error.issues;
    return err(invalidArgument([argument, ...(issue?.path ?? [])].map(String).join("."), issue?.message ?? "is not valid"));
  } catch {
    return err(invalidArgument(argument, "cannot be read"));
  }
}

/** The one own field of an object that has exactly one; of anything else, nothing. */
export function oneField(input: unknown): readonly [name: string, value: unknown] | undefined {
  if (typeof input !== "object" || input === null) return undefined;
  try {
    const entries = Object.entries(input);
    return entries.length === 1 ? entries[0] : undefined;
  } catch {
    // A proxy or a getter of the caller's threw.
    return undefined;
  }
}
