import type { LegacyHash } from "denizen/ports";
import { fromHex } from "./encoding.js";
import { legacyHash } from "./legacy-hash.js";
import { DIGEST_BYTES, pbkdf2Compare } from "./pbkdf2.js";
import { scryptCompare } from "./scrypt.js";

const PBKDF2 = /^pbkdf2:(sha1|sha224|sha256|sha384|sha512):([1-9]\d{0,8})\$([^$]{1,256})\$([0-9a-f]+)$/;
const SCRYPT = /^scrypt:([1-9]\d{0,8}):([1-9]\d{0,4}):([1-9]\d{0,4})\$([^$]{1,256})\$([0-9a-f]+)$/;

/**
 * What Flask applications store (werkzeug.security): `scrypt:N:r:p$salt$hex`, the default since 2.3, and
 * `pbkdf2:digest:iterations$salt$hex`, the one before. The salt is text. The limits are those of `djangoPbkdf2` and `djangoScrypt`.
 */
export const werkzeug = (): LegacyHash => legacyHash("werkzeug", (stored) => pbkdf2Of(stored) ?? scryptOf(stored));

function pbkdf2Of(stored: string): ReturnType<typeof pbkdf2Compare> {
  const [, digest = "", iterations, salt = "", encoded = ""] = PBKDF2.exec(stored) ?? [];
  const key = fromHex(encoded);
  return key !== undefined && key.length === DIGEST_BYTES.get(digest) ? pbkdf2Compare(digest, Number(iterations), salt, key) : undefined;
}

function scryptOf(stored: string): ReturnType<typeof scryptCompare> {
  const [, N, r, p, salt = "", encoded = ""] = SCRYPT.exec(stored) ?? [];
  const key = fromHex(encoded);
  return key?.length === 64 ? scryptCompare({ N: Number(N), r: Number(r), p: Number(p) }, salt, key) : undefined;
}
