import { Console } from "node:console";
import { inspect, format } from "node:util";
import { afterEach, describe, expect, test, vi } from "vitest";
import { Secret } from "denizen";

const secret = new Secret("marker");

describe("a secret", () => {
  afterEach(() => vi.restoreAllMocks());

  test("is had by reveal alone", () => {
    expect(secret.reveal()).toBe("marker");
  });

  test.each([
    ["String", () => String(secret)],
    ["a template", () => `${secret}`],
    ["concatenation", () => "" + (secret as unknown as string)],
    ["a number", () => String(Number(secret))],
    ["a date", () => String(secret[Symbol.toPrimitive]())],
    ["JSON", () => JSON.stringify(secret)],
    ["nested JSON", () => JSON.stringify({ user: { secret, list: [secret] } })],
    ["util.inspect", () => inspect(secret)],
    ["util.inspect of hidden fields", () => inspect({ user: { secret } }, { showHidden: true, depth: 10, getters: true })],
    ["util.format", () => format("%s %o %O %j %d", secret, secret, secret, secret, secret)],
    ["an error's message", () => String(new Error(`wrong: ${secret}`))],
    ["an error's cause", () => inspect(new Error("wrong", { cause: secret }))],
    ["keys", () => JSON.stringify([Object.keys(secret), Object.values(secret), Reflect.ownKeys(secret)])],
    ["a copy", () => JSON.stringify({ ...secret })],
    ["a structured clone", () => inspect(structuredClone(secret), { showHidden: true })],
    ["a map", () => inspect(new Map([[secret, secret]]))],
  ])("does not show in %s", (_, show) => {
    expect(show()).not.toContain("marker");
  });

  test("prints as a mask", () => {
    expect([String(secret), JSON.stringify(secret), inspect(secret), inspect([secret])]).toEqual([
      "******",
      '"******"',
      "******",
      "[ ****** ]",
    ]);
  });

  test("does not show in what console.log writes", () => {
    let written = "";
    vi.spyOn(process.stdout, "write").mockImplementation((chunk) => {
      written += String(chunk);
      return true;
    });
    new Console(process.stdout).log(secret, { secret }, "%s", secret);
    expect(written).toContain("******");
    expect(written).not.toContain("marker");
  });
});
