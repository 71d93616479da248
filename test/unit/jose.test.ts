import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from "jose";
import { describe, expect, it } from "vitest";
import type { AccessTokenKey, JoseAccessTokens } from "denizen/jose";
import { AUDIENCE, CLAIMS, HS256, ISSUER, NOW, PAYLOAD, SECRET, keysOf, pairOf, tokensOf } from "../support/access-tokens.js";

const pairs = {
  EdDSA: await pairOf("EdDSA"),
  ES256: await pairOf("ES256"),
  RS256: await pairOf("RS256"),
  RS384: await pairOf("RS384"),
  RS512: await pairOf("RS512"),
};
const algorithms = Object.entries(pairs).map(([algorithm, pair]) => [algorithm as keyof typeof pairs, pair] as const);
const secrets: readonly AccessTokenKey[] = [
  { algorithm: "HS256", secret: SECRET.slice(0, 32) },
  { algorithm: "HS384", secret: new Uint8Array(48).fill(1) },
  { algorithm: "HS512", secret: SECRET },
];

const issued = async (tokens: JoseAccessTokens, claims = CLAIMS): Promise<string> => (await tokens.issue(claims))._unsafeUnwrap();

describe("what is issued is verified", () => {
  it.each(algorithms)("with %s, from PKCS #8, a JWK or a CryptoKey", async (algorithm, { pkcs8, privateJwk, privateKey }) => {
    for (const given of [pkcs8, `\n${pkcs8}\n`, privateJwk, privateKey]) {
      const tokens = tokensOf(keysOf({ algorithm, privateKey: given }));
      expect((await tokens.verify(await issued(tokens), NOW))._unsafeUnwrap()).toEqual(CLAIMS);
    }
  });

  it.each(algorithms)("with %s, by whoever has the public half alone", async (algorithm, { pkcs8, spki, publicJwk, publicKey }) => {
    const token = await issued(tokensOf(keysOf({ algorithm, privateKey: pkcs8 })));
    for (const given of [spki, publicJwk, publicKey]) {
      const checking = tokensOf({
        current: "own",
        keys: { own: { algorithm: "HS256", secret: SECRET }, k1: { algorithm, publicKey: given } },
      });
      expect((await checking.verify(token, NOW))._unsafeUnwrap()).toEqual(CLAIMS);
    }
  });

  it.each(secrets)("with $algorithm", async (key) => {
    const tokens = tokensOf(keysOf(key));
    expect((await tokens.verify(await issued(tokens), NOW))._unsafeUnwrap()).toEqual(CLAIMS);
  });

  it("with a private key that never leaves WebCrypto, beside its public half", async () => {
    const { privateKey, publicKey } = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]);
    const tokens = tokensOf(keysOf({ algorithm: "ES256", privateKey, publicKey }));
    expect((await tokens.verify(await issued(tokens), NOW))._unsafeUnwrap()).toEqual(CLAIMS);
  });
});

