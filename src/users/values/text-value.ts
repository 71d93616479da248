import { type DomainError, domainError } from "../../kernel/error.js";
import { type Err, type Result, err, ok } from "../../kernel/result.js";
import { excerpt, isWellFormed, utf8Length } from "../../kernel/text.js";

/** A refused value: why, and the beginning of what was sent if that was a text. Never used for a secret. */
export type Invalid<Code extends string, Reason extends string> = DomainError<Code> & {
  readonly reason: Reason;
  readonly value?: string;
};

/** Builds the error of a value object from its table of reasons. */
export function invalid<const Code extends string, Reason extends string>(
  code: Code,
  sentences: Readonly<Record<Reason, string>>,
  reason: Reason,
  input?: unknown,
): Err<never, Invalid<Code, Reason>> {
  const details = typeof input === "string" ? { reason, value: printable(excerpt(input)) } : { reason };
  return err<never, Invalid<Code, Reason>>(domainError(code, sentences[reason], details));
}

// What is refused for a line break or half a surrogate pair must not carry it into a log line or a `jsonb` column.
const printable = (text: string): string => text.replace(/[\p{Cc}\p{Cs}\u2028\u2029]/gu, "\uFFFD");

export type TextProblem = "not-a-string" | "too-long" | "malformed";

/** The first gate of every text: a string of at most so many UTF-8 bytes that can be written as UTF-8. Comes before any normalising. */
export function boundedText(input: unknown, maxBytes: number): Result<string, TextProblem> {
  if (typeof input !== "string") return err("not-a-string");
  // A UTF-16 unit takes at least one byte: this refuses 100 MB without reading them.
  if (input.length > maxBytes || utf8Length(input) > maxBytes) return err("too-long");
  return isWellFormed(input) ? ok(input) : err("malformed");
}

/** Number of Unicode code points. Linear. */
export function codePoints(text: string): number {
  let count = 0;
  for (let index = 0; index < text.length; index++) {
    count++;
    // One beyond U+FFFF takes two units.
    if ((text.codePointAt(index) ?? 0) > 0xffff) index++;
  }
  return count;
}

/** Whether the compatibility normalisation would turn it into something else: ligatures, full-width forms, ⓐ, Ⅳ. */
export const isCompatibilityStable = (text: string): boolean => text.normalize("NFKC") === text.normalize("NFC");

/**
 * Applies a mapping until nothing changes. Unicode's mappings are not closed under one another (lower-casing can undo NFC);
 * a canonical form that is not a fixed point makes one person two (Spotify 2013). No known text takes more than three rounds.
 */
export function untilStable(text: string, map: (text: string) => string): string {
  let current = text;
  for (let round = 0; round < 4; round++) {
    const next = map(current);
    if (next === current) return current;
    current = next;
  }
  return current;
}

/** Whether there is nothing to normalise: of ASCII's characters only the letters have another form, and that is their case. */
export const isAscii = (text: string): boolean => /^\p{ASCII}*$/u.test(text);

/** A form in which texts are compared loosely: full case folding, NFKC, without invisible characters (as Unicode's NFKC_Casefold). */
export const looseForm = (text: string): string =>
  isAscii(text)
    ? text.toLowerCase()
    : untilStable(text, (current) =>
        current
          .replace(/\p{Default_Ignorable_Code_Point}/gu, "")
          .normalize("NFKC")
          .toUpperCase()
          .toLowerCase()
          .normalize("NFKC"),
      );
