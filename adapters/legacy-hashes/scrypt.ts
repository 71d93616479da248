import type { Buffer } from "node:buffer";
import { scrypt, timingSafeEqual } from "node:crypto";
import type { Compare } from "./legacy-hash.js";

/** CPU and memory cost N, block size r, parallelism p (RFC 7914). */
export interface ScryptCost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

const MIB = 1_048_576;
const MAX_MEMORY = 256 * MIB;
/** Memory × p: what the time is proportional to. */
const MAX_WORK = 1_024 * MIB;

/** scrypt against a stored key, in the thread pool, compared in constant time. Undefined when it would cost too much. */
export function scryptCompare(cost: ScryptCost, salt: string | Uint8Array, key: Uint8Array): Compare | undefined {
  const { N, r, p } = cost;
  const memory = 128 * N * r;
  if (!(N > 1 && Number.isInteger(Math.log2(N)) && r >= 1 && p >= 1)) return undefined;
  if (memory > MAX_MEMORY || memory * p > MAX_WORK) return undefined;
  // Against a key of a few bytes any password would match sooner or later, against an empty one every password.
  if (key.length < 16) return undefined;
  // Node refuses what needs more than `maxmem`, 32 MiB by default; it also counts p blocks and some scratch space.
  const maxmem = memory + 128 * r * (p + 2) + MIB;
  return async (password) => timingSafeEqual(await derive(password, salt, key.length, { ...cost, maxmem }), key);
}

const derive = (password: string, salt: string | Uint8Array, length: number, options: ScryptCost & { maxmem: number }): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    scrypt(password, salt, length, options, (error, key) => (error === null ? resolve(key) : reject(error)));
  });
