import type { Brand } from "../../kernel/brand.js";
import { type Result, err, ok } from "../../kernel/result.js";
import { utf8Length } from "../../kernel/text.js";
import { confusableSkeleton } from "./confusable-skeleton.js";
import { enforceUsernameCaseMapped, isIdentifier, keepsBidiRule, keepsContextRules } from "./precis.js";
import { RESERVED_USERNAMES } from "./reserved-usernames.js";
import { type Invalid, type TextProblem, boundedText, codePoints, invalid } from "./text-value.js";

/** A user name in its enforced form (RFC 8265 UsernameCaseMapped): what is stored, shown and compared. */
export type Username = Brand<string, "Username">;

export type UsernameProblem =
  TextProblem | "too-short" | "character" | "context" | "direction" | "like-an-email" | "like-a-number" | "reserved";
export type UsernameInvalid = Invalid<"username-invalid", UsernameProblem>;

const MAX_CODE_POINTS = 64;
const MAX_BYTES = 256;
const MAX_INPUT = 1024;

const SENTENCES: Readonly<Record<UsernameProblem, string>> = {
  "not-a-string": "A user name is a string.",
  "too-long": `A user name has at most ${MAX_CODE_POINTS} characters and ${MAX_BYTES} bytes.`,
  "too-short": "A user name is not empty.",
  malformed: "The user name is not well-formed Unicode.",
  character: "A user name has letters, digits and . _ - + only.",
  context: "A character of the user name is only right next to certain others (RFC 5892 appendix A).",
  direction: "The user name mixes writing directions (RFC 5893).",
  "like-an-email": "A user name has no @, so that it is never taken for an e-mail address.",
  "like-a-number": "A user name has at least one letter, so that it is never taken for a phone number.",
  reserved: "The user name is reserved.",
};

const RESERVED: ReadonlySet<string> = new Set(RESERVED_USERNAMES);
let reservedSkeletons: Promise<ReadonlySet<string>> | undefined;

export const Username = {
  /** Names that are refused, with any separators between their letters. */
  reserved: RESERVED_USERNAMES,

  /**
   * Takes a text whose enforced form has 1 to 64 code points of RFC 8264's IdentifierClass, of ASCII only letters, digits and
   * `. _ - +`, at least one letter, and is not reserved. Error: `username-invalid`.
   */
  parse(input: unknown): Result<Username, UsernameInvalid> {
    const refuse = (reason: UsernameProblem) => invalid("username-invalid", SENTENCES, reason, input);
    const text = boundedText(input, MAX_INPUT);
    if (text.isErr()) return refuse(text.error);
    const name = enforceUsernameCaseMapped(text.value);
    const problem = problemOf(name);
    // The cast is the one place that makes the brand.
    return problem === undefined ? ok(name as Username) : refuse(problem);
  },

  /**
   * What the name looks like: the second key that must be unique, so that nobody is `paypa1` or Cyrillic `раураl` beside `paypal`.
   * Loads its data at the first call.
   */
  skeleton(username: Username): Promise<string> {
    return skeletonOf(username, (name) => name);
  },

  /** Whether the name can be taken for a reserved one. `parse` refuses the reserved names themselves; this takes the data of `skeleton`. */
  async resemblesReserved(username: Username): Promise<boolean> {
    reservedSkeletons ??= Promise.all(RESERVED_USERNAMES.map(confusableSkeleton)).then((skeletons) => new Set(skeletons));
    return (await reservedSkeletons).has(await skeletonOf(username, withoutSeparators));
  },

  /** `parse`, and then whatever takes the look-alike data: the name with its skeleton, or `username-invalid`. */
  async claim(input: unknown): Promise<Result<{ readonly username: Username; readonly skeleton: string }, UsernameInvalid>> {
    const parsed = Username.parse(input);
    if (parsed.isErr()) return err(parsed.error);
    const username = parsed.value;
    if (await Username.resemblesReserved(username)) return invalid("username-invalid", SENTENCES, "reserved", username);
    return ok({ username, skeleton: await Username.skeleton(username) });
  },
} as const;

async function skeletonOf(username: unknown, prepare: (name: string) => string): Promise<string> {
  return typeof username === "string" && username.length <= MAX_INPUT ? confusableSkeleton(prepare(username)) : "";
}

const withoutSeparators = (name: string): string => name.replace(/[._+\-\u200C\u200D]/g, "");

function problemOf(name: string): UsernameProblem | undefined {
  if (name.includes("@")) return "like-an-email";
  const length = codePoints(name);
  if (length === 0) return "too-short";
  if (length > MAX_CODE_POINTS || utf8Length(name) > MAX_BYTES) return "too-long";
  // Before the characters are looked at, so that a phone number with spaces is called one.
  if (!/\p{L}/u.test(name)) return "like-a-number";
  if (!isIdentifier(name)) return "character";
  if (!keepsContextRules(name)) return "context";
  if (!keepsBidiRule(name)) return "direction";
  return RESERVED.has(withoutSeparators(name)) ? "reserved" : undefined;
}
