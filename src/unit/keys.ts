import { findUnstorable } from "../kernel/json.js";

export const LONGEST_ID = 255;
export const LONGEST_KIND = 64;
/** What every database can index. */
export const LONGEST_KEY = 1024;

/** Whether something can be a key of a row in every store: text, not empty, not too long, and well-formed. */
export const isKey = (value: unknown, longest: number): value is string =>
  typeof value === "string" && value.length > 0 && value.length <= longest && findUnstorable(value) === undefined;
