import { inspect } from "node:util";
import { compactVerify, createLocalJWKSet, exportPKCS8, generateKeyPair } from "jose";
import { describe, expect, it, vi } from "vitest";
import type { AccessTokenKey } from "denizen/jose";
import { CLAIMS, HS256, NOW, SECRET, keysOf, pairOf, tokensOf, weakPair } from "../support/access-tokens.js";

const [eddsa, es256, rs256] = [await pairOf("EdDSA"), await pairOf("ES256"), await pairOf("RS256")];
const [small, exponent3] = [await weakPair(1024, [1, 0, 1]), await weakPair(2048, [3])];
const p384 = await exportPKCS8((await generateKeyPair("ES384", { extractable: true })).privateKey);
const otherPair = await pairOf("EdDSA");
const pem = (body: string): string => `-----BEGIN PRIVATE KEY-----\n${body}\n-----END PRIVATE KEY-----`;

describe("found when the keys are read", () => {
  it.each<[string, AccessTokenKey]>([
    ["a PEM with nothing in it", { algorithm: "EdDSA", privateKey: pem("") }],
    ["a PEM with something else in it", { algorithm: "EdDSA", privateKey: pem("bWFya2Vy") }],
    ["a PEM of another type", { algorithm: "EdDSA", privateKey: es256.pkcs8 }],
    ["a PEM on another curve", { algorithm: "ES256", privateKey: p384 }],
    ["RSA with 1024 bits", { algorithm: "RS256", privateKey: small.pkcs8 }],
    ["RSA with the exponent 3", { algorithm: "RS256", privateKey: exponent3.pkcs8 }],
    ["a public RSA key with the exponent 1", { algorithm: "RS256", publicKey: { ...rs256.publicJwk, e: "AQ" } }],
    ["a JWK whose members are no text", { algorithm: "EdDSA", privateKey: { ...eddsa.privateJwk, x: 1 } as never }],
    ["a JWK that must not sign", { algorithm: "EdDSA", privateKey: { ...eddsa.privateJwk, key_ops: ["verify"] } }],
    ["halves of two pairs", { algorithm: "EdDSA", privateKey: eddsa.pkcs8, publicKey: otherPair.spki }],
  ])("%s: everything fails closed, and says which key", async (_, key) => {
    const tokens = tokensOf({ current: "k1", keys: { k1: { algorithm: "HS256", secret: SECRET }, bad: key } });
    const token = (await tokensOf(HS256).issue(CLAIMS))._unsafeUnwrap();
    const errors = [
      (await tokens.ready())._unsafeUnwrapErr(),
      (await tokens.issue(CLAIMS))._unsafeUnwrapErr(),
      (await tokens.verify(token, NOW))._unsafeUnwrapErr(),
      (await tokens.jwks())._unsafeUnwrapErr(),
    ];
    for (const error of errors) {
      expect(error.code).toBe("access-tokens-failed");
      expect(error.message).toContain('"bad"');
      expect(error.message).not.toContain("bWFya2Vy");
    }
  });

  it("ready() says that all is well", async () => {
    expect((await tokensOf(HS256).ready()).isOk()).toBe(true);
  });
});

describe("keys", () => {
  it("are imported once", async () => {
    const importKey = vi.spyOn(crypto.subtle, "importKey");
    try {
      for (const key of [{ algorithm: "HS256", secret: SECRET } as const, { algorithm: "EdDSA", privateKey: eddsa.pkcs8 } as const]) {
        const tokens = tokensOf(keysOf(key));
        expect((await tokens.ready()).isOk()).toBe(true);
        const calls = importKey.mock.calls.length;
        for (let round = 0; round < 5; round++) {
          expect((await tokens.verify((await tokens.issue(CLAIMS))._unsafeUnwrap(), NOW)).isOk()).toBe(true);
        }
        expect(calls).toBeGreaterThan(0);
        expect(importKey.mock.calls).toHaveLength(calls);
      }
    } finally {
      importKey.mockRestore();
    }
  });

  it("are copied: wiping the caller's buffer changes nothing", async () => {
    const secret = new Uint8Array(32).fill(7);
    const tokens = tokensOf(keysOf({ algorithm: "HS256", secret }));
    secret.fill(0);
    const token = (await tokens.issue(CLAIMS))._unsafeUnwrap();
    expect((await tokensOf(keysOf({ algorithm: "HS256", secret: new Uint8Array(32).fill(7) })).verify(token, NOW)).isOk()).toBe(true);
  });

  it("do not show in the adapter", async () => {
    const tokens = tokensOf(keysOf({ algorithm: "HS256", secret: SECRET }));
    expect((await tokens.ready()).isOk()).toBe(true);
    expect(inspect(tokens, { depth: 9, showHidden: true })).not.toContain(SECRET.slice(0, 16));
  });

  it("of RFC 8037, appendix A, are read as they are, and verify its signature", async () => {
    const x = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
    const privateKey = { kty: "OKP", crv: "Ed25519", d: "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A", x };
    const { keys } = (await tokensOf(keysOf({ algorithm: "EdDSA", privateKey })).jwks())._unsafeUnwrap();
    expect(keys).toEqual([{ kid: "k1", kty: "OKP", crv: "Ed25519", alg: "EdDSA", use: "sig", x }]);
    const signature = "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
    const signed = `eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.${signature}`;
    const { payload } = await compactVerify(signed, createLocalJWKSet({ keys }));
    expect(new TextDecoder().decode(payload)).toBe("Example of Ed25519 signing");
  });
});
