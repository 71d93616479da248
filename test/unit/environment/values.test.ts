import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import type { ZodType } from "zod";
import { Application } from "denizen";
import { flag, keyRing, list, secretText, webUrl, wholeNumber } from "denizen/environment";
import { memory } from "denizen/memory";
import { problemsOf } from "./problems.js";

const KEY = Buffer.from(Array.from({ length: 32 }, (_, index) => 255 - index));
const [BASE64, OTHER] = [KEY.toString("base64"), Buffer.alloc(40, 9).toString("base64")];

const accepts = <Value>(type: ZodType<Value, string>, text: string): Value | "refused" => {
  const { success, data } = type.safeParse(text);
  return success ? data : "refused";
};

describe("a flag", () => {
  test.each([
    ["true", true],
    ["1", true],
    ["false", false],
    ["0", false],
  ])("%s is %s", (text, value) => {
    expect(accepts(flag(), text)).toBe(value);
  });

  test.each(["yes", "no", "on", "off", "TRUE", " true", "true\n", "01", "null"])("%j is none", (text) => {
    expect(accepts(flag(), text)).toBe("refused");
  });
});

describe("a whole number", () => {
  test.each([
    ["0", 0],
    ["8080", 8080],
    ["9007199254740991", Number.MAX_SAFE_INTEGER],
  ])("%s is one", (text, value) => {
    expect(accepts(wholeNumber(), text)).toBe(value);
  });

  test.each(["", " 1", "1 ", "1\n", "+1", "-1", "-0", "01", "1.0", "1e3", "0x10", "1_000", "9007199254740992", "NaN", "Infinity", "eight"])(
    "%j is none",
    (text) => {
      expect(accepts(wholeNumber(), text)).toBe("refused");
    },
  );

  test("keeps to its bounds, which belong to it", () => {
    const type = wholeNumber({ min: -5, max: 5 });
    expect(["-6", "-5", "5", "6"].map((text) => accepts(type, text))).toEqual(["refused", -5, 5, "refused"]);
  });

  test.each([{ min: 2, max: 1 }, { min: 0.5 }, { max: Number.NaN }, { max: Number.POSITIVE_INFINITY }])("cannot be from %o", (bounds) => {
    expect(problemsOf(() => wholeNumber(bounds))).toHaveLength(1);
  });
});

describe("a list", () => {
  test.each([
    ["one", ["one"]],
    ["one,two", ["one", "two"]],
    [" one , two ,", ["one", "two"]],
  ])("%j", (text, items) => {
    expect(accepts(list(), text)).toEqual(items);
  });

  test.each([",", " , ", " "])("of nothing, as in %j, is none", (text) => {
    expect(accepts(list(), text)).toBe("refused");
  });
});

describe("an address", () => {
  test.each([
    ["https://app.example.com", "https://app.example.com"],
    ["https://app.example.com/", "https://app.example.com"],
    ["https://example.com:8443/app/", "https://example.com:8443/app"],
    ["http://localhost:3000", "http://localhost:3000"],
    ["http://127.0.0.1", "http://127.0.0.1"],
    ["http://[::1]:3000/", "http://[::1]:3000"],
  ])("%s", (text, value) => {
    expect(accepts(webUrl(), text)).toBe(value);
  });

  test.each([
    "app.example.com",
    "http://app.example.com",
    "http://localhost.example.com",
    "http://localhost@example.com",
    "https://me:hunter2@app.example.com",
    "https://app.example.com?a=b",
    "https://app.example.com#a",
    "https://app.example.com/a b",
    "https://app.example.com\n",
    " https://app.example.com",
    "https:\\\\app.example.com",
    "https:app.example.com",
    "https://",
    "https://exa%mple.com",
    "javascript:alert(1)",
    "ftp://localhost",
  ])("%j is none", (text) => {
    expect(accepts(webUrl(), text)).toBe("refused");
  });
});

