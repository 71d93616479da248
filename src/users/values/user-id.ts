import type { Brand } from "../../kernel/brand.js";
import { type Result, ok } from "../../kernel/result.js";
import { type Invalid, type TextProblem, boundedText, invalid } from "./text-value.js";

/** Identifies a user. Opaque: hosts keep UUIDs, ULIDs or the integers of their old table in it. Compared byte by byte. */
export type UserId = Brand<string, "UserId">;

export type UserIdProblem = TextProblem | "empty" | "character" | "not-an-integer";
export type UserIdInvalid = Invalid<"user-id-invalid", UserIdProblem>;

const MAX_BYTES = 128;
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Z}]/u;

const SENTENCES: Readonly<Record<UserIdProblem, string>> = {
  "not-a-string": "A user id is a string or an integer.",
  "not-an-integer": "A numeric user id is an integer from 0 to 2^53 - 1.",
  empty: "A user id is not empty.",
  "too-long": `A user id has at most ${MAX_BYTES} bytes.`,
  malformed: "The user id is not well-formed Unicode.",
  character: "A user id has no spaces, control or invisible characters.",
};

export const UserId = {
  /**
   * Takes a non-empty string of at most 128 UTF-8 bytes without spaces, control or format characters, as it is;
   * a safe integer ≥ 0 becomes its decimal form. Error: `user-id-invalid`.
   */
  parse(input: unknown): Result<UserId, UserIdInvalid> {
    const refuse = (reason: UserIdProblem) => invalid("user-id-invalid", SENTENCES, reason, input);
    if (typeof input === "number") return Number.isSafeInteger(input) && input >= 0 ? ok(brand(String(input))) : refuse("not-an-integer");
    const text = boundedText(input, MAX_BYTES);
    if (text.isErr()) return refuse(text.error);
    if (text.value === "") return refuse("empty");
    return UNPRINTABLE.test(text.value) ? refuse("character") : ok(brand(text.value));
  },
} as const;

// The one place that makes the brand; both callers have checked the rule.
const brand = (text: string): UserId => text as UserId;
