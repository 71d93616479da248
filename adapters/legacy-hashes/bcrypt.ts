import { Buffer } from "node:buffer";
import { ConfigurationError } from "denizen";
import type { LegacyHash } from "denizen/ports";
import { legacyHash } from "./legacy-hash.js";

/** What `bcryptjs`, `bcrypt` and `@node-rs/bcrypt` have in common. */
export interface BcryptLibrary {
  compare(password: string, hash: string): Promise<boolean>;
}

// 2x marks the hashes of a broken implementation, 2 those of the one that ignored the terminating zero: neither is safe to read.
const BCRYPT = /^\$2[aby]\$(0[4-9]|[12]\d|3[01])\$[./A-Za-z0-9]{53}$/;

// bcrypt's cost is a power of two: 16 are some seconds, 31 a day.
const MAX_COST = 16;

/** bcrypt reads no byte after these. */
const MAX_BYTES = 72;

/**
 * bcrypt, `$2a$`, `$2b$` or `$2y$`, of cost 16 at most. Compares with `bcryptjs`, an optional peer, unless another library is given;
 * bcryptjs runs in slices on the event loop, so where old hashes are many or costly a native one is the better choice.
 *
 * bcrypt ignores what follows the 72nd byte of a password. Nothing is cut in silence here: a password over 72 bytes of UTF-8 never
 * matches, even if the old system took it. Its owner resets it.
 */
export function bcrypt(library?: BcryptLibrary): LegacyHash {
  if (library !== undefined && typeof library?.compare !== "function") {
    throw new ConfigurationError(["bcrypt: the library must have a function compare(password, hash)"]);
  }
  return legacyHash("bcrypt", (stored) => {
    const [, cost] = BCRYPT.exec(stored) ?? [];
    if (cost === undefined || Number(cost) > MAX_COST) return undefined;
    return async (password) => {
      const isReadWhole = Buffer.byteLength(password) <= MAX_BYTES;
      const used: BcryptLibrary = library ?? (await import("bcryptjs"));
      // What is refused costs the same work as what is not.
      return (await used.compare(isReadWhole ? password : "", stored)) && isReadWhole;
    };
  });
}
