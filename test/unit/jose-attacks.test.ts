import { describe, expect, it } from "vitest";
import {
  AUDIENCE,
  CLAIMS,
  HEADER,
  HS256,
  ISSUER,
  NOW,
  PAYLOAD,
  SECRET,
  forged,
  hs256,
  pairOf,
  tokensOf,
} from "../support/access-tokens.js";

const [es256, rs256] = [await pairOf("ES256"), await pairOf("RS256")];
const tokens = tokensOf(HS256);
const token = (await tokens.issue(CLAIMS))._unsafeUnwrap();

const many = tokensOf({
  current: "k1",
  keys: {
    k1: { algorithm: "HS256", secret: SECRET },
    es: { algorithm: "ES256", privateKey: es256.pkcs8 },
    rs: { algorithm: "RS256", publicKey: rs256.spki },
    hs512: { algorithm: "HS512", secret: SECRET },
  },
});

const verify = (input: unknown, now = NOW) => tokens.verify(input as string, now);
const refusal = async (input: unknown, now = NOW, by = tokens) => (await by.verify(input as string, now))._unsafeUnwrapErr();

it("one that is forged with the right key is accepted: the others below differ in one thing", async () => {
  expect((await verify(forged(HEADER, PAYLOAD)))._unsafeUnwrap()).toEqual(CLAIMS);
});

describe("a header", () => {
  it.each<[string, unknown]>([
    ["alg none", { ...HEADER, alg: "none" }],
    ["alg None", { ...HEADER, alg: "None" }],
    ["no alg", { kid: "k1", typ: "at+jwt" }],
    ["another alg of the same key type", { ...HEADER, alg: "HS384" }],
    ["a list of algs", { ...HEADER, alg: ["HS256"] }],
    ["no kid", { alg: "HS256", typ: "at+jwt" }],
    ["an unknown kid", { ...HEADER, kid: "k2" }],
    ["a kid of JavaScript's own", { ...HEADER, kid: "constructor" }],
    ["a kid that is a list", { ...HEADER, kid: ["k1"] }],
    ["an embedded jwk", { ...HEADER, jwk: es256.publicJwk }],
    ["a jku", { ...HEADER, jku: "https://attacker.example/jwks.json" }],
    ["an x5u", { ...HEADER, x5u: "https://attacker.example/chain.pem" }],
    ["an x5c", { ...HEADER, x5c: ["MIIB"] }],
    ["an unknown crit", { ...HEADER, crit: ["exp"], exp: 1 }],
    ["an empty crit", { ...HEADER, crit: [] }],
    ["the one crit that jose knows", { ...HEADER, crit: ["b64"], b64: true }],
    ["compression", { ...HEADER, zip: "DEF" }],
    ["typ JWT", { ...HEADER, typ: "JWT" }],
    ["another typ", { ...HEADER, typ: "logout+jwt" }],
    ["no typ", { alg: "HS256", kid: "k1" }],
    ["no object", [HEADER]],
    ["null", null],
    ["no JSON", "{"],
  ])("with %s is refused", async (_, header) => {
    expect((await refusal(forged(header, PAYLOAD))).code).toBe("access-token-invalid");
    expect((await refusal(forged(header, PAYLOAD, () => ""))).code).toBe("access-token-invalid");
  });

  it.each([rs256.spki, rs256.spki.trim(), `${rs256.spki}\n`, JSON.stringify(rs256.publicJwk)])(
    "that takes the public RSA key for an HMAC secret is refused",
    async (key) => {
      for (const alg of ["HS256", "RS256"]) {
        expect((await refusal(forged({ ...HEADER, alg, kid: "rs" }, PAYLOAD, hs256(key)), NOW, many)).code).toBe("access-token-invalid");
      }
    },
  );

  it.each(["es", "rs", "hs512"])("that names the key %s, which has another algorithm, is refused", async (kid) => {
    expect((await refusal(forged({ ...HEADER, kid }, PAYLOAD), NOW, many)).code).toBe("access-token-invalid");
  });
});

