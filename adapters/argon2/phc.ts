import { LANES, MEMORY_KIB, PASSES, WORK_KIB } from "./limits.js";

/** An argon2 hash as the PHC string format writes it: `$argon2id$v=19$m=19456,t=2,p=1,keyid=azI$salt$digest`. */
export interface Phc {
  readonly variant: string;
  readonly version: number;
  readonly memoryCost: number;
  readonly timeCost: number;
  readonly parallelism: number;
  /** The pepper key, still in base64. */
  readonly keyId: string | undefined;
  /** Base64 characters of the digest: 43 are 32 bytes. */
  readonly digestLength: number;
  /** The same hash without `keyid=`, which not every 2.x of the native library reads. */
  readonly bare: string;
}

// Salts of 8 bytes and digests of 16 at least: against a digest of a few bytes any password would match sooner or later.
const PHC = new RegExp(
  String.raw`^\$(?<variant>argon2(?:id|i|d))(?:\$v=(?<version>16|19))?` +
    String.raw`\$m=(?<m>[1-9]\d{0,9}),t=(?<t>[1-9]\d{0,9}),p=(?<p>[1-9]\d{0,2})(?:,keyid=(?<keyId>[A-Za-z0-9+/]{1,11}))?` +
    String.raw`\$(?<salt>[A-Za-z0-9+/]{11,86})\$(?<digest>[A-Za-z0-9+/]{22,86})$`,
);

/** Undefined when it is no argon2 hash, or one that costs more than the limits allow. */
export function parsePhc(stored: string): Phc | undefined {
  const { variant, version, m, t, p, keyId, salt, digest } = PHC.exec(stored)?.groups ?? {};
  if (variant === undefined || digest === undefined) return undefined;
  const [memoryCost, timeCost, parallelism] = [Number(m), Number(t), Number(p)];
  if (memoryCost > MEMORY_KIB.max || timeCost > PASSES.max || parallelism > LANES.max) return undefined;
  if (memoryCost * timeCost > WORK_KIB || memoryCost < 8 * parallelism) return undefined;
  const bare = `$${variant}${version === undefined ? "" : `$v=${version}`}$m=${m},t=${t},p=${p}$${salt}$${digest}`;
  // Hashes older than version 1.3 of the algorithm carry no version: they are of 1.0, which is 16.
  return { variant, version: Number(version ?? 16), memoryCost, timeCost, parallelism, keyId, digestLength: digest.length, bare };
}

/** Names the pepper key in a hash the native library has written. */
export const withKeyId = (phc: string, keyId: string): string =>
  phc.replace(/\$m=\d+,t=\d+,p=\d+/, (parameters) => `${parameters},keyid=${keyId}`);
