import { describe, expect, test } from "vitest";
import { ConfigurationError, Secret } from "denizen";
import { smsHttp } from "denizen/sms-http";
import type { SmsHttpOptions } from "denizen/sms-http";
import { SECRET } from "./gateway.js";

const options = { url: "https://sms.example.com/send?account=7", secret: SECRET };

const errorOf = (given: unknown): ConfigurationError | undefined => {
  try {
    // JavaScript callers pass anything.
    smsHttp(given as SmsHttpOptions);
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
    throw error;
  }
  return undefined;
};

describe("taken", () => {
  test.each<[string, object]>([
    ["an https address", {}],
    ["an URL", { url: new URL(options.url) }],
    ["localhost without TLS", { url: "http://localhost:8080/sms" }],
    ["this machine without TLS", { url: "http://127.0.0.1:8080/sms" }],
    ["a Secret", { secret: new Secret(SECRET) }],
    ["bytes", { secret: new Uint8Array(32) }],
    ["several secrets", { secret: undefined, secrets: [SECRET, new Uint8Array(32), new Secret(SECRET)] }],
    ["a secret of 32 bytes in fewer characters", { secret: "ñ".repeat(16) }],
  ])("%s", (_, more) => {
    expect(errorOf({ ...options, ...more })?.problems).toBeUndefined();
  });
});

describe("refused when it is built", () => {
  test.each<[string, unknown]>([
    ["no options", undefined],
    ["a misspelt option", { ...options, form: "Denizen" }],
    ["no url", { ...options, url: undefined }],
    ["no URL", { ...options, url: "sms.example.com" }],
    ["http elsewhere", { ...options, url: "http://sms.example.com/" }],
    ["http of what only begins like localhost", { ...options, url: "http://localhost.example.com/" }],
    ["another protocol", { ...options, url: "file:///etc/passwd" }],
    ["a password in the url", { ...options, url: "https://me:hunter2@sms.example.com/" }],
    ["a fragment in the url", { ...options, url: "https://sms.example.com/#top" }],
    ["no secret", { ...options, secret: undefined }],
    ["no secrets", { ...options, secret: undefined, secrets: [] }],
    ["a secret and secrets", { ...options, secrets: [SECRET] }],
    ["one short secret among others", { ...options, secret: undefined, secrets: [SECRET, "short"] }],
    ["too many secrets", { ...options, secret: undefined, secrets: Array.from({ length: 11 }, () => SECRET) }],
    ["a text for secrets", { ...options, secret: undefined, secrets: SECRET }],
    ["a secret of 31 bytes", { ...options, secret: "s".repeat(31) }],
    ["a number for a secret", { ...options, secret: 7 }],
    ["an empty sender", { ...options, from: "" }],
    ["a long sender", { ...options, from: "x".repeat(65) }],
    ["no timeout", { ...options, timeout: 0 }],
    ["a timeout for ever", { ...options, timeout: Number.POSITIVE_INFINITY }],
    ["a header of the request's own", { ...options, headers: { "Content-Type": "text/plain" } }],
    ["a header of denizen's own", { ...options, headers: { "X-Denizen-Signature": "v1=00" } }],
    ["a header that is no name", { ...options, headers: { "a b": "c" } }],
    ["a header with a line feed", { ...options, headers: { "x-a": "b\nx-c: d" } }],
    ["a header that is no text", { ...options, headers: { "x-a": 7 } }],
    ["no headers at all", { ...options, headers: null }],
    ["no fetch", { ...options, fetch: "fetch" }],
    ["no clock", { ...options, clock: {} }],
    [
      "getters that throw",
      {
        get url() {
          throw new Error("hostile");
        },
      },
    ],
  ])("%s", (_, given) => {
    const error = errorOf(given);
    expect(error?.problems).toHaveLength(1);
    expect(error?.problems[0]).toMatch(/^smsHttp: /);
  });

  test("everything at once, and nothing of what was given is shown", () => {
    const error = errorOf({ url: "https://me:hunter2@x.example/", secret: "short-one", headers: { "a b": "Bearer abc" }, timeout: "77s" });
    expect(error?.problems).toHaveLength(4);
    expect(error?.message).not.toMatch(/hunter2|short-one|Bearer|77s/);
  });
});
