import { pbkdf2Sync, scryptSync } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ConfigurationError, Secret } from "denizen";
import { aspNetIdentity, bcrypt, djangoPbkdf2, djangoScrypt, scryptPhc, werkzeug } from "denizen/legacy-hashes";
import type { BcryptLibrary } from "denizen/legacy-hashes";
import type { LegacyHash } from "denizen/ports";

const text = "correct horse ñ";
const password = new Secret(text);
const all = [djangoPbkdf2(), djangoScrypt(), werkzeug(), aspNetIdentity(), bcrypt(), scryptPhc()];

// Written by Django 5.2, Werkzeug 3.1, passlib 1.7 and pyca/bcrypt 5.0; those of ASP.NET computed with Python's hashlib as
// its source describes the format. Fast parameters where nothing depends on them.
const vectors: readonly (readonly [LegacyHash, string])[] = [
  [djangoPbkdf2(), "pbkdf2_sha256$1000$saltySALT12$8zvIWu+U5v9zjTmjWPwic2V94LHGoQJTjCz/qGMWIKY="],
  [djangoPbkdf2(), "pbkdf2_sha256$1000000$saltySALT12$PVoh770oUxCF5dG5uDS2cXXJ/TL86gMSB0F2ROivC2E="],
  [djangoPbkdf2(), "pbkdf2_sha1$1000$saltySALT12$DRCUPetVMfW1yqhIsjsIoeOFsFU="],
  [djangoScrypt(), "scrypt$1024$saltySALT12$8$5$Z5iwLUSW6g1FohG7Hf6ZZdpXKWFXgpJk9edkmu5XswPn5UuiCa3XpGwm+zplujfc2dVfC9GHDzBvAJjNf+hzvQ=="],
  [werkzeug(), "pbkdf2:sha256:1000$QogZQlmBShVDz4x2$382f00ccdf6f0562293a73dac8aa8dfa043bf393512555e422f0f2be4a0f9f1f"],
  [werkzeug(), "pbkdf2:sha1:1000$0M95j8DlwF3Yz6ID$7870040d192df33a88992dbf29f9733d48a927d9"],
  [
    werkzeug(),
    "pbkdf2:sha512:1000$yMlefYts7eDGa4my$c50f376768cf9ee27acfeae35a7dae1959132ebb37f160a7b99d3177fc9f0509d305855784e6038b03d63b91397e2ac8b29843952785d4b9f9021d9b70a3853b",
  ],
  [
    werkzeug(),
    "scrypt:32768:8:1$spQXAsqp8yuaUwZl$c88e03462d74f37dca8ff11a02be4c9b5d4d08a749d6b1174e33fbfc5601e54e1e0d631f0c1c643f2a0ecb5f7e8c691818e91a664522728976f973591881ff01",
  ],
  [aspNetIdentity(), "AAABAgMEBQYHCAkKCwwNDg+OrEW090J8vQwKcXapYK32sAiVuLTR4HM3i0QvrU2i6g=="],
  [aspNetIdentity(), "AQAAAAAAAAD6AAAAEAABAgMEBQYHCAkKCwwNDg+zi1ii8ASmP5gW2Y9ykWNc"],
  [aspNetIdentity(), "AQAAAAEAACcQAAAAEAABAgMEBQYHCAkKCwwNDg9k/xPFDo+je8ehoTceHvpXYQHebNEO8zTnRLEhVOLH1w=="],
  [aspNetIdentity(), "AQAAAAIAAYagAAAAEAABAgMEBQYHCAkKCwwNDg9Gw+6mdtbYPrTl4n856dHzoDyaQNpIzKYqHWxPl1WxUA=="],
  [bcrypt(), "$2a$04$3JO1PJ6UbWGg.nGW7xEkg.25H/FfrEIRgdtSCtBo5NYlJ9uskLRVO"],
  [bcrypt(), "$2b$04$x7HOf1s6CsVDRp8RwHdJaOW04pmUiE0CQAFZ7RpCLAQEeW3UkAC4."],
  // PHP writes 2y for what everybody else calls 2b.
  [bcrypt(), "$2y$04$x7HOf1s6CsVDRp8RwHdJaOW04pmUiE0CQAFZ7RpCLAQEeW3UkAC4."],
  [scryptPhc(), "$scrypt$ln=10,r=8,p=1$0VpLKcWYkzLG+H+PUWpNyQ$ozGoSjvngfecZB55vexCFZC429bZlwcMPK9DF8A7Lqo"],
];

