import { generateKeyPair } from "jose";
import { describe, expect, it } from "vitest";
import { ConfigurationError } from "denizen";
import { jose } from "denizen/jose";
import type { JoseOptions } from "denizen/jose";
import { AUDIENCE, HS256, ISSUER, SECRET, keysOf, pairOf, weakPair } from "../support/access-tokens.js";

const [eddsa, es256, rs256] = [await pairOf("EdDSA"), await pairOf("ES256"), await pairOf("RS256")];
const [small, unextractable] = [await weakPair(1024, [1, 0, 1]), await generateKeyPair("ES256")];

const problemsOf = (options: unknown): readonly string[] => {
  try {
    // JavaScript callers pass anything.
    jose(options as JoseOptions);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
};
const problemsOfKey = (key: unknown): readonly string[] =>
  problemsOf({
    issuer: ISSUER,
    audience: AUDIENCE,
    keys: { current: "ok", keys: { ok: { algorithm: "HS256", secret: SECRET }, bad: key } },
  });

describe("refused when it is built", () => {
  const options = { issuer: ISSUER, audience: AUDIENCE, keys: HS256 };
  const [EdDSA, RS256] = [{ algorithm: "EdDSA" }, { algorithm: "RS256" }];

  it.each<[string, unknown]>([
    ["no options", null],
    ["a misspelt option", { ...options, audiense: "x" }],
    ["an empty issuer", { ...options, issuer: "" }],
    ["no audience", { ...options, audience: undefined }],
    ["several audiences", { ...options, audience: [AUDIENCE] }],
    ["a tolerance of an hour", { ...options, clockTolerance: 3_600_000 }],
    ["a negative tolerance", { ...options, clockTolerance: -1 }],
    ["a tolerance as text", { ...options, clockTolerance: "5s" }],
    ["no keys", { ...options, keys: undefined }],
    ["an unknown current key", { ...options, keys: { current: "toString", keys: HS256.keys } }],
    ["a current key that cannot sign", { ...options, keys: keysOf({ algorithm: "EdDSA", publicKey: eddsa.spki }) }],
    ["a key id with a slash", { ...options, keys: { current: "a/b", keys: { "a/b": { algorithm: "HS256", secret: SECRET } } } }],
    [
      "getters that throw",
      {
        ...options,
        get keys() {
          throw new Error("hostile");
        },
      },
    ],
  ])("%s", (_, given) => {
    expect(problemsOf(given)).toHaveLength(1);
  });

  it.each<[string, unknown]>([
    ["nothing", undefined],
    ["no algorithm", { secret: SECRET }],
    ["the algorithm none", { algorithm: "none", secret: SECRET }],
    ["an algorithm of JavaScript's own", { algorithm: "constructor", secret: SECRET }],
    ["31 bytes for HS256", { algorithm: "HS256", secret: SECRET.slice(0, 31) }],
    ["47 bytes for HS384", { algorithm: "HS384", secret: new Uint8Array(47) }],
    ["63 bytes for HS512", { algorithm: "HS512", secret: SECRET.slice(0, 63) }],
    ["a secret of another type", { algorithm: "HS256", secret: 1 }],
    ["a public key as a secret", { algorithm: "HS256", secret: rs256.spki }],
    ["a key pair for HS256", { algorithm: "HS256", secret: SECRET, publicKey: rs256.spki }],
    ["a secret for EdDSA", { ...EdDSA, secret: SECRET, privateKey: eddsa.pkcs8 }],
    ["no half", EdDSA],
    ["a public PEM as the private half", { ...EdDSA, privateKey: eddsa.spki }],
    ["a private PEM as the public half", { ...EdDSA, publicKey: eddsa.pkcs8 }],
    ["PKCS #1", { ...RS256, privateKey: "-----BEGIN RSA PRIVATE KEY-----\n" }],
    ["a public JWK as the private half", { ...EdDSA, privateKey: eddsa.publicJwk }],
    ["a private JWK as the public half", { ...EdDSA, publicKey: eddsa.privateJwk }],
    ["a JWK of another type", { ...EdDSA, privateKey: es256.privateJwk }],
    ["a JWK on another curve", { algorithm: "ES256", publicKey: { ...es256.publicJwk, crv: "P-384" } }],
    ["a JWK for another algorithm", { ...RS256, publicKey: { ...rs256.publicJwk, alg: "PS256" } }],
    ["a JWK for encryption", { ...RS256, publicKey: { ...rs256.publicJwk, use: "enc" } }],
    ["an oct JWK", { ...EdDSA, publicKey: { kty: "oct", k: "AAAA" } }],
    ["a CryptoKey of another type", { algorithm: "ES256", publicKey: eddsa.publicKey }],
    ["a CryptoKey for another hash", { algorithm: "RS512", publicKey: rs256.publicKey }],
    ["a private CryptoKey as the public half", { ...EdDSA, publicKey: eddsa.privateKey }],
    ["a private CryptoKey that nobody can derive the public half of", { algorithm: "ES256", privateKey: unextractable.privateKey }],
    ["a CryptoKey of 1024 bits", { ...RS256, publicKey: small.publicKey }],
    ["a number", { ...EdDSA, privateKey: 1 }],
  ])("a key that has %s", (_, key) => {
    expect(problemsOfKey(key)).toEqual([expect.stringContaining('keys.keys["bad"]')]);
  });

  it("all problems are named at once, and none repeats a key", () => {
    const secret = "short-secret-marker";
    const found = problemsOf({ issuer: "", audience: "", keys: keysOf({ algorithm: "HS256", secret }), clockTolerance: 1e9 });
    expect(found).toHaveLength(4);
    expect(found.join()).not.toContain("marker");
  });
});
