import { SECRETS, isKeyPairAlgorithm, isSecretAlgorithm } from "./algorithms.js";
import type { KeyPairAlgorithm, SecretAlgorithm } from "./algorithms.js";
import { isCryptoKey, problemsOfMaterial } from "./material.js";
import type { KeyMaterial } from "./material.js";

/**
 * One key and the one algorithm it is used with.
 *
 * `secret` is from a CSPRNG and at least as long as the hash: 32, 48 or 64 bytes; a string counts as its UTF-8 bytes. A key pair is
 * given by its private half, from which the public one follows (a private `CryptoKey` that is not extractable needs both), or
 * by its public half alone, which checks tokens and makes none. RSA keys have 2048 bits or more. Node calls Ed25519 experimental
 * before 22.13, and warns of it once.
 */
export type AccessTokenKey =
  | { readonly algorithm: SecretAlgorithm; readonly secret: string | Uint8Array }
  | { readonly algorithm: KeyPairAlgorithm; readonly privateKey: KeyMaterial; readonly publicKey?: KeyMaterial }
  | { readonly algorithm: KeyPairAlgorithm; readonly privateKey?: undefined; readonly publicKey: KeyMaterial };

/**
 * The keys by their ids (`kid`). To rotate without a token refused: give the new key to every process, and when all have it, make
 * it `current`. Drop the old one when its last token has expired. A key pair's old half may stay as `publicKey` alone.
 */
export interface AccessTokenKeys {
  /** Id of the key that new tokens are signed with. */
  readonly current: string;
  /** Key ids are 1 to 64 of `A-Z a-z 0-9 . _ -`, and public: they stand in the tokens. */
  readonly keys: Readonly<Record<string, AccessTokenKey>>;
}

const KEY_ID = /^[A-Za-z0-9._-]{1,64}$/;

/** What is wrong with the keys, as far as it can be told at once. Shows ids, never keys. */
export function problemsOfKeys(keys: AccessTokenKeys): readonly string[] {
  if (typeof keys !== "object" || keys === null || typeof keys.keys !== "object" || keys.keys === null) {
    return ["jose: keys must be { current, keys: { id: key } }"];
  }
  const problems = Object.entries(keys.keys).flatMap(([id, key]) => [
    ...(KEY_ID.test(id) ? [] : [`jose: key id ${JSON.stringify(id)} must be 1 to 64 of A-Z a-z 0-9 . _ -`]),
    ...problemsOfKey(key).map((problem) => `jose: keys.keys[${JSON.stringify(id)}]${problem}`),
  ]);
  if (typeof keys.current !== "string" || !Object.hasOwn(keys.keys, keys.current)) {
    return [...problems, "jose: keys.current must name one of keys.keys"];
  }
  return canSign(keys.keys[keys.current]) ? problems : [...problems, "jose: keys.current must name a key with a secret or a privateKey"];
}

const canSign = (key: unknown): boolean =>
  typeof key === "object" &&
  key !== null &&
  (("secret" in key && key.secret !== undefined) || ("privateKey" in key && key.privateKey !== undefined));

function problemsOfKey(key: unknown): readonly string[] {
  if (typeof key !== "object" || key === null) return [" must be an object"];
  // The host's own object: whatever it has is looked at below.
  const { algorithm, secret, privateKey, publicKey } = key as Readonly<Record<string, unknown>>;
  if (isSecretAlgorithm(algorithm)) {
    const isPair = privateKey !== undefined || publicKey !== undefined;
    return isPair ? [` must have a secret and nothing else: ${algorithm} knows no key pairs`] : problemsOfSecret(secret, algorithm);
  }
  if (!isKeyPairAlgorithm(algorithm)) return [".algorithm must be EdDSA, ES256, RS256, RS384, RS512, HS256, HS384 or HS512"];
  if ("secret" in key) return [` must have no secret: ${algorithm} uses a key pair`];
  if (privateKey === undefined && publicKey === undefined) return [" must have a privateKey or a publicKey"];
  const halves = { private: privateKey, public: publicKey };
  return [
    ...(["private", "public"] as const).flatMap((half) =>
      halves[half] === undefined ? [] : problemsOfMaterial(half, halves[half], algorithm).map((problem) => `.${half}Key ${problem}`),
    ),
    ...(isCryptoKey(privateKey) && !privateKey.extractable && publicKey === undefined
      ? [" must have a publicKey too: its privateKey is not extractable"]
      : []),
  ];
}

function problemsOfSecret(secret: unknown, algorithm: SecretAlgorithm): readonly string[] {
  const { minBytes } = SECRETS[algorithm];
  if (typeof secret !== "string" && !(secret instanceof Uint8Array)) return [".secret must be a string or a Uint8Array"];
  // Taking a public key for the secret would let anybody who knows it make tokens.
  if (typeof secret === "string" && secret.includes("-----BEGIN ")) return [".secret must be random bytes and no PEM"];
  return secretBytes(secret).length >= minBytes
    ? []
    : [`.secret must be at least ${minBytes} bytes for ${algorithm} (RFC 7518 section 3.2)`];
}

/** A copy in a buffer of its own, as WebCrypto's types ask for it. */
export const secretBytes = (secret: string | Uint8Array): Uint8Array<ArrayBuffer> =>
  typeof secret === "string" ? new TextEncoder().encode(secret) : new Uint8Array(secret);
