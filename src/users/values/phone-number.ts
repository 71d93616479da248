import type { Brand } from "../../kernel/brand.js";
import { type Result, ok } from "../../kernel/result.js";
import { type Invalid, type TextProblem, boundedText, invalid } from "./text-value.js";

/** An international number in E.164 form, `+34600123456`: no short code, no extension. */
export type PhoneNumber = Brand<string, "PhoneNumber">;

export type PhoneProblem = TextProblem | "too-short" | "no-country-code" | "character" | "trunk-prefix";
export type PhoneInvalid = Invalid<"phone-invalid", PhoneProblem>;

const MAX_INPUT = 64;
// The shortest there are: Niue (+683) and Tokelau (+690) have four digits after the country code.
const MIN_DIGITS = 7;
// ITU-T E.164 §6: country code and national number together.
const MAX_DIGITS = 15;

const SENTENCES: Readonly<Record<PhoneProblem, string>> = {
  "not-a-string": "A phone number is a string.",
  "too-long": `A phone number has at most ${MAX_DIGITS} digits.`,
  "too-short": `A phone number has at least ${MIN_DIGITS} digits; short codes are not taken.`,
  malformed: "The phone number is not well-formed Unicode.",
  "no-country-code": "A phone number starts with + and a country code from 1 to 9.",
  character: "A phone number has digits 0 to 9 and, between them, spaces, hyphens, dots and parentheses.",
  "trunk-prefix": "The (0) of a phone number is not dialled from abroad: leave it out.",
};

export const PhoneNumber = {
  /**
   * Takes `+` and 7 to 15 digits; spaces, no-break spaces, hyphens, dots and parentheses are removed. Knows no numbering plans:
   * `denizen/phone` does. Error: `phone-invalid`.
   */
  parse(input: unknown): Result<PhoneNumber, PhoneInvalid> {
    const refuse = (reason: PhoneProblem) => invalid("phone-invalid", SENTENCES, reason, input);
    const text = boundedText(input, MAX_INPUT);
    if (text.isErr()) return refuse(text.error);
    // Dropping the parentheses of +44 (0)20 … would make it somebody else's number.
    if (/\(\s*0\s*\)/.test(text.value)) return refuse("trunk-prefix");
    const dialled = text.value.replace(/[ \u00A0\-.()]/g, "");
    if (!/^\+?\d*$/.test(dialled)) return refuse("character");
    if (!/^\+[1-9]/.test(dialled)) return refuse("no-country-code");
    if (dialled.length - 1 < MIN_DIGITS) return refuse("too-short");
    // The cast is the one place that makes the brand.
    return dialled.length - 1 > MAX_DIGITS ? refuse("too-long") : ok(dialled as PhoneNumber);
  },
} as const;