describe("a token", () => {
  it("says who, in which session and until when, and nothing else", async () => {
    const token = await issued(tokensOf(HS256));
    expect(decodeProtectedHeader(token)).toEqual({ alg: "HS256", kid: "k1", typ: "at+jwt" });
    expect(decodeJwt(token)).toEqual(PAYLOAD);
    expect(token.length).toBeLessThan(500);
  });

  it("never outlives its claims: times are rounded down", async () => {
    const tokens = tokensOf(HS256);
    const token = await issued(tokens, { ...CLAIMS, issuedAt: "2026-11-20T09:30:00.999Z", expiresAt: "2026-11-20T09:40:00.999Z" });
    expect((await tokens.verify(token, NOW))._unsafeUnwrap()).toEqual(CLAIMS);
    expect((await tokens.verify(token, "2026-11-20T09:39:59.999Z")).isOk()).toBe(true);
    expect((await tokens.verify(token, "2026-11-20T09:40:00.000Z")).isErr()).toBe(true);
  });

  it("keeps any text: other scripts, emoji, lone surrogates, names of JavaScript's own", async () => {
    const tokens = tokensOf(HS256);
    for (const tenant of ["Ωmega 🪐", "\ud800", "__proto__", '"}.{"']) {
      const claims = { ...CLAIMS, tenant };
      expect((await tokens.verify(await issued(tokens, claims), NOW))._unsafeUnwrap()).toEqual(claims);
    }
  });

  it.each<[string, object]>([
    ["no user", { userId: "" }],
    ["no session", { sessionId: undefined }],
    ["a tenant of 9 kB", { tenant: "x".repeat(9_000) }],
    ["half a security version", { securityVersion: 1.5 }],
    ["a negative security version", { securityVersion: -1 }],
    ["no time", { issuedAt: "soon" }],
    ["a year that ISO 8601 does not know", { expiresAt: "+010000-01-01T00:00:00.000Z" }],
    ["a symbol", { expiresAt: Symbol("never") }],
  ])("is not issued for claims with %s", async (_, wrong) => {
    expect((await tokensOf(HS256).issue({ ...CLAIMS, ...wrong }))._unsafeUnwrapErr().code).toBe("access-tokens-failed");
  });

  it.each([null, undefined, "claims", new Proxy({}, { get: () => Symbol("x") })])(
    "is not issued for claims that are %o",
    async (claims) => {
      expect((await tokensOf(HS256).issue(claims as never))._unsafeUnwrapErr().code).toBe("access-tokens-failed");
    },
  );
});

describe("rotation", () => {
  const { EdDSA, ES256 } = pairs;
  const old = { algorithm: "ES256", privateKey: ES256.pkcs8 } as const;
  const added = { algorithm: "EdDSA", privateKey: EdDSA.pkcs8 } as const;

  it("refuses no token: old ones verify by the private or the public half, new ones have the new key", async () => {
    const token = await issued(tokensOf({ current: "a", keys: { a: old } }));
    for (const a of [old, { algorithm: "ES256", publicKey: ES256.spki } as const]) {
      const rotated = tokensOf({ current: "b", keys: { a, b: added } });
      expect((await rotated.verify(token, NOW)).isOk()).toBe(true);
      expect(decodeProtectedHeader(await issued(rotated))).toMatchObject({ kid: "b", alg: "EdDSA" });
    }
  });

  it("ends when the old key goes: its tokens are invalid", async () => {
    const token = await issued(tokensOf({ current: "a", keys: { a: old } }));
    expect((await tokensOf({ current: "b", keys: { b: added } }).verify(token, NOW))._unsafeUnwrapErr().code).toBe("access-token-invalid");
  });
});

describe("the JWK set", () => {
  const all = { ...Object.fromEntries(algorithms.map(([algorithm, { pkcs8 }]) => [algorithm, { algorithm, privateKey: pkcs8 } as const])) };

  it("has the public members of key pairs, and neither a private one nor a secret", async () => {
    const { keys } = (
      await tokensOf({ current: "hs", keys: { ...all, hs: { algorithm: "HS512", secret: SECRET } } }).jwks()
    )._unsafeUnwrap();
    expect(keys.map(({ kid, alg, use }) => [kid, alg, use])).toEqual(algorithms.map(([algorithm]) => [algorithm, algorithm, "sig"]));
    const members = { EdDSA: ["crv", "x"], ES256: ["crv", "x", "y"], RS256: ["e", "n"], RS384: ["e", "n"], RS512: ["e", "n"] };
    for (const jwk of keys) expect(Object.keys(jwk).sort()).toEqual(["alg", "kid", "kty", "use", ...(members[jwk.alg] ?? [])].sort());
  });

  it.each(algorithms)("verifies a token of %s by plain jose", async (current) => {
    const tokens = tokensOf({ current, keys: all });
    const set = createLocalJWKSet((await tokens.jwks())._unsafeUnwrap());
    const options = { issuer: ISSUER, audience: AUDIENCE, typ: "at+jwt", currentDate: new Date(NOW) };
    expect((await jwtVerify(await issued(tokens), set, options)).payload).toEqual(PAYLOAD);
  });

  it("is empty where there are only secrets", async () => {
    expect((await tokensOf(HS256).jwks())._unsafeUnwrap()).toEqual({ keys: [] });
  });
});
