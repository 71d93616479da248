import type { Brand } from "../../kernel/brand.js";
import { type Result, err, ok } from "../../kernel/result.js";
import { utf8Length } from "../../kernel/text.js";
import { type Invalid, type TextProblem, boundedText, invalid, isAscii, isCompatibilityStable, untilStable } from "./text-value.js";

/** One mailbox, as mail goes to it: the local part as typed (NFC), the domain in lower case and A-label form. */
export type Email = Brand<string, "Email">;

export type EmailProblem = TextProblem | "at-sign" | "local-part" | "domain";
export type EmailInvalid = Invalid<"email-invalid", EmailProblem>;

// RFC 5321 §4.5.3.1.1 and .3: 64 octets before the @, 256 for the path with its angle brackets.
const MAX_LOCAL = 64;
const MAX_ADDRESS = 254;
// What is read at all: an internationalised domain may shrink when it becomes an A-label.
const MAX_INPUT = 1024;

const SENTENCES: Readonly<Record<EmailProblem, string>> = {
  "not-a-string": "An e-mail address is a string.",
  "too-long": `An e-mail address has at most ${MAX_ADDRESS} octets, ${MAX_LOCAL} of them before the @.`,
  malformed: "The e-mail address is not well-formed Unicode.",
  "at-sign": "An e-mail address has exactly one @.",
  "local-part": "What stands before the @ is not a plain dot-separated name (RFC 5321 dot-string, RFC 6531).",
  domain: "What stands after the @ is not a fully qualified domain name.",
};

// RFC 5321 dot-string; RFC 6531 adds letters, digits and marks beyond ASCII, of which none may start an atom with a mark.
const DOT_STRING = (() => {
  const atom = "[\\w!#$%&'*+/=?^`{|}~\\-\\p{L}\\p{Nd}][\\w!#$%&'*+/=?^`{|}~\\-\\p{L}\\p{Nd}\\p{M}]*";
  return new RegExp(`^${atom}(?:\\.${atom})*$`, "u");
})();
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/u;
// Nothing that a URL parser takes for anything but a host, so that only its IDNA mapping applies. The middle dots of Catalan
// and Japanese are part of IDNA 2008 (RFC 5892 appendix A).
const DOMAIN_CHARACTERS = /^[a-z\d.\-\p{L}\p{M}\p{Nd}\u00B7\u30FB]+$/u;
const LABEL = /^[a-z\d](?:[a-z\d-]*[a-z\d])?$/;
// The forms that URL and resolvers read as a number, and so as the end of an IPv4 address.
const NUMERIC = /^(?:\p{Nd}+|0x[\da-f]*)$/u;
const NEEDS_IDNA = /[^\0-\x7F]|(?:^|\.)xn--/;

export const Email = {
  /**
   * Takes one plain address: no list, display name, comment, quoted local part, IP literal or surrounding white space.
   * RFC 5321 and, beyond ASCII, RFC 6531 narrowed to characters that look like themselves. Error: `email-invalid`.
   */
  parse(input: unknown): Result<Email, EmailInvalid> {
    const address = boundedText(input, MAX_INPUT).andThen(parseAddress);
    return address.isErr() ? invalid("email-invalid", SENTENCES, address.error, input) : ok(address.value);
  },

  /** The form in which addresses are unique: the local part case-folded too. Itself an address, and its own key. */
  key(email: Email): string {
    const text: unknown = email;
    if (typeof text !== "string" || text.length > MAX_INPUT) return "";
    const at = text.lastIndexOf("@");
    return foldLocal(text.slice(0, at)) + text.slice(at);
  },
} as const;

function parseAddress(text: string): Result<Email, EmailProblem> {
  const at = text.indexOf("@");
  if (at < 0 || at !== text.lastIndexOf("@")) return err("at-sign");
  const local = text.slice(0, at).normalize("NFC");
  if (!DOT_STRING.test(local) || INVISIBLE.test(local) || !isCompatibilityStable(local)) return err("local-part");
  // Lower-casing can take more octets (Ⱥ): the key must be an address as well.
  const folded = foldLocal(local);
  if (utf8Length(local) > MAX_LOCAL || utf8Length(folded) > MAX_LOCAL) return err("too-long");
  const domain = parseDomain(text.slice(at + 1));
  if (domain === undefined) return err("domain");
  if (Math.max(utf8Length(folded), utf8Length(local)) + 1 + domain.length > MAX_ADDRESS) return err("too-long");
  // Checked above: the one place that makes the brand.
  return ok(`${local}@${domain}` as Email);
}

function parseDomain(text: string): string | undefined {
  // ASCII only: IDNA maps other letters by its own table (final Σ is σ there, not ς).
  const unicode = text.normalize("NFC").replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
  if (!DOMAIN_CHARACTERS.test(unicode) || INVISIBLE.test(unicode) || !isCompatibilityStable(unicode)) return undefined;
  // Asked before IDNA, because URL would make an IPv4 address of it.
  if (NUMERIC.test(unicode.slice(unicode.lastIndexOf(".") + 1))) return undefined;
  const domain = NEEDS_IDNA.test(unicode) ? toALabels(unicode) : unicode;
  const labels = domain?.split(".") ?? [];
  if (labels.length < 2) return undefined;
  return labels.every((label) => label.length <= 63 && LABEL.test(label)) ? domain : undefined;
}

/** UTS #46 through the one IDNA implementation that every runtime has; also refuses A-labels that decode to nothing valid. */
function toALabels(domain: string): string | undefined {
  try {
    return new URL(`http://${domain}/`).hostname;
  } catch {
    return undefined;
  }
}

const foldLocal = (local: string): string =>
  isAscii(local)
    ? local.toLowerCase()
    : // Σ lower-cases to σ or ς by its place in the word, which must not make two of one address.
      untilStable(local, (current) => current.normalize("NFC").toLowerCase().replaceAll("ς", "σ").normalize("NFC"));
