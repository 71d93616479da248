import type { Buffer } from "node:buffer";
import type { LegacyHash } from "denizen/ports";
import { fromBase64 } from "./encoding.js";
import { legacyHash } from "./legacy-hash.js";
import type { Compare } from "./legacy-hash.js";
import { pbkdf2Compare } from "./pbkdf2.js";

const V2 = { marker: 0x00, iterations: 1_000, saltEnd: 17, length: 49 };
const V3 = { marker: 0x01, header: 13 };

/** The pseudo-random functions of version 3, by their number in `KeyDerivationPrf`. */
const PRF: readonly string[] = ["sha1", "sha256", "sha512"];

/**
 * ASP.NET Core Identity's `PasswordHasher`, base64 of bytes. Version 2: `00 ‖ salt(16) ‖ key(32)`, PBKDF2 with HMAC-SHA-1 and 1000
 * iterations. Version 3: `01 ‖ prf ‖ iterations ‖ salt length ‖ salt ‖ key`, the three numbers of 32 bits, big-endian.
 * Refused: more than 10 million iterations, and, as ASP.NET does, a salt or key of less than 16 bytes.
 */
export const aspNetIdentity = (): LegacyHash =>
  legacyHash("asp-net-identity", (stored) => {
    const bytes = fromBase64(stored);
    if (bytes?.[0] === V2.marker) return version2(bytes);
    if (bytes?.[0] === V3.marker && bytes.length >= V3.header) return version3(bytes);
    return undefined;
  });

const version2 = (bytes: Buffer): Compare | undefined =>
  bytes.length === V2.length ? pbkdf2Compare("sha1", V2.iterations, bytes.subarray(1, V2.saltEnd), bytes.subarray(V2.saltEnd)) : undefined;

function version3(bytes: Buffer): Compare | undefined {
  const [digest, iterations, saltLength] = [PRF[bytes.readUInt32BE(1)], bytes.readUInt32BE(5), bytes.readUInt32BE(9)];
  if (digest === undefined || saltLength < 16) return undefined;
  const saltEnd = V3.header + saltLength;
  return pbkdf2Compare(digest, iterations, bytes.subarray(V3.header, saltEnd), bytes.subarray(saltEnd));
}
