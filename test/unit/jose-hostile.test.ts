import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Secret } from "denizen";
import { CLAIMS, HEADER, HS256, NOW, PAYLOAD, SECRET, encoded, forged, pairOf, tokensOf } from "../support/access-tokens.js";

const es256 = await pairOf("ES256");
const tokens = tokensOf(HS256);
const token = (await tokens.issue(CLAIMS))._unsafeUnwrap();

const verify = (input: unknown) => tokens.verify(input as string, NOW);
const refusal = async (input: unknown) => (await verify(input))._unsafeUnwrapErr();

describe("what is no token of ours", () => {
  it("is refused however it was cut, swapped or lengthened", async () => {
    const [header = "", payload = "", signature = ""] = token.split(".");
    const other = encoded({ ...PAYLOAD, sub: "somebody-else" });
    for (const text of [
      `${header}.${other}.${signature}`,
      `${header}.${payload}.`,
      `${header}.${payload}`,
      `${header}..${signature}`,
      `.${payload}.${signature}`,
      `${token}.`,
      `${token}=`,
      `${token}\n`,
      ` ${token}`,
      `Bearer ${token}`,
      `${token}.${header}.${payload}`,
      "",
      ".",
      "..",
    ]) {
      expect((await refusal(text)).code).toBe("access-token-invalid");
    }
    for (let length = 0; length < token.length; length++) expect((await verify(token.slice(0, length))).isErr()).toBe(true);
  });

  it("is refused when a single character differs", async () => {
    const alphabet = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ \n\0é"];
    const mutation = fc.tuple(fc.nat(token.length - 1), fc.constantFrom(...alphabet), fc.constantFrom(0, 1), fc.constantFrom(0, 1));
    await fc.assert(
      fc.asyncProperty(mutation, async ([at, character, removed, kept]) => {
        const mutated = token.slice(0, at) + character.repeat(kept) + token.slice(at + removed);
        fc.pre(mutated !== token);
        expect((await refusal(mutated)).code).toBe("access-token-invalid");
      }),
      { numRuns: 2_000 },
    );
  });

  it("has one spelling: no bits are dropped at the end of a signature, whatever its length", async () => {
    for (const current of ["k1", "es", "hs512"] as const) {
      const all = { k1: { algorithm: "HS256", secret: SECRET }, es: { algorithm: "ES256", privateKey: es256.pkcs8 } } as const;
      const signer = tokensOf({ current, keys: { ...all, hs512: { algorithm: "HS512", secret: SECRET } } });
      const real = (await signer.issue(CLAIMS))._unsafeUnwrap();
      const accepted: string[] = [];
      for (const last of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") {
        if ((await signer.verify(real.slice(0, -1) + last, NOW)).isOk()) accepted.push(last);
      }
      expect(accepted).toEqual([real.at(-1)]);
    }
  });

  it("is refused whatever text it is", async () => {
    const texts = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.base64String(),
      fc
        .json()
        .map(encoded)
        .map((part) => `${encoded(HEADER)}.${part}.${part}`),
    );
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        expect((await refusal(text)).code).toBe("access-token-invalid");
      }),
    );
  });

  it.each(["a", ".", "a.", "\0", "🪐"])("is refused at once when it is a megabyte of %j", async (unit) => {
    const text = unit.repeat(2 ** 20 / unit.length);
    const begin = performance.now();
    expect((await refusal(text)).code).toBe("access-token-invalid");
    expect(performance.now() - begin).toBeLessThan(50);
  });

  it("is refused above 8 kB even with a good signature", async () => {
    const size = (tenant: number): string => forged(HEADER, { ...PAYLOAD, tnt: "x".repeat(tenant) });
    expect((await verify(size(5_000))).isOk()).toBe(true);
    expect((await refusal(size(6_000))).code).toBe("access-token-invalid");
  });

  const hostile = new Proxy(
    {},
    {
      get: () => {
        throw new Error("hostile");
      },
    },
  );
  it.each<[string, unknown]>([
    ["undefined", undefined],
    ["null", null],
    ["a number", 1],
    ["a symbol", Symbol("token")],
    ["a String object", new String(token)],
    ["a buffer", Buffer.from(token)],
    ["a Secret", new Secret(token)],
    ["a list", [token]],
    ["an object that becomes one", { toString: () => token }],
    ["a proxy that throws", hostile],
    ["a function", () => token],
  ])("is refused when it is %s", async (_, input) => {
    expect((await refusal(input)).code).toBe("access-token-invalid");
  });
});
