import { isDomainError } from "denizen";
import type { Result } from "denizen";

/** The code of an `err`, or `ok`: what most tests of failures compare. */
export const codeOf = (result: Result<unknown, unknown>): string => {
  if (result.isOk()) return "ok";
  return isDomainError(result.error) ? result.error.code : `no domain error: ${String(result.error)}`;
};

/** Where a test is not about the answer, but about what is true after it. */
export const whatever = (_: Result<unknown, unknown>): void => undefined;
