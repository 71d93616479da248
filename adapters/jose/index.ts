export { jose } from "./jose.js";
export type { JoseAccessTokens, JwkSet } from "./jose.js";
export type { JoseOptions } from "./options.js";
export type { AccessTokenKey, AccessTokenKeys } from "./keys.js";
export type { KeyPairAlgorithm, SecretAlgorithm } from "./algorithms.js";
export type { Jwk, KeyMaterial, PublicJwk, WebCryptoKey } from "./material.js";
