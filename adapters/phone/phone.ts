import { isSupportedCountry, parsePhoneNumberFromString, validatePhoneNumberLength } from "libphonenumber-js/max";
import type { CountryCode, ValidatePhoneNumberLengthResult } from "libphonenumber-js/max";
import { ConfigurationError, PhoneNumber, domainError, err } from "denizen";
import type { PhoneInvalid, Result } from "denizen";
import { configured } from "denizen/ports";
import type { PhoneParser } from "denizen/ports";

export interface PhoneOptions {
  /** ISO 3166-1 alpha-2 region, in capitals, in which a number without `+` is read. Without it such numbers are refused. */
  readonly defaultRegion?: CountryCode;
}

/**
 * Reads phone numbers as people write them, by the numbering plans of libphonenumber. The result is E.164, `+34600123456`.
 *
 * A number must be possible, that is of a length its region's plan knows. It need not be assigned: plans change faster than packages,
 * and only a message that arrives proves a number. Numbers of six digits or less, and those written with a `(0)`, must be assigned
 * too: the former are emergency and service numbers elsewhere (112, 116117), and the latter some region's trunk prefix.
 *
 * `parse` never throws; its one error is `phone-invalid`. Throws `ConfigurationError` when the region is unknown.
 */
export function phone(options: PhoneOptions = {}): PhoneParser {
  const region: unknown = configured("phone", () => options.defaultRegion);
  if (region !== undefined && (typeof region !== "string" || !isSupportedCountry(region))) {
    throw new ConfigurationError([
      'phone: defaultRegion must be an ISO 3166-1 alpha-2 code in capitals that libphonenumber knows, as "ES"',
    ]);
  }
  // `extract: false`: the text is one number, not a text in which there is one.
  const reading = { extract: false, ...(region === undefined ? {} : { defaultCountry: region }) };

  const parse = (input: unknown): Result<PhoneNumber, PhoneInvalid> => {
    const text = plain(input);
    // What is not one number and nothing else is no number to the core either, which says why.
    if (text === undefined) return PhoneNumber.parse(input);
    const problem = validatePhoneNumberLength(text, reading);
    if (problem !== undefined) return refuse(...PROBLEMS[problem], text);
    const e164 = parsePhoneNumberFromString(text, reading)?.number ?? "";
    // Read once more: a local number without its area code, or one with two trunk prefixes, comes out as a number that reads otherwise.
    const number = parsePhoneNumberFromString(e164, { extract: false });
    if (number?.number !== e164 || !number.isPossible()) return refuse(...PROBLEMS.INVALID_LENGTH, text);
    const isAssigned = number.isValid();
    if (!isAssigned && number.nationalNumber.length <= SHORT_DIGITS) return refuse(...PROBLEMS.TOO_SHORT, text);
    if (!isAssigned && TRUNK_PREFIX.test(String(input)))
      return refuse("trunk-prefix", "The (0) makes it a number that does not exist.", text);
    return PhoneNumber.parse(e164);
  };
  return Object.freeze({ parse });
}

// The longest E.164 number has 15 digits; this leaves room for a separator after each, and more.
const MAX_LENGTH = 64;
const SHORT_DIGITS = 6;
const TRUNK_PREFIX = /\(\s*0\s*\)/;

/**
 * The digits, with the `+` if there is one. Undefined for text with anything else in it: a second number, letters, `tel:`, an extension.
 * libphonenumber would skip a `+` that is not in front or full-width and read the rest in the default region: somebody else's number.
 */
function plain(input: unknown): string | undefined {
  if (typeof input !== "string" || input.length > MAX_LENGTH) return undefined;
  const text = input.replace(/[\p{Zs}\p{Pd}./()]/gu, "").replace(/^＋/, "+");
  return /^\+?\p{Nd}+$/u.test(text) ? text : undefined;
}

type Refusal = readonly [PhoneInvalid["reason"], string];

const PROBLEMS: Readonly<Record<ValidatePhoneNumberLengthResult, Refusal>> = {
  INVALID_COUNTRY: ["no-country-code", "A phone number starts with + and a country code, unless it is one of the default region."],
  NOT_A_NUMBER: ["character", "A phone number has digits and, between them, spaces, hyphens, dots, slashes and parentheses."],
  TOO_SHORT: ["too-short", "The number is too short for its region; emergency and service numbers are not taken."],
  TOO_LONG: ["too-long", "The number is too long for its region."],
  INVALID_LENGTH: ["too-short", "No number of its region has this form and length."],
};

const refuse = (reason: PhoneInvalid["reason"], message: string, value: string): Result<never, PhoneInvalid> =>
  err(domainError("phone-invalid", message, { reason, value }));
