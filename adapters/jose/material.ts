import { KEY_PAIRS, misfit } from "./algorithms.js";
import type { KeyPairAlgorithm } from "./algorithms.js";

/** A key as JSON (RFC 7517), as jose's `exportJWK` and WebCrypto write it. */
export interface Jwk {
  readonly kty?: string | undefined;
  readonly crv?: string | undefined;
  readonly x?: string | undefined;
  readonly y?: string | undefined;
  readonly n?: string | undefined;
  readonly e?: string | undefined;
  readonly d?: string | undefined;
  readonly p?: string | undefined;
  readonly q?: string | undefined;
  readonly dp?: string | undefined;
  readonly dq?: string | undefined;
  readonly qi?: string | undefined;
  readonly kid?: string | undefined;
  readonly alg?: string | undefined;
  readonly use?: string | undefined;
  readonly key_ops?: string[] | undefined;
  readonly ext?: boolean | undefined;
}

/** A public key as `/.well-known/jwks.json` shows it (RFC 7517 section 4, RFC 7518 section 6). */
export interface PublicJwk {
  readonly kid: string;
  readonly kty: string;
  readonly alg: KeyPairAlgorithm;
  readonly use: "sig";
  readonly crv?: string;
  readonly x?: string;
  readonly y?: string;
  readonly n?: string;
  readonly e?: string;
}

/** A `CryptoKey`, by its shape: neither the types of the DOM nor those of Node are needed. */
export interface WebCryptoKey {
  readonly type: string;
  readonly extractable: boolean;
  readonly algorithm: { readonly name: string };
  readonly usages: readonly string[];
}

/** One half of a key pair: PEM (PKCS #8 for the private one, SPKI for the public one), JWK or `CryptoKey`. */
export type KeyMaterial = string | Jwk | WebCryptoKey;

export type Half = "private" | "public";

export const isCryptoKey = (material: unknown): material is WebCryptoKey =>
  Object.prototype.toString.call(material) === "[object CryptoKey]";

const isJwk = (material: unknown): material is Jwk => typeof material === "object" && material !== null && "kty" in material;

const PEM = { private: "-----BEGIN PRIVATE KEY-----", public: "-----BEGIN PUBLIC KEY-----" };
const ENCODING = { private: "PKCS #8", public: "SPKI" };

/** What can be told of one half without reading the key itself. Each is the end of a sentence that names the key. */
export function problemsOfMaterial(half: Half, material: unknown, algorithm: KeyPairAlgorithm): readonly string[] {
  if (typeof material === "string") {
    return material.trimStart().startsWith(PEM[half]) ? [] : [`must be ${ENCODING[half]} if it is PEM, which begins with ${PEM[half]}`];
  }
  if (isCryptoKey(material)) return problemsOfCryptoKey(half, material, algorithm);
  if (isJwk(material)) return problemsOfJwk(half, material, algorithm);
  return ["must be PEM, a JWK or a CryptoKey"];
}

function problemsOfCryptoKey(half: Half, key: WebCryptoKey, algorithm: KeyPairAlgorithm): readonly string[] {
  const usage = half === "private" ? "sign" : "verify";
  const reason = misfit(key, algorithm);
  return [
    ...(key.type === half && key.usages.includes(usage) ? [] : [`must be a ${half} CryptoKey with the usage ${usage}`]),
    ...(reason === undefined ? [] : [`does not serve ${algorithm}: ${reason}`]),
    ...(half === "private" || key.extractable ? [] : ["must be extractable: public keys are published"]),
  ];
}

function problemsOfJwk(half: Half, jwk: Jwk, algorithm: KeyPairAlgorithm): readonly string[] {
  const { kty, crv } = KEY_PAIRS[algorithm];
  return [
    ...(jwk.kty === kty && jwk.crv === crv ? [] : [`must be of the kty ${kty}${crv === undefined ? "" : ` and the crv ${crv}`}`]),
    ...((jwk.alg ?? algorithm) === algorithm ? [] : [`has another alg than ${algorithm}`]),
    ...((jwk.use ?? "sig") === "sig" ? [] : ["has another use than sig"]),
    ...((half === "private") === (jwk.d !== undefined)
      ? []
      : [half === "private" ? "lacks its private member d" : "has the private member d"]),
  ];
}

/** Takes the public members by name, so that no private one, known or yet to be invented, can come along. */
export function publicJwk(kid: string, alg: KeyPairAlgorithm, { crv, x, y, n, e }: Jwk): PublicJwk {
  const members = Object.entries({ crv, x, y, n, e }).filter(([, value]) => value !== undefined);
  return Object.freeze({ kid, kty: KEY_PAIRS[alg].kty, alg, use: "sig", ...Object.fromEntries(members) });
}
