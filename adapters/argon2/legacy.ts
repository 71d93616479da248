import { err, ok } from "denizen";
import type { Result, Secret } from "denizen";
import type { HasherFailed, LegacyHash } from "denizen/ports";
import { hasherFailed } from "./failure.js";

/** How one stored hash is compared, and what is said when that fails. */
export interface Comparison {
  readonly outdated: boolean;
  compare(password: Secret): Promise<boolean>;
  failed(cause: unknown): HasherFailed;
}

/** Finds the kind that a stored hash is of. Whatever it is, it is outdated. Errors: `hasher-failed` when no kind knows it. */
export function legacyComparison(legacy: readonly LegacyHash[], stored: string): Result<Comparison, HasherFailed> {
  const kind = legacy.find((candidate) => recognises(candidate, stored));
  if (kind === undefined) return err(hasherFailed("The stored hash is of no kind this hasher knows"));
  return ok({
    outdated: true,
    // Only `true` is a match: a hash written in JavaScript might answer with something that is merely truthy.
    compare: async (password) => (await kind.verify(password, stored)) === true,
    failed: (cause) => hasherFailed(`The legacy hash ${kind.name} failed${codeOf(cause)}`),
  });
}

function recognises(kind: LegacyHash, stored: string): boolean {
  try {
    return kind.recognises(stored) === true;
  } catch {
    return false;
  }
}

// Only the code: the message of a foreign error may repeat what it was given, and that was the password.
const codeOf = (cause: unknown): string =>
  cause instanceof Error && "code" in cause && typeof cause.code === "string" && /^[A-Z_]{1,40}$/.test(cause.code)
    ? ` (${cause.code})`
    : "";
