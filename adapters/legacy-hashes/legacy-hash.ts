import type { Secret } from "denizen";
import type { LegacyHash } from "denizen/ports";

/** Compares a password with the one stored hash it was made from. */
export type Compare = (password: string) => Promise<boolean>;

// No format here is longer; what is, is not even looked at.
const MAX_LENGTH = 1_024;

/**
 * Makes a `LegacyHash` from a reader, which returns undefined for any text that is not of its format or asks for more work than
 * the limits allow. So `recognises` and `verify` cannot disagree, and a hash that is not recognised matches nothing.
 *
 * A password with a NUL in it matches nothing either: HMAC pads keys with zeros (RFC 2104), so PBKDF2 and scrypt take `a\0` for `a`,
 * and bcrypt takes `a\0a` for it. What then replaced the hash would lock out the owner of the real password.
 */
export function legacyHash(name: string, read: (stored: string) => Compare | undefined): LegacyHash {
  const compareOf = (stored: unknown): Compare | undefined =>
    typeof stored === "string" && stored.length <= MAX_LENGTH ? read(stored) : undefined;
  return Object.freeze({
    name,
    recognises: (stored: string) => compareOf(stored) !== undefined,
    verify: async (password: Secret, stored: string) => {
      const compare = compareOf(stored);
      if (compare === undefined) return false;
      const text = password.reveal();
      const isExact = !text.includes("\0");
      // What is refused costs the same work as what is not.
      return (await compare(isExact ? text : "")) && isExact;
    },
  });
}
