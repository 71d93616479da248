import { describe, expect, test } from "vitest";
import { hex, systemRandom } from "../../../src/kernel/random.js";
import { ephemeralKeys, hmac, problemsOfKeys } from "../../../src/kernel/keys.js";

describe("keys", () => {
  test("derive what RFC 4231 says (test case 2)", async () => {
    const key = new TextEncoder().encode("Jefe");
    expect(await hmac(key)("what do ya want for nothing?")).toBe("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  });

  test("derive the same where only WebCrypto is there", async () => {
    const key = new TextEncoder().encode("Jefe");
    const getBuiltinModule = process.getBuiltinModule;
    Reflect.deleteProperty(process, "getBuiltinModule");
    const byWebCrypto = hmac(key);
    process.getBuiltinModule = getBuiltinModule;
    expect(await byWebCrypto("what do ya want for nothing?")).toBe(await hmac(key)("what do ya want for nothing?"));
    expect(byWebCrypto("")).toBeInstanceOf(Promise);
  });

  test("of a process are 32 random bytes", () => {
    const { current, keys } = ephemeralKeys(systemRandom);
    expect(keys[current]?.length).toBe(32);
    expect(hex(keys[current] ?? new Uint8Array())).not.toBe(hex(ephemeralKeys(systemRandom).keys["process"] ?? new Uint8Array()));
  });

  test.each([
    [{ current: "a", keys: { a: new Uint8Array(32) } }, 0],
    [{ current: "a", keys: { a: new Uint8Array(31) } }, 1],
    [{ current: "b", keys: { a: new Uint8Array(32) } }, 1],
    [{ current: "b", keys: { a: "secret" } }, 2],
    [{ current: "toString", keys: {} }, 1],
    [{ keys: null }, 1],
    [null, 1],
    ["keys", 1],
  ])("%o has the problems that it has", (keys, problems) => {
    expect(problemsOfKeys(keys as never)).toHaveLength(problems);
  });

  test("a problem with a key does not show the key", () => {
    expect(JSON.stringify(problemsOfKeys({ current: "a", keys: { a: "marker" } } as never))).not.toContain("marker");
  });
});
