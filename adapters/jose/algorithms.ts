import type { WebCryptoKey } from "./material.js";

/** HMAC with SHA-2 (RFC 7518 section 3.2). Whoever can check a token can also make one. */
export type SecretAlgorithm = "HS256" | "HS384" | "HS512";

/** Ed25519 (RFC 8037 section 3.1), ECDSA on P-256 and RSASSA-PKCS1-v1_5 (RFC 7518 sections 3.4 and 3.3). */
export type KeyPairAlgorithm = "EdDSA" | "ES256" | "RS256" | "RS384" | "RS512";

export type Algorithm = SecretAlgorithm | KeyPairAlgorithm;

interface SecretKind {
  readonly hash: string;
  /** A key is at least as long as the hash (RFC 7518 section 3.2). */
  readonly minBytes: number;
}

interface KeyPairKind {
  /** As a JWK says it. */
  readonly kty: string;
  readonly crv?: string;
  /** As WebCrypto says it. */
  readonly name: string;
  readonly namedCurve?: string;
  readonly hash?: string;
}

export const SECRETS: Readonly<Record<SecretAlgorithm, SecretKind>> = {
  HS256: { hash: "SHA-256", minBytes: 32 },
  HS384: { hash: "SHA-384", minBytes: 48 },
  HS512: { hash: "SHA-512", minBytes: 64 },
};

const rsa = (hash: string): KeyPairKind => ({ kty: "RSA", name: "RSASSA-PKCS1-v1_5", hash });

export const KEY_PAIRS: Readonly<Record<KeyPairAlgorithm, KeyPairKind>> = {
  EdDSA: { kty: "OKP", crv: "Ed25519", name: "Ed25519" },
  ES256: { kty: "EC", crv: "P-256", name: "ECDSA", namedCurve: "P-256" },
  RS256: rsa("SHA-256"),
  RS384: rsa("SHA-384"),
  RS512: rsa("SHA-512"),
};

export const isSecretAlgorithm = (algorithm: unknown): algorithm is SecretAlgorithm =>
  typeof algorithm === "string" && Object.hasOwn(SECRETS, algorithm);

export const isKeyPairAlgorithm = (algorithm: unknown): algorithm is KeyPairAlgorithm =>
  typeof algorithm === "string" && Object.hasOwn(KEY_PAIRS, algorithm);

/** What WebCrypto tells of a key, by kind of key. */
interface KeyDetails {
  readonly name: string;
  readonly namedCurve?: string;
  readonly hash?: { readonly name: string };
  readonly modulusLength?: number;
  readonly publicExponent?: Uint8Array;
}

/** Why a key does not serve an algorithm; undefined when it does. */
export function misfit(key: WebCryptoKey, algorithm: KeyPairAlgorithm): string | undefined {
  const { name, namedCurve, hash } = KEY_PAIRS[algorithm];
  const details: KeyDetails = key.algorithm;
  if (details.name !== name || details.namedCurve !== namedCurve || details.hash?.name !== hash) return "it is of another kind";
  if (hash === undefined) return undefined;
  if ((details.modulusLength ?? 0) < 2_048) return "RSA needs 2048 bits or more (RFC 7518 section 3.3)";
  return isLargeExponent(details.publicExponent) ? undefined : "RSA needs a public exponent above 65536 (FIPS 186-5)";
}

// Small exponents, 1 above all, make signatures that anybody can compute.
const isLargeExponent = (exponent: Uint8Array | undefined): boolean =>
  exponent !== undefined && exponent.reduce((value, byte) => value * 256 + byte, 0) > 65_536;
