import type { LegacyHash } from "denizen/ports";
import { fromBase64 } from "./encoding.js";
import { legacyHash } from "./legacy-hash.js";
import { DIGEST_BYTES, pbkdf2Compare } from "./pbkdf2.js";
import { scryptCompare } from "./scrypt.js";

const PBKDF2 = /^pbkdf2_(sha1|sha256)\$([1-9]\d{0,8})\$([^$]{1,256})\$([A-Za-z0-9+/]+={0,2})$/;
const SCRYPT = /^scrypt\$([1-9]\d{0,8})\$([^$]{1,256})\$([1-9]\d{0,4})\$([1-9]\d{0,4})\$([A-Za-z0-9+/]+={0,2})$/;

/**
 * Django's default, `pbkdf2_sha256$iterations$salt$base64`, and its `pbkdf2_sha1` (django.contrib.auth.hashers). The salt is text.
 * Refused: more than 10 million iterations, a key that is not as long as its digest.
 */
export const djangoPbkdf2 = (): LegacyHash =>
  legacyHash("django-pbkdf2", (stored) => {
    const [, digest = "", iterations, salt = "", encoded = ""] = PBKDF2.exec(stored) ?? [];
    const key = fromBase64(encoded);
    return key !== undefined && key.length === DIGEST_BYTES.get(digest) ? pbkdf2Compare(digest, Number(iterations), salt, key) : undefined;
  });

/**
 * Django's `scrypt$N$salt$r$p$base64` (django.contrib.auth.hashers, key of 64 bytes). The salt is text.
 * Refused: an N that is no power of two, more than 256 MiB, or more than 1 GiB over all p.
 */
export const djangoScrypt = (): LegacyHash =>
  legacyHash("django-scrypt", (stored) => {
    const [, N, salt = "", r, p, encoded = ""] = SCRYPT.exec(stored) ?? [];
    const key = fromBase64(encoded);
    return key?.length === 64 ? scryptCompare({ N: Number(N), r: Number(r), p: Number(p) }, salt, key) : undefined;
  });