describe("a secret text", () => {
  test("is masked, and is what it was", () => {
    const secret = secretText().parse(" hunter2 ");
    expect([secret.reveal(), String(secret), inspect({ secret })]).toEqual([" hunter2 ", "******", "{ secret: ****** }"]);
  });

  test("has the bytes that are asked for", () => {
    const type = secretText({ minimum: 32 });
    expect(accepts(type, "s".repeat(31))).toBe("refused");
    expect(accepts(type, "s".repeat(32))).not.toBe("refused");
    expect(accepts(type, "ñ".repeat(16))).not.toBe("refused");
  });

  test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])("cannot be asked for %d", (minimum) => {
    expect(problemsOf(() => secretText({ minimum }))).toHaveLength(1);
  });
});

describe("a key ring", () => {
  test("has its keys by their ids, and the first is the current one", () => {
    const ring = keyRing().parse(`2026-a:${BASE64}, 2025:${OTHER}`);
    expect([ring.current, Object.keys(ring.keys)]).toEqual(["2026-a", ["2025", "2026-a"]]);
    expect(ring.keys["2026-a"]).toBeInstanceOf(Uint8Array);
    expect([...(ring.keys["2026-a"] ?? [])]).toEqual([...KEY]);
    expect(ring.keys["2025"]).toHaveLength(40);
    expect(problemsOf(() => new Application({ store: memory(), keys: ring }))).toEqual([]);
  });

  test.each([
    ["without padding", BASE64.replaceAll("=", "")],
    ["for URLs", KEY.toString("base64url")],
  ])("reads base64 %s", (_, text) => {
    expect([...(keyRing().parse(`k:${text}`).keys["k"] ?? [])]).toEqual([...KEY]);
  });

  test("may have an id that objects have already", () => {
    const ring = keyRing().parse(`__proto__:${BASE64},constructor:${OTHER}`);
    expect([ring.current, Object.keys(ring.keys), JSON.stringify(ring)]).toEqual([
      "__proto__",
      ["__proto__", "constructor"],
      '{"current":"__proto__","keys":{"__proto__":"******","constructor":"******"}}',
    ]);
  });

  test.each<[string, string]>([
    ["a key without an id", BASE64],
    ["an empty id", `:${BASE64}`],
    ["an id with a blank", `a b:${BASE64}`],
    ["an id of 65 characters", `${"k".repeat(65)}:${BASE64}`],
    ["no key", "k1:"],
    ["a key of 31 bytes", `k1:${KEY.subarray(1).toString("base64")}`],
    ["what is no base64", `k1:${"?".repeat(44)}`],
    ["base64 of no length", `k1:${"A".repeat(45)}`],
    ["an id twice", `k1:${BASE64},k1:${OTHER}`],
    ["nothing behind a comma", `k1:${BASE64},`],
    ["a short key behind a good one", `k1:${BASE64},k2:c2hvcnQ=`],
  ])("cannot have %s", (_, text) => {
    expect(accepts(keyRing(), text)).toBe("refused");
  });

  test("shows its ids and no key, in whole and in parts", () => {
    const ring = keyRing().parse(`k1:${BASE64}`);
    const key = ring.keys["k1"];
    expect(inspect(ring)).toBe("{ current: 'k1', keys: { k1: '******' } }");
    expect(inspect(ring, { customInspect: false })).toBe("KeyRing { current: 'k1' }");
    expect(JSON.stringify({ ...ring.keys })).toBe('{"k1":"******"}');
    expect([inspect({ key }), String(key), key?.toLocaleString(), JSON.stringify(key)]).toEqual([
      "{ key: ****** }",
      "******",
      "******",
      '"******"',
    ]);
    for (const name of ["nodejs.util.inspect.custom", "Deno.customInspect"])
      for (const shown of [ring, key])
        expect(inspect(Reflect.apply(Reflect.get(shown ?? {}, Symbol.for(name)), shown, []))).toContain("******");
  });

  test("cannot be changed", () => {
    const ring = keyRing().parse(`k1:${BASE64}`);
    expect([Object.isFrozen(ring), Object.isFrozen(ring.keys)]).toEqual([true, true]);
  });
});
