import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ConfigurationError } from "denizen";
import { settingsFrom } from "../../examples/accounts-api/settings.js";

const OURS = fileURLToPath(new URL("../../examples/accounts-api/config/", import.meta.url));
const MARKER = "the-secret-that-nobody-must-see-anywhere";
const secrets = {
  DATABASE_URL: `postgres://app:${MARKER}@db.example.com/app`,
  KEYS: `1:${Buffer.from(MARKER.slice(0, 32)).toString("base64")}`,
  JWT_SECRET: MARKER,
  PEPPER: MARKER,
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "accounts-api-"));
  cpSync(OURS, folder, { recursive: true, filter: (path) => !path.endsWith(".secrets.toml") });
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (path: string, text: string) => writeFileSync(join(folder, path), text);

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    settingsFrom(environment, folder);
  } catch (thrown) {
    if (thrown instanceof ConfigurationError) {
      expect(inspect(thrown)).not.toContain(MARKER);
      return thrown.problems;
    }
    throw thrown;
  }
  return [];
}

describe("files and environment", () => {
  test("a folder for each environment; local when none is named", () => {
    expect(settingsFrom(secrets, folder)).toMatchObject({ HOST: "127.0.0.1", PORT: 3000, ACCESS_TOKEN_EXPIRY_MIN: 15 });
    expect(settingsFrom({ ...secrets, APP_ENV: "dev" }, folder)).toMatchObject({ HOST: "0.0.0.0", ACCESS_TOKEN_EXPIRY_MIN: 60 });
    expect(settingsFrom({ ...secrets, APP_ENV: "prod" }, folder)).toMatchObject({ HOST: "0.0.0.0", HASHER_PASSES: 3 });
    expect(problemsOf({ ...secrets, APP_ENV: "production" })).toEqual(["APP_ENV must be one of local, dev, prod"]);
    expect(problemsOf({ ...secrets, APP_ENV: "../prod" })).toEqual(["APP_ENV must be one of local, dev, prod"]);
  });

  test("secrets from a file; what the environment says goes before it, unless it is empty", () => {
    const lines = Object.entries(secrets).map(([name, value]) => `${name} = "${value}"`);
    write("prod/.secrets.toml", `[whatever.section]\n${lines.join("\n")}\n`);
    const settings = settingsFrom(
      { APP_ENV: "prod", PEPPER: "another-pepper-of-32-characters-or-more", JWT_SECRET: "", PORT: "8080" },
      folder,
    );
    expect(settings.JWT_SECRET.reveal()).toBe(MARKER);
    expect(settings.PEPPER.reveal()).toBe("another-pepper-of-32-characters-or-more");
    expect(settings.PORT).toBe(8080);
  });

  test("without files there are defaults", () => {
    mkdirSync(join(folder, "nothing"));
    expect(settingsFrom(secrets, join(folder, "nothing"))).toMatchObject({
      JWT_ALGORITHM: "HS256",
      ACCESS_TOKEN_EXPIRY_MIN: 15,
      REFRESH_TOKEN_EXPIRY_DAYS: 7,
      HASHER_MEMORY_KIB: 19_456,
      HASHER_PASSES: 2,
      HASHER_MAX_THREADS: 2,
      HASHER_SEMAPHORE_WAIT_TIMEOUT_S: 2,
      PORT: 3000,
      HOST: "127.0.0.1",
    });
  });
});

describe("what is wrong is named, all of it at once, and never shown", () => {
  test("production without secrets", () => {
    expect(problemsOf({ APP_ENV: "prod" })).toEqual([
      "environment: DATABASE_URL is missing: must be a text",
      "environment: KEYS is missing: must be id:base64, or several with commas between them, each id once and each key at least 32 bytes",
      "environment: JWT_SECRET is missing: must be a text of at least 32 bytes",
      "environment: PEPPER is missing: must be a text of at least 32 bytes",
    ]);
  });

  test("the example of the secrets as it is", () => {
    cpSync(join(folder, ".secrets.toml.example"), join(folder, "prod/.secrets.toml"));
    expect(problemsOf({ APP_ENV: "prod" })).toHaveLength(4);
  });

  test("values, in files and in the environment", () => {
    write(
      "dev/config.toml",
      `[security.auth]\nJWT_ALGORITHM = "none"\nACCESS_TOKEN_EXPIRY_MIN = 0\n\n[security.password]\nHASHER_PASSES = 1\n`,
    );
    expect(problemsOf({ ...secrets, APP_ENV: "dev", PORT: "70000", JWT_SECRET: "short", PEPPER: "short" })).toEqual([
      "environment: JWT_SECRET: must be a text of at least 32 bytes",
      "environment: PEPPER: must be a text of at least 32 bytes",
      expect.stringMatching(/^environment: JWT_ALGORITHM: .*HS256/),
      "environment: ACCESS_TOKEN_EXPIRY_MIN: must be a whole number from 1 to 1440",
      "environment: HASHER_PASSES: must be a whole number from 2 to 1024",
      "environment: PORT: must be a whole number from 0 to 65535",
    ]);
  });

  test("names in files: slips, secrets in the wrong file, what stands there twice; together with values", () => {
    write("dev/config.toml", `PEPPER = "${MARKER}"\nPROT = 1\n\n[server]\nPORT = 1\n\n[other]\nPORT = 2\n`);
    expect(problemsOf({ ...secrets, APP_ENV: "dev", HASHER_PASSES: "1" })).toEqual([
      "config.toml: there is no setting PROT",
      "config.toml: PORT stands there twice",
      "config.toml: PEPPER is a secret, and belongs into .secrets.toml",
      "environment: HASHER_PASSES: must be a whole number from 2 to 1024",
    ]);
    expect(problemsOf({ ...secrets, APP_ENV: "dev" })).toHaveLength(3);
  });

  test("a file that is no TOML, whose lines are nobody's business", () => {
    write("dev/.secrets.toml", `PEPPER = "${MARKER}\n`);
    expect(problemsOf({ ...secrets, APP_ENV: "dev" })).toEqual([".secrets.toml is not TOML"]);
  });

  test("settings print as what they are, and no secret among it", () => {
    const settings = settingsFrom(secrets, folder);
    for (const printed of [inspect(settings, { depth: 9, showHidden: true }), JSON.stringify(settings), String(settings)])
      for (const secret of [MARKER, Buffer.from(MARKER.slice(0, 32)).toString("base64")]) expect(printed).not.toContain(secret);
    expect(inspect(settings)).toContain("HS256");
  });
});
