import { hex } from "./random.js";
import type { Random } from "./random.js";

/**
 * The keys from which denizen derives what it must not store (RFC 2104 HMAC-SHA-256). They come from outside the database;
 * rotate by adding a key under a new id and making it `current`, and drop the old one when nothing derived from it lives any more.
 */
export interface Keys {
  /** Id of the key that new derivations use. */
  readonly current: string;
  /** Each key ≥ 32 bytes, from a CSPRNG. */
  readonly keys: Readonly<Record<string, Uint8Array>>;
}

/** What is wrong with a set of keys, for the one `ConfigurationError`. */
export function problemsOfKeys(keys: Keys): readonly string[] {
  if (typeof keys !== "object" || keys === null || typeof keys.keys !== "object" || keys.keys === null) {
    return ["keys must be { current, keys: { id: Uint8Array } }"];
  }
  const problems = Object.entries(keys.keys)
    .filter(([, key]) => !(key instanceof Uint8Array) || key.length < 32)
    .map(([id]) => `keys.keys.${id} must be a Uint8Array of at least 32 bytes`);
  return Object.hasOwn(keys.keys, keys.current) ? problems : [...problems, "keys.current must name one of keys.keys"];
}

/** Keys of this process alone: what they derive is not understood by another process or after a restart. */
export const ephemeralKeys = (random: Random): Keys => ({ current: "process", keys: { process: random.bytes(32) } });

// Node, Bun and Deno hash at once, in a fifth of the time that WebCrypto's thread and promise take; elsewhere it is WebCrypto's.
const builtin = () =>
  typeof process === "object" && typeof process.getBuiltinModule === "function" ? process.getBuiltinModule("node:crypto") : undefined;

/** A text's HMAC-SHA-256, as hexadecimal. WebCrypto's key is imported once. */
export function hmac(key: Uint8Array): (text: string) => string | Promise<string> {
  const node = builtin();
  if (node !== undefined) return (text) => node.createHmac("sha256", key).update(text).digest("hex");
  let imported: ReturnType<typeof crypto.subtle.importKey> | undefined;
  return async (text) => {
    // A copy with a buffer of its own: WebCrypto's types refuse a view that might lie on shared memory.
    imported ??= crypto.subtle.importKey("raw", new Uint8Array(key), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    return hex(new Uint8Array(await crypto.subtle.sign("HMAC", await imported, new TextEncoder().encode(text))));
  };
}

type Hash = (text: string) => string | Promise<string>;

let hash: Hash | undefined;

/** A text's SHA-256, as hexadecimal: for what is random enough to need no key. */
export const sha256: Hash = (text) => (hash ??= hashOfRuntime())(text);

function hashOfRuntime(): Hash {
  const node = builtin();
  // The one-shot form is twice as fast; Node 20.19 has it, not every other runtime.
  if (typeof node?.hash === "function") return (text) => node.hash("sha256", text);
  if (node !== undefined) return (text) => node.createHash("sha256").update(text).digest("hex");
  return async (text) => hex(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text))));
}
