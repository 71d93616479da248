import { createHmac } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Secret } from "denizen";
import { smsHttp, verifySignature } from "denizen/sms-http";
import type { SignedRequest } from "denizen/sms-http";
import { fixedClock } from "denizen/testing";
import { SECRET, SMS, gateway, sending } from "./gateway.js";
import type { Gateway, Received } from "./gateway.js";

const OTHER = "another-secret-0123456789abcdef0123456789";
const THIRD = new Uint8Array(32).fill(7);
const NOW = Date.parse("2026-01-01T00:00:00.000Z");

let at: Gateway;
/** What arrived of one SMS that was signed with the one secret, and with both. */
let [one, both]: Received[] = [];

beforeAll(async () => {
  at = await gateway();
  for (const secrets of [[SECRET], [SECRET, THIRD]])
    (await smsHttp({ url: at.url, secrets, clock: fixedClock() }).sendSms(SMS, sending()))._unsafeUnwrap();
  [one, both] = at.received;
});
afterAll(() => at.close());

const check = (more: object = {}, received = one): Promise<boolean> =>
  // JavaScript callers pass anything.
  verifySignature({ secret: SECRET, headers: received?.headers, body: received?.body, now: NOW, ...more } as SignedRequest);
const header = (name: string, value: unknown): object => ({ headers: { ...one?.headers, [name]: value } });

describe("a request is accepted", () => {
  test("as it was sent", async () => {
    expect(await check()).toBe(true);
  });

  test.each<[string, () => object]>([
    ["with its body as bytes", () => ({ body: Buffer.from(one?.body ?? "") })],
    ["with the headers of the Web", () => ({ headers: new Headers(one?.headers as Record<string, string>) })],
    [
      "with headers in capitals",
      () => ({ headers: Object.fromEntries(Object.entries(one?.headers ?? {}).map(([k, v]) => [k.toUpperCase(), v])) }),
    ],
    ["with the secret as bytes", () => ({ secret: new TextEncoder().encode(SECRET) })],
    ["with the secret as a Secret", () => ({ secret: new Secret(SECRET) })],
    ["up to five minutes late", () => ({ now: NOW + 300_000 })],
    ["up to five minutes early", () => ({ now: NOW - 300_000 })],
    ["an hour late where that is tolerated", () => ({ now: NOW + 3_600_000, tolerance: 3_600_000 })],
    [
      "with a signature of a version to come beside it",
      () => header("x-denizen-signature", `v2=abc, ${String(one?.headers["x-denizen-signature"])}`),
    ],
  ])("%s", async (_, more) => {
    expect(await check(more())).toBe(true);
  });

  test("by a gateway that has the next secret already, and by one that has the last one still", async () => {
    expect(await check({ secret: undefined, secrets: [OTHER, SECRET] })).toBe(true);
    expect(await check({ secret: undefined, secrets: [SECRET, OTHER] })).toBe(true);
    expect(await check({}, both)).toBe(true);
    expect(await check({ secret: THIRD }, both)).toBe(true);
  });
});

describe("a request is refused", () => {
  test.each<[string, () => object]>([
    ["with another body", () => ({ body: one?.body.replace("12345678", "12345679") })],
    ["with a longer body", () => ({ body: `${String(one?.body)} ` })],
    ["with no body", () => ({ body: "" })],
    ["with another key", () => header("idempotency-key", "denizen-sms:another")],
    ["with no key", () => header("idempotency-key", undefined)],
    ["with another time", () => header("x-denizen-timestamp", String(NOW / 1000 + 1))],
    ["with the same time written otherwise", () => header("x-denizen-timestamp", `0${NOW / 1000}`)],
    ["with a time that is no number", () => header("x-denizen-timestamp", "now")],
    ["with no time", () => header("x-denizen-timestamp", undefined)],
    ["later than five minutes", () => ({ now: NOW + 300_001 })],
    ["earlier than five minutes", () => ({ now: NOW - 300_001 })],
    ["at no time at all", () => ({ now: Number.NaN })],
    ["with no signature", () => header("x-denizen-signature", undefined)],
    ["with an empty signature", () => header("x-denizen-signature", "v1=")],
    ["with half a signature", () => header("x-denizen-signature", String(one?.headers["x-denizen-signature"]).slice(0, 40))],
    ["with a signature in capitals", () => header("x-denizen-signature", String(one?.headers["x-denizen-signature"]).toUpperCase())],
    ["with several headers of the signature", () => header("x-denizen-signature", [String(one?.headers["x-denizen-signature"])])],
    ["with the signature of another secret", () => ({ secret: OTHER })],
    ["where there are no secrets", () => ({ secret: undefined, secrets: [] })],
    ["where there are a secret and secrets", () => ({ secrets: [SECRET] })],
    ["where the secret is none", () => ({ secret: undefined })],
    ["with no headers", () => ({ headers: undefined })],
    ["with headers that throw", () => ({ headers: new Proxy({}, { get: () => expect.fail("read"), ownKeys: () => expect.fail("read") }) })],
  ])("%s", async (_, more) => {
    expect(await check(more())).toBe(false);
  });

  test("where the secret is too short, though the signature fits", async () => {
    const [key, timestamp, body] = ["k", String(NOW / 1000), "{}"];
    const signed = (secret: string): object => ({
      secret,
      body,
      headers: {
        "idempotency-key": key,
        "x-denizen-timestamp": timestamp,
        "x-denizen-signature": `v1=${createHmac("sha256", secret).update(`${timestamp}.${key}.${body}`).digest("hex")}`,
      },
    });
    expect([await check(signed("s".repeat(31))), await check(signed("s".repeat(32)))]).toEqual([false, true]);
  });

  test("when nothing is asked", async () => {
    // JavaScript callers pass anything.
    expect(await verifySignature(undefined as unknown as SignedRequest)).toBe(false);
  });
});
