import { pbkdf2, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import type { Compare } from "./legacy-hash.js";

const derive = promisify(pbkdf2);

/** Bytes that each digest yields; a stored key of another length was not made by the systems read here. */
export const DIGEST_BYTES: ReadonlyMap<string, number> = new Map([
  ["sha1", 20],
  ["sha224", 28],
  ["sha256", 32],
  ["sha384", 48],
  ["sha512", 64],
]);

// Ten times what Django and OWASP ask for today; some seconds. More is a corrupt or hostile row.
const MAX_ITERATIONS = 10_000_000;

/** PBKDF2 (RFC 8018) against a stored key, in the thread pool, compared in constant time. Undefined when it would cost too much. */
export function pbkdf2Compare(digest: string, iterations: number, salt: string | Uint8Array, key: Uint8Array): Compare | undefined {
  if (!(iterations >= 1 && iterations <= MAX_ITERATIONS)) return undefined;
  // Against a key of a few bytes any password would match sooner or later, against an empty one every password.
  if (key.length < 16) return undefined;
  return async (password) => timingSafeEqual(await derive(password, salt, iterations, key.length, digest), key);
}
