import type { LegacyHash } from "denizen/ports";
import { fromBareBase64 } from "./encoding.js";
import { legacyHash } from "./legacy-hash.js";
import { scryptCompare } from "./scrypt.js";

const SCRYPT = /^\$scrypt\$ln=([1-9]\d?),r=([1-9]\d{0,4}),p=([1-9]\d{0,4})\$([A-Za-z0-9+/]{1,256})\$([A-Za-z0-9+/]{22,128})$/;

/**
 * scrypt in the PHC string format, as passlib and the Rust crate `scrypt` write it: `$scrypt$ln=16,r=8,p=1$salt$key`, where
 * N = 2^ln and the salt is bytes. The limits are those of `djangoScrypt`.
 */
export const scryptPhc = (): LegacyHash =>
  legacyHash("scrypt-phc", (stored) => {
    const [, ln, r, p, encodedSalt = "", encodedKey = ""] = SCRYPT.exec(stored) ?? [];
    const [salt, key] = [fromBareBase64(encodedSalt), fromBareBase64(encodedKey)];
    if (ln === undefined || salt === undefined || key === undefined) return undefined;
    return scryptCompare({ N: 2 ** Number(ln), r: Number(r), p: Number(p) }, salt, key);
  });