describe("a hash that another system wrote", () => {
  it.each(vectors.map(([hash, stored]) => [hash.name, stored, hash] as const))(
    "is recognised and verified: %s %s",
    async (_, stored, hash) => {
      expect(hash.recognises(stored)).toBe(true);
      expect(await hash.verify(password, stored)).toBe(true);
    },
  );

  it.each(vectors.map(([hash, stored]) => [hash.name, stored, hash] as const))(
    "refuses another password: %s %s",
    async (_, stored, hash) => {
      expect(await hash.verify(new Secret("correct horse n"), stored)).toBe(false);
      expect(await hash.verify(new Secret(""), stored)).toBe(false);
      // HMAC pads its key with zeros, so that to PBKDF2 and scrypt this is the same password.
      expect(await hash.verify(new Secret(`${text}\0`), stored)).toBe(false);
    },
  );

  it("is recognised by one kind only", () => {
    for (const [hash, stored] of vectors) {
      expect(all.filter((candidate) => candidate.recognises(stored)).map(({ name }) => name)).toEqual([hash.name]);
    }
  });
});

describe("a corrupt or hostile hash", () => {
  const sha256 = (iterations: number, salt = "salt"): string =>
    `pbkdf2_sha256$${iterations}$${salt}$${pbkdf2Sync(text, salt, Math.min(iterations, 10), 32, "sha256").toString("base64")}`;
  const scrypt64 = scryptSync(text, "salt", 64, { N: 16 }).toString("base64");
  const v3 = (prf: number, iterations: number, saltLength: number, rest: number): string => {
    const header = Buffer.alloc(13);
    header.writeUInt8(1, 0);
    header.writeUInt32BE(prf, 1);
    header.writeUInt32BE(iterations, 5);
    header.writeUInt32BE(saltLength, 9);
    return Buffer.concat([header, Buffer.alloc(rest, 7)]).toString("base64");
  };

  it("is measured by a test that would accept a good one", () => {
    expect(djangoPbkdf2().recognises(sha256(10))).toBe(true);
    expect(djangoScrypt().recognises(`scrypt$16$salt$8$1$${scrypt64}`)).toBe(true);
    expect(aspNetIdentity().recognises(v3(1, 10, 16, 48))).toBe(true);
  });

  it.each<[string, string]>([
    ["a hundred million iterations", sha256(100_000_000)],
    ["no iteration", sha256(10).replace("$10$", "$0$")],
    ["a key of no bytes", "pbkdf2_sha256$10$salt$"],
    ["a key cut to four bytes", "pbkdf2_sha256$10$salt$AAAAAA=="],
    ["a key as long as another digest's", sha256(10).replace("sha256", "sha1")],
    ["base64 that is not canonical", sha256(10).replace("=", "")],
    ["a salt of a kilobyte", sha256(10, "s".repeat(1_024))],
    ["bytes after the end", `${sha256(10)}\n`],
    ["an N that is no power of two", `scrypt$1000$salt$8$1$${scrypt64}`],
    ["an N of one", `scrypt$1$salt$8$1$${scrypt64}`],
    ["a gigabyte", `scrypt$1048576$salt$8$1$${scrypt64}`],
    ["sixteen lanes of 128 MiB", `scrypt$131072$salt$8$16$${scrypt64}`],
    ["a hundred thousand lanes", `scrypt$16$salt$8$100000$${scrypt64}`],
    ["ln=99", "$scrypt$ln=99,r=8,p=1$0VpLKcWYkzLG+H+PUWpNyQ$ozGoSjvngfecZB55vexCFZC429bZlwcMPK9DF8A7Lqo"],
    ["a Werkzeug key of no bytes", "pbkdf2:sha256:1000$salt$"],
    ["a Werkzeug key of an odd length", "pbkdf2:sha256:1000$salt$382f0"],
    ["Werkzeug with md5", "pbkdf2:md5:1000$salt$0123456789abcdef0123456789abcdef"],
    ["an unknown pseudo-random function", v3(3, 10, 16, 48)],
    ["four billion iterations", v3(1, 0xffffffff, 16, 48)],
    ["a salt length beyond the end", v3(1, 10, 0xffffffff, 48)],
    ["a salt that leaves no key", v3(1, 10, 48, 48)],
    ["a salt of 8 bytes", v3(1, 10, 8, 48)],
    ["a version 2 key cut short", "AAABAgMEBQYHCAkKCwwNDg+ukCEMDf0yyQ29NYubggE="],
    ["an ASP.NET header cut short", "AQAAAAE="],
    ["an unknown ASP.NET version", "Ag=="],
    ["bcrypt of cost 31", "$2b$31$x7HOf1s6CsVDRp8RwHdJaOW04pmUiE0CQAFZ7RpCLAQEeW3UkAC4."],
    ["bcrypt of the broken kind 2x", "$2x$04$x7HOf1s6CsVDRp8RwHdJaOW04pmUiE0CQAFZ7RpCLAQEeW3UkAC4."],
    ["bcrypt cut short", "$2b$04$x7HOf1s6CsVDRp8RwHdJaOW04pmUiE0CQAFZ7RpCLAQEeW3UkAC4"],
    ["nothing", ""],
  ])("is not recognised and matches nothing: %s", async (_, stored) => {
    for (const hash of all) {
      expect(hash.recognises(stored)).toBe(false);
      expect(await hash.verify(password, stored)).toBe(false);
    }
  });

  it("never throws, whatever the value", async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string({ unit: "binary" }), fc.anything()), async (stored) => {
        for (const hash of all) {
          // JavaScript callers pass anything.
          expect(hash.recognises(stored as string)).toBe(false);
          expect(await hash.verify(password, stored as string)).toBe(false);
        }
      }),
    );
  });

  it("matches nothing when any character of it is changed", async () => {
    const cheap = vectors.filter(([, stored]) => /\$1000\$|:1000\$|\$ln=10/.test(stored));
    const changed = fc.tuple(fc.constantFrom(...cheap), fc.nat(), fc.constantFrom("$", ":", "0", "9", "A", "\0", "ñ"));
    await fc.assert(
      fc.asyncProperty(changed, async ([[hash, stored], at, character]) => {
        const index = at % stored.length;
        const other = stored.slice(0, index) + character + stored.slice(index + 1);
        expect(await hash.verify(password, other)).toBe(other === stored);
      }),
    );
  });
});

