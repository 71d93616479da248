import { Buffer } from "node:buffer";

/**
 * Keys that go into every hash and live outside the database (argon2's secret value, RFC 9106 section 3.1): a stolen table alone
 * cannot be guessed against. Rotate by adding a key under a new id and making it `current`; each user moves at the next log-in.
 * Drop the old key when no hash names it any more: a hash that names an unknown key fails with `hasher-failed`.
 */
export interface Pepper {
  /** Id of the key that new hashes use. */
  readonly current: string;
  /** Key ids, 1 to 8 of `A-Z a-z 0-9 . _ -`, and keys of at least 32 bytes from a CSPRNG; a string counts as its UTF-8 bytes. */
  readonly keys: Readonly<Record<string, string | Uint8Array>>;
}

/** The keys by the form their id has in a hash. */
export interface PepperKeys {
  readonly current: string | undefined;
  readonly secrets: ReadonlyMap<string, Uint8Array>;
}

// The PHC string format allows key ids of at most 8 bytes.
const KEY_ID = /^[A-Za-z0-9._-]{1,8}$/;

/** `keyid=` is base64 without padding, as everything binary in the PHC string format. */
const encodedId = (id: string): string => Buffer.from(id).toString("base64").replaceAll("=", "");

/** What is wrong with a pepper, for the one `ConfigurationError`. Shows ids, never keys. */
export function problemsOfPepper(pepper: Pepper): readonly string[] {
  if (typeof pepper !== "object" || pepper === null || typeof pepper.keys !== "object" || pepper.keys === null) {
    return ["argon2: pepper must be { current, keys: { id: key } }"];
  }
  const problems = Object.entries(pepper.keys).flatMap(([id, key]) => [
    ...(KEY_ID.test(id) ? [] : [`argon2: pepper key id ${JSON.stringify(id)} must be 1 to 8 of A-Z a-z 0-9 . _ -`]),
    ...(isLongEnough(key) ? [] : [`argon2: pepper.keys[${JSON.stringify(id)}] must be a string or Uint8Array of at least 32 bytes`]),
  ]);
  const isKnown = typeof pepper.current === "string" && Object.hasOwn(pepper.keys, pepper.current);
  return isKnown ? problems : [...problems, "argon2: pepper.current must name one of pepper.keys"];
}

const isLongEnough = (key: unknown): boolean =>
  typeof key === "string" ? Buffer.byteLength(key) >= 32 : key instanceof Uint8Array && key.length >= 32;

/** Copies the keys: a caller who wipes or reuses his buffer changes no later hash. */
export function pepperKeys(pepper: Pepper | undefined): PepperKeys {
  if (pepper === undefined) return { current: undefined, secrets: new Map() };
  return {
    current: encodedId(pepper.current),
    secrets: new Map(
      Object.entries(pepper.keys).map(([id, key]) => [encodedId(id), typeof key === "string" ? Buffer.from(key) : Uint8Array.from(key)]),
    ),
  };
}