describe("claims", () => {
  it.each<[string, object]>([
    ["another issuer", { iss: `${ISSUER}/` }],
    ["a list of issuers", { iss: [ISSUER] }],
    ["another audience", { aud: "https://other.example" }],
    ["an audience among others", { aud: [AUDIENCE, "https://other.example"] }],
    ["a list of one audience", { aud: [AUDIENCE] }],
    ["an expiry now", { exp: PAYLOAD.iat }],
    ["an expiry in the past", { exp: PAYLOAD.iat - 1 }],
    ["an expiry as text", { exp: String(PAYLOAD.exp) }],
    ["an expiry with a fraction", { exp: PAYLOAD.exp + 0.5 }],
    ["an expiry beyond all times", { exp: Number.MAX_SAFE_INTEGER }],
    ["an expiry too large for a number", { exp: 1e400 }],
    ["a beginning in the future", { nbf: PAYLOAD.iat + 1 }],
    ["a beginning as text", { nbf: "0" }],
    ["an issue in the future", { iat: PAYLOAD.iat + 6 }],
    ["an issue as text", { iat: String(PAYLOAD.iat) }],
    ["a negative issue", { iat: -1 }],
    ["an empty user id", { sub: "" }],
    ["a user id that is a number", { sub: 1 }],
    ["a session id that is an object", { sid: {} }],
    ["a tenant that is null", { tnt: null }],
    ["a security version as text", { sv: "3" }],
    ["a negative security version", { sv: -1 }],
  ])("with %s are refused", async (_, wrong) => {
    expect((await refusal(forged(HEADER, { ...PAYLOAD, ...wrong }))).code).toBe("access-token-invalid");
  });

  it.each(Object.keys(PAYLOAD))("without %s are refused", async (name) => {
    expect((await refusal(forged(HEADER, { ...PAYLOAD, [name]: undefined }))).code).toBe("access-token-invalid");
  });

  it.each([null, [[]], "text", 1, "{"])("that are %o are refused", async (payload) => {
    expect((await refusal(forged(HEADER, payload))).code).toBe("access-token-invalid");
  });
});

describe("time", () => {
  it("is the caller's: valid until the expiry, not including it", async () => {
    expect((await verify(token, "2026-11-20T09:39:59.999Z")).isOk()).toBe(true);
    expect((await refusal(token, CLAIMS.expiresAt)).code).toBe("access-token-invalid");
  });

  it("may differ between processes by the tolerance, which does not extend the expiry", async () => {
    expect((await verify(token, "2026-11-20T09:29:55.000Z")).isOk()).toBe(true);
    expect((await refusal(token, "2026-11-20T09:29:54.999Z")).code).toBe("access-token-invalid");
    const strict = tokensOf(HS256, { clockTolerance: 0 });
    expect((await refusal(token, "2026-11-20T09:29:59.999Z", strict)).code).toBe("access-token-invalid");
    expect((await refusal(token, CLAIMS.expiresAt, tokensOf(HS256, { clockTolerance: 60_000 }))).code).toBe("access-token-invalid");
  });

  it.each(["", "now", {}, Symbol("now"), Number.NaN])("that is %o fails closed", async (now) => {
    expect((await refusal(token, now as string)).code).toBe("access-tokens-failed");
  });
});

it("all causes are one error, which repeats neither the token nor the key", async () => {
  const errors = [
    await refusal("x"),
    await refusal(token.slice(0, -4)),
    await refusal(forged({ ...HEADER, kid: "k2" }, PAYLOAD)),
    await refusal(forged(HEADER, { ...PAYLOAD, exp: 1 })),
  ];
  expect(new Set(errors.map((error) => JSON.stringify(error))).size).toBe(1);
  expect(Object.keys(errors[0] ?? {})).toEqual(["code", "message"]);
});
