import type { Result } from "denizen";

/** The code of an `err`, or `ok`: what most tests of failures compare. */
export const codeOf = (result: Result<unknown, { readonly code: string }>): string => (result.isOk() ? "ok" : result.error.code);
