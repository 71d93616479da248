import { createHmac } from "node:crypto";
import { exportJWK, exportPKCS8, exportSPKI, generateKeyPair } from "jose";
import { jose } from "denizen/jose";
import type { AccessTokenKeys, JoseOptions } from "denizen/jose";
import type { AccessClaims } from "denizen/ports";

export const ISSUER = "https://api.example.com";
export const AUDIENCE = "https://api.example.com/v1";
export const NOW = "2026-11-20T09:30:00.000Z";

export const CLAIMS: AccessClaims = {
  userId: "01935f3c-7f3a-7000-8000-000000000001",
  tenant: "default",
  sessionId: "01935f3c-7f3a-7000-8000-000000000002",
  securityVersion: 3,
  issuedAt: NOW,
  expiresAt: "2026-11-20T09:40:00.000Z",
};

export const SECRET = "0123456789abcdef".repeat(4);

/** A fresh pair in every form. */
export async function pairOf(algorithm: "EdDSA" | "ES256" | "RS256" | "RS384" | "RS512", modulusLength = 2048) {
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true, modulusLength });
  return {
    privateKey,
    publicKey,
    pkcs8: await exportPKCS8(privateKey),
    spki: await exportSPKI(publicKey),
    privateJwk: await exportJWK(privateKey),
    publicJwk: await exportJWK(publicKey),
  };
}

/** An RSA pair that jose would not make. */
export async function weakPair(modulusLength: number, exponent: readonly number[]) {
  const parameters = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256", modulusLength, publicExponent: new Uint8Array(exponent) };
  const { privateKey, publicKey } = await crypto.subtle.generateKey(parameters, true, ["sign", "verify"]);
  return { publicKey, pkcs8: await exportPKCS8(privateKey) };
}

export const keysOf = (key: AccessTokenKeys["keys"][string]): AccessTokenKeys => ({ current: "k1", keys: { k1: key } });

export const HS256 = keysOf({ algorithm: "HS256", secret: SECRET });

export const tokensOf = (keys: AccessTokenKeys, options: Partial<JoseOptions> = {}) =>
  jose({ issuer: ISSUER, audience: AUDIENCE, keys, ...options });

/** What a token of `CLAIMS` says, and its header: what an attacker starts from. */
export const PAYLOAD = {
  iss: ISSUER,
  aud: AUDIENCE,
  sub: CLAIMS.userId,
  sid: CLAIMS.sessionId,
  tnt: CLAIMS.tenant,
  sv: CLAIMS.securityVersion,
  iat: Date.parse(CLAIMS.issuedAt) / 1000,
  exp: Date.parse(CLAIMS.expiresAt) / 1000,
};
export const HEADER = { alg: "HS256", kid: "k1", typ: "at+jwt" };

export const encoded = (value: unknown): string =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");

/** A token by hand, signed with HMAC-SHA-256 unless told otherwise. */
export function forged(header: unknown, payload: unknown, sign = hs256(SECRET)): string {
  const input = `${encoded(header)}.${encoded(payload)}`;
  return `${input}.${sign(input)}`;
}

export const hs256 =
  (key: string) =>
  (input: string): string =>
    createHmac("sha256", key).update(input).digest("base64url");