describe("bcrypt", () => {
  // pyca/bcrypt of 72 times x, and of the letter a.
  const SEVENTY_TWO = "$2b$04$NvKQI//NhAAomqn3S4TYFewDT.bwCmiz.YZcAWaPppRmZuWQuUvhm";
  const LETTER_A = "$2b$04$TYueOJXKfxlRAMnZBYzJke3L1JT5gihlOPWqAfJ2nL6dqEtgipLYa";

  it("reads 72 bytes and cuts nothing in silence: a longer password never matches", async () => {
    expect(await bcrypt().verify(new Secret("x".repeat(72)), SEVENTY_TWO)).toBe(true);
    expect(await bcrypt().verify(new Secret("x".repeat(73)), SEVENTY_TWO)).toBe(false);
    expect(await bcrypt().verify(new Secret(`${"x".repeat(72)}ñ`), SEVENTY_TWO)).toBe(false);
  });

  it("counts bytes, not characters", async () => {
    const yes: BcryptLibrary = { compare: () => Promise.resolve(true) };
    expect(await bcrypt(yes).verify(new Secret("ñ".repeat(36)), SEVENTY_TWO)).toBe(true);
    expect(await bcrypt(yes).verify(new Secret("ñ".repeat(37)), SEVENTY_TWO)).toBe(false);
  });

  it("does not take a password with a NUL for its own repetition", async () => {
    expect(await bcrypt().verify(new Secret("a"), LETTER_A)).toBe(true);
    expect(await bcrypt().verify(new Secret("a\0a"), LETTER_A)).toBe(false);
  });

  it("gives a password that does not fit the same work", async () => {
    const compared: string[] = [];
    const library: BcryptLibrary = { compare: (given) => Promise.resolve(compared.push(given) > 0) };
    expect(await bcrypt(library).verify(new Secret("x".repeat(73)), SEVENTY_TWO)).toBe(false);
    expect(compared).toEqual([""]);
  });

  it("refuses a library of another shape at start", () => {
    // JavaScript callers pass anything.
    expect(() => bcrypt({} as BcryptLibrary)).toThrow(ConfigurationError);
    expect(() => bcrypt(null as unknown as BcryptLibrary)).toThrow(ConfigurationError);
  });
});
