import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ConfigurationError, Secret } from "denizen";
import { argon2 } from "denizen/argon2";
import type { Argon2Options, Pepper } from "denizen/argon2";
import { djangoPbkdf2 } from "denizen/legacy-hashes";
import type { LegacyHash } from "denizen/ports";
import { Gate } from "../../adapters/argon2/gate.js";
import { parsePhc, withKeyId } from "../../adapters/argon2/phc.js";

const password = new Secret("correct horse battery staple");
const wrong = new Secret("correct horse battery stapler");
const K1 = "one".repeat(11);
const K2 = new Uint8Array(32).fill(2);

const hashWith = async (options: Argon2Options): Promise<string> => (await argon2(options).hash(password))._unsafeUnwrap();
const problemsOf = (options: unknown): readonly string[] => {
  try {
    // JavaScript callers pass anything.
    argon2(options as Argon2Options);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  return [];
};

// Made once: a real hash costs some milliseconds.
const plain = await hashWith({});
const peppered = await hashWith({ pepper: { current: "k1", keys: { k1: K1 } } });

describe("hashing", () => {
  it("writes a PHC string of argon2id with OWASP's minimum", () => {
    expect(plain).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  });

  it("salts: two hashes of one password differ", async () => {
    expect(await hashWith({})).not.toBe(plain);
  });

  it("verifies the right password and refuses another", async () => {
    const hasher = argon2();
    expect((await hasher.verify(password, plain))._unsafeUnwrap()).toEqual({ matches: true, outdated: false });
    expect((await hasher.verify(wrong, plain))._unsafeUnwrap()).toEqual({ matches: false, outdated: false });
  });

  it("reads every byte of a long password", async () => {
    const long = "x".repeat(4095);
    const hasher = argon2();
    const stored = (await hasher.hash(new Secret(`${long}a`)))._unsafeUnwrap();
    expect((await hasher.verify(new Secret(`${long}b`), stored))._unsafeUnwrap().matches).toBe(false);
  });
});

describe("what is outdated", () => {
  it.each<[string, Argon2Options]>([
    ["more memory", { memoryCost: 20_480 }],
    ["more passes", { timeCost: 3 }],
    ["more lanes", { parallelism: 2 }],
  ])("a hash made before %s was configured, which still verifies", async (_, options) => {
    expect((await argon2(options).verify(password, plain))._unsafeUnwrap()).toEqual({ matches: true, outdated: true });
  });

  // Written by the reference implementation (argon2-cffi's vectors use the same password and salt).
  it.each([
    ["argon2i", "$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$wWKIMhR9lyDFvRz9YTZweHKfbftvj+qf+YFY4NeBbtA"],
    ["argon2i of version 1.0", "$argon2i$m=65536,t=2,p=1$c29tZXNhbHQ$9sTbSlTio3Biev89thdrlKKiCaYsjjYVJxGAL3swxpQ"],
    ["argon2id of other parameters", "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc"],
  ])("the reference vector of %s, which still verifies", async (_, stored) => {
    expect((await argon2().verify(new Secret("password"), stored))._unsafeUnwrap()).toEqual({ matches: true, outdated: true });
    expect((await argon2().verify(new Secret("passwore"), stored))._unsafeUnwrap().matches).toBe(false);
  });
});

describe("the pepper", () => {
  const both = (current: string): Pepper => ({ current, keys: { k1: K1, k2: K2 } });

  it("is named in the hash, in base64", () => {
    expect(peppered).toContain("$m=19456,t=2,p=1,keyid=azE$");
  });

  it("is needed: without it the same password does not match", async () => {
    const stripped = peppered.replace(",keyid=azE", "");
    expect((await argon2().verify(password, stripped))._unsafeUnwrap().matches).toBe(false);
  });

  it("rotates: the old key still verifies and the hash is outdated until it is made with the current one", async () => {
    const rotated = argon2({ pepper: both("k2") });
    expect((await rotated.verify(password, peppered))._unsafeUnwrap()).toEqual({ matches: true, outdated: true });
    expect((await rotated.verify(wrong, peppered))._unsafeUnwrap().matches).toBe(false);
    const upgraded = (await rotated.hash(password))._unsafeUnwrap();
    expect(upgraded).toContain(",keyid=azI$");
    expect((await rotated.verify(password, upgraded))._unsafeUnwrap()).toEqual({ matches: true, outdated: false });
  });

  it("can be introduced later: hashes without one verify and are outdated", async () => {
    expect((await argon2({ pepper: both("k1") }).verify(password, plain))._unsafeUnwrap()).toEqual({ matches: true, outdated: true });
  });

  it.each(["azk", "X19wcm90b19f", "azE="])("fails closed when the hash names the unknown key %s", async (keyId) => {
    const hasher = argon2({ pepper: both("k1") });
    const stored = withKeyId(plain, keyId);
    expect(hasher.recognises(stored)).toBe(false);
    expect((await hasher.verify(password, stored))._unsafeUnwrapErr()).toMatchObject({ code: "hasher-failed" });
  });

  it("is copied: wiping the caller's buffer changes nothing", async () => {
    const key = new Uint8Array(32).fill(7);
    const hasher = argon2({ pepper: { current: "k", keys: { k: key } } });
    const stored = (await hasher.hash(password))._unsafeUnwrap();
    key.fill(0);
    expect((await hasher.verify(password, stored))._unsafeUnwrap().matches).toBe(true);
  });

  it("shows neither in the hasher nor in a configuration error", () => {
    const marker = "pepper-marker-".repeat(3);
    expect(inspect(argon2({ pepper: { current: "k1", keys: { k1: marker } } }), { depth: 9, showHidden: true })).not.toContain(
      "pepper-marker",
    );
    expect(problemsOf({ pepper: { current: "no", keys: { "too long an id": marker, k1: marker.slice(0, 14) } } }).join()).not.toContain(
      "marker",
    );
  });
});

describe("a configuration with", () => {
  it.each<[string, unknown]>([
    ["less than 19 MiB", { memoryCost: 19_455 }],
    ["one pass, even over more memory", { memoryCost: 47_104, timeCost: 1 }],
    ["no lane", { parallelism: 0 }],
    ["2 GiB", { memoryCost: 2_097_152 }],
    ["1 GiB a thousand times", { memoryCost: 1_048_576, timeCost: 1_000 }],
    ["a fraction", { memoryCost: 19_456.5 }],
    ["NaN", { timeCost: Number.NaN }],
    ["text", { memoryCost: "19456" }],
    ["a bigint", { memoryCost: 19_456n }],
    ["no slot", { concurrency: 0 }],
    ["a queue without end", { queueLimit: Number.POSITIVE_INFINITY }],
    ["a timeout that overflows", { queueTimeout: 2 ** 31 }],
    ["a misspelt option", { peper: {} }],
    ["a short pepper", { pepper: { current: "k", keys: { k: "x".repeat(31) } } }],
    ["a pepper that does not have its current key", { pepper: { current: "toString", keys: { k: K1 } } }],
    ["a pepper key id longer than 8 bytes", { pepper: { current: "k23456789", keys: { k23456789: K1 } } }],
    ["a pepper of another shape", { pepper: K1 }],
    ["no LegacyHash", { legacy: [null] }],
    ["a legacy list of another shape", { legacy: djangoPbkdf2() }],
    ["null", null],
  ])("%s: refused at start", (_, options) => {
    expect(problemsOf(options)).toHaveLength(1);
  });

  it("names every problem at once", () => {
    expect(problemsOf({ memoryCost: 1, timeCost: 0, queueLimit: -1, pepper: { current: "k", keys: {} } })).toHaveLength(4);
  });

  it("never fails but by naming problems, whatever it is given", () => {
    fc.assert(fc.property(fc.anything(), (options) => void problemsOf(options)));
    fc.assert(
      fc.property(
        fc.record({ memoryCost: fc.anything(), pepper: fc.anything(), legacy: fc.anything() }),
        (options) => void problemsOf(options),
      ),
    );
  });
});

describe("a stored hash that cannot be read", () => {
  const hasher = argon2({ legacy: [djangoPbkdf2()] });

  it.each([
    ["is empty", ""],
    ["is of no known kind", "5f4dcc3b5aa765d61d8327deb882cf99"],
    ["is cut short", plain.slice(0, 60)],
    ["has bytes after its end", `${plain}\n`],
    ["has an impossible base64 length", plain.slice(0, -2)],
    ["asks for 4 GiB", plain.replace("m=19456", "m=4194304")],
    ["asks for a billion passes", plain.replace("t=2", "t=1000000000")],
    ["asks for 1 GiB with a thousand passes", plain.replace("m=19456,t=2", "m=1048576,t=1000")],
    ["asks for 255 lanes", plain.replace("p=1", "p=255")],
    ["asks for less memory than its lanes need", plain.replace("m=19456,t=2,p=1", "m=8,t=2,p=2")],
    ["has a digest of four bytes", plain.replace(/[^$]{43}$/, "AAAAAA")],
    ["has an empty digest", plain.replace(/[^$]{43}$/, "")],
    ["is of an unknown version", plain.replace("v=19", "v=20")],
  ])("because it %s gives hasher-failed, and no work is done", async (_, stored) => {
    const started = performance.now();
    expect((await hasher.verify(password, stored))._unsafeUnwrapErr()).toMatchObject({ code: "hasher-failed" });
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  it("gives a Result, whatever the text", async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string({ unit: "binary" }), fc.anything()), async (stored) => {
        // JavaScript callers pass anything.
        expect((await hasher.verify(password, stored as string)).isErr()).toBe(true);
        expect(hasher.recognises(stored as string)).toBe(false);
      }),
    );
  });

  it("gives a Result, whatever character of a real one is changed", async () => {
    const change = fc.tuple(fc.nat(plain.length - 1), fc.constantFrom("$", ",", "=", "0", "9", "A", "\0", "ñ"));
    await fc.assert(
      fc.asyncProperty(change, async ([at, character]) => {
        const stored = plain.slice(0, at) + character + plain.slice(at + 1);
        const outcome = await hasher.verify(password, stored);
        expect(outcome.isErr() || !outcome.value.matches || parsePhc(stored)?.bare === plain || sameBits(stored)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  it("gives a Result, whatever the password", async () => {
    for (const value of [undefined, null, "text", {}]) {
      // JavaScript callers pass anything.
      expect((await hasher.hash(value as Secret))._unsafeUnwrapErr().code).toBe("hasher-failed");
      expect((await hasher.verify(value as Secret, plain))._unsafeUnwrapErr().code).toBe("hasher-failed");
    }
  });

  // The last base64 character of 16 or 32 bytes has bits that decode to nothing.
  const sameBits = (stored: string): boolean => {
    const bytesOf = (phc: string): string =>
      phc
        .split("$")
        .slice(4)
        .map((part) => Buffer.from(part, "base64").toString("hex"))
        .join();
    return bytesOf(stored) === bytesOf(plain);
  };
});

describe("legacy hashes", () => {
  const verifying = (verify: LegacyHash["verify"]): LegacyHash => ({ name: "old", recognises: (stored) => stored === "old", verify });

  it("verify through the registry, and a match is always outdated", async () => {
    const hasher = argon2({ legacy: [djangoPbkdf2()] });
    const stored = "pbkdf2_sha256$1000$saltySALT12$8zvIWu+U5v9zjTmjWPwic2V94LHGoQJTjCz/qGMWIKY=";
    expect(hasher.recognises(stored)).toBe(true);
    expect((await hasher.verify(new Secret("correct horse ñ"), stored))._unsafeUnwrap()).toEqual({ matches: true, outdated: true });
    expect((await hasher.verify(password, stored))._unsafeUnwrap()).toEqual({ matches: false, outdated: true });
    expect(argon2().recognises(stored)).toBe(false);
  });

  it("are never asked about an argon2 hash", async () => {
    const greedy: LegacyHash = { name: "greedy", recognises: () => true, verify: () => Promise.resolve(true) };
    const hasher = argon2({ legacy: [greedy] });
    expect((await hasher.verify(wrong, plain))._unsafeUnwrap()).toEqual({ matches: false, outdated: false });
    expect((await hasher.verify(wrong, plain.slice(0, 60)))._unsafeUnwrapErr().code).toBe("hasher-failed");
  });

  it("that throw give hasher-failed, which does not repeat what they say", async () => {
    const failing = [
      verifying((given) => Promise.reject(new Error(`cannot hash ${given.reveal()}`))),
      verifying((given) => {
        throw new Error(`cannot hash ${given.reveal()}`);
      }),
    ];
    for (const legacy of failing) {
      const error = (await argon2({ legacy: [legacy] }).verify(password, "old"))._unsafeUnwrapErr();
      expect(error).toEqual({ code: "hasher-failed", message: "The legacy hash old failed" });
    }
  });

  it("that throw while they are asked count as not knowing the hash", () => {
    const throwing: LegacyHash = {
      name: "throwing",
      recognises: () => {
        throw new Error("bug");
      },
      verify: () => Promise.resolve(true),
    };
    expect(argon2({ legacy: [throwing, verifying(() => Promise.resolve(true))] }).recognises("old")).toBe(true);
  });

  it("match only when they answer true", async () => {
    // A LegacyHash written in JavaScript may answer with anything.
    const truthy = verifying(() => Promise.resolve("yes" as unknown as boolean));
    expect((await argon2({ legacy: [truthy] }).verify(password, "old"))._unsafeUnwrap().matches).toBe(false);
  });

  it("run through the gate", async () => {
    const slow = verifying(() => new Promise((resolve) => setTimeout(() => resolve(true), 30)));
    const hasher = argon2({ legacy: [slow], concurrency: 1, queueLimit: 0 });
    const [first, second] = await Promise.all([hasher.verify(password, "old"), hasher.verify(password, "old")]);
    expect(first._unsafeUnwrap().matches).toBe(true);
    expect(second._unsafeUnwrapErr().code).toBe("hasher-busy");
  });
});

describe("the gate", () => {
  const failed = (): { code: "hasher-failed"; message: string } => ({ code: "hasher-failed", message: "failed" });
  const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

  it("never runs more than its slots, of a hundred at once, and lets them in as they came", async () => {
    const gate = new Gate({ concurrency: 3, queueLimit: 100, queueTimeout: 5_000 });
    const order: number[] = [];
    let running = 0;
    let most = 0;
    const outcomes = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        gate.run(async () => {
          order.push(index);
          most = Math.max(most, ++running);
          await pause(1);
          running--;
        }, failed),
      ),
    );
    expect(outcomes.every((outcome) => outcome.isOk())).toBe(true);
    expect(most).toBe(3);
    expect(order).toEqual(Array.from({ length: 100 }, (_, index) => index));
  });

  it("answers busy at once when the queue is full, and works again when it is not", async () => {
    const gate = new Gate({ concurrency: 1, queueLimit: 1, queueTimeout: 5_000 });
    const outcomes = await Promise.all([1, 2, 3].map((value) => gate.run(() => pause(5).then(() => value), failed)));
    expect(outcomes.map((outcome) => (outcome.isOk() ? outcome.value : outcome.error.code))).toEqual([1, 2, "hasher-busy"]);
    expect((await gate.run(() => Promise.resolve(4), failed))._unsafeUnwrap()).toBe(4);
  });

  it("answers busy when the time is over, and does not run what it turned away", async () => {
    const gate = new Gate({ concurrency: 1, queueLimit: 10, queueTimeout: 10 });
    let ran = false;
    const first = gate.run(() => pause(60), failed);
    const second = await gate.run(() => Promise.resolve((ran = true)), failed);
    expect(second._unsafeUnwrapErr().code).toBe("hasher-busy");
    expect((await first).isOk()).toBe(true);
    expect(ran).toBe(false);
    expect((await gate.run(() => Promise.resolve("free"), failed))._unsafeUnwrap()).toBe("free");
  });

  it("frees its slot when a task throws or rejects", async () => {
    const gate = new Gate({ concurrency: 1, queueLimit: 10, queueTimeout: 1_000 });
    const outcomes = await Promise.all([
      gate.run(() => Promise.reject(new Error("rejected")), failed),
      gate.run(() => {
        throw new Error("thrown");
      }, failed),
      gate.run(() => Promise.resolve("third"), failed),
    ]);
    expect(outcomes.map((outcome) => (outcome.isOk() ? outcome.value : outcome.error.code))).toEqual([
      "hasher-failed",
      "hasher-failed",
      "third",
    ]);
  });

  it("bounds real hashes too", async () => {
    const hasher = argon2({ concurrency: 1, queueLimit: 2 });
    const outcomes = await Promise.all(Array.from({ length: 6 }, () => hasher.hash(password)));
    expect(outcomes.filter((outcome) => outcome.isOk())).toHaveLength(3);
    expect(outcomes.filter((outcome) => outcome.isErr() && outcome.error.code === "hasher-busy")).toHaveLength(3);
  });
});
