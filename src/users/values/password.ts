import type { Brand } from "../../kernel/brand.js";
import { type DomainError, domainError } from "../../kernel/error.js";
import { type Result, err, ok } from "../../kernel/result.js";
import { Secret } from "../../kernel/secret.js";
import { utf8Length } from "../../kernel/text.js";
import { type TextProblem, boundedText, codePoints } from "./text-value.js";

/** A password that may be hashed and compared: bounded, well-formed, NFC. Prints masked. */
export type Password = Brand<Secret, "Password">;

export type PasswordProblem = TextProblem | "too-short" | "common" | "contextual" | "breached";

/** Never holds the password or a part of it. `minimum` is there when it is too short. */
export type PasswordRejected = DomainError<"password-rejected"> & { readonly reason: PasswordProblem; readonly minimum?: number };

/** Bytes of UTF-8. Long enough for every passphrase, short enough to hash (CVE-2013-1443). */
export const MAX_PASSWORD_BYTES = 4096;

/** Code points. ASVS 6.2.1; NIST SP 800-63B-4 §3.1.1.2 asks for 15 where the password is the only factor. */
export const MIN_PASSWORD_LENGTH = 8;

const SENTENCES: Readonly<Record<PasswordProblem, string>> = {
  "not-a-string": "A password is a string.",
  "too-long": `A password has at most ${MAX_PASSWORD_BYTES} bytes.`,
  malformed: "The password is not well-formed Unicode.",
  "too-short": "The password is too short.",
  common: "The password is one of the most common ones.",
  contextual: "The password is made of a name, address or product word that goes with the account.",
  breached: "The password is known from a data breach.",
};

export const passwordRejected = (reason: PasswordProblem, details: { readonly minimum?: number } = {}): PasswordRejected =>
  domainError("password-rejected", SENTENCES[reason], { reason, ...details });

export const Password = {
  /**
   * Takes a string, or a `Secret` that holds one: at most 4096 UTF-8 bytes, at least `minimum` (8) code points, made NFC so that
   * the same text typed on another keyboard is the same password. Nothing is trimmed, cut or case-folded, and no composition is
   * asked for (NIST SP 800-63B-4 §3.1.1.2). Error: `password-rejected`.
   */
  parse(input: unknown, options?: { readonly minimum?: number }): Result<Password, PasswordRejected> {
    const text = boundedText(revealed(input), MAX_PASSWORD_BYTES);
    if (text.isErr()) return err(passwordRejected(text.error));
    const normal = text.value.normalize("NFC");
    // NFC can lengthen a text; what is stored must be accepted when it is typed again.
    if (utf8Length(normal) > MAX_PASSWORD_BYTES) return err(passwordRejected("too-long"));
    const minimum = minimumOf(options);
    if (codePoints(normal) < minimum) return err(passwordRejected("too-short", { minimum }));
    // The one place that makes the brand.
    return ok(new Secret(normal) as Password);
  },
} as const;

/** A proxy can throw from `instanceof`, and a subclass from `reveal`: both are then not a string. */
function revealed(input: unknown): unknown {
  if (typeof input !== "object" || input === null) return input;
  try {
    return input instanceof Secret ? input.reveal() : undefined;
  } catch {
    return undefined;
  }
}

function minimumOf(options: unknown): number {
  try {
    const minimum: unknown = typeof options === "object" && options !== null ? Reflect.get(options, "minimum") : undefined;
    return typeof minimum === "number" && minimum >= 1 ? minimum : MIN_PASSWORD_LENGTH;
  } catch {
    return MIN_PASSWORD_LENGTH;
  }
}
