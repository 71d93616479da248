import { randomBytes } from "node:crypto";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { ConfigurationError } from "denizen";
import { messengerFor } from "../../examples/signup-api/messenger.js";
import { settingsFrom } from "../../examples/signup-api/settings.js";
import { local } from "../../examples/signup-api/local.js";

const secret = randomBytes(32).toString("hex");
const key = randomBytes(32).toString("base64");
const everywhere = { DATABASE_URL: `postgres://app:${secret}@db.example/app`, KEYS: `1:${key}`, JWT_KEYS: `2:${key}` };
const production = {
  ...everywhere,
  NODE_ENV: "production",
  PUBLIC_URL: "https://signup.example/",
  SMTP_URL: `smtp://app:${secret}@mail.example:587`,
  MAIL_FROM: "Sign-up <no-reply@signup.example>",
  SMS_URL: "https://sms.example/send",
  SMS_SECRET: secret,
};

function problemsOf(environment: Record<string, string>): readonly string[] {
  try {
    settingsFrom(environment);
    return [];
  } catch (thrown) {
    if (!(thrown instanceof ConfigurationError)) throw thrown;
    expect(`${thrown.message} ${inspect(thrown)}`).not.toContain(secret);
    return thrown.problems;
  }
}

const ring = "must be id:base64, or several with commas between them, each id once and each key at least 32 bytes";
const web = "must be an https: address, or http: of localhost, without user, password, query and fragment";
const neededEverywhere = [
  "environment: DATABASE_URL is missing: must be a text",
  `environment: KEYS is missing: ${ring}`,
  `environment: JWT_KEYS is missing: ${ring}`,
];

describe("while developing", () => {
  test("a database and keys are enough, and the pages are where the server is", () => {
    expect(settingsFrom({ ...everywhere, PORT: "3133" })).toMatchObject({
      PORT: 3133,
      HOST: "127.0.0.1",
      PUBLIC_URL: "http://127.0.0.1:3133",
    });
    expect(settingsFrom({ ...everywhere, NODE_ENV: "test" }).PUBLIC_URL).toBe("http://127.0.0.1:3000");
  });

  test("everything that is missing or wrong is named at once", () => {
    expect(problemsOf({})).toEqual(neededEverywhere);
    expect(problemsOf({ DATABASE_URL: "x", KEYS: `1:${secret}!`, JWT_KEYS: "2:c2hvcnQ=", PORT: "http", PUBLIC_URL: "ftp://a" })).toEqual([
      `environment: KEYS: ${ring}`,
      `environment: JWT_KEYS: ${ring}`,
      "environment: PORT: must be a whole number from 0 to 65535",
      `environment: PUBLIC_URL: ${web}`,
    ]);
  });

  test("mails and texts are printed", async () => {
    await using messenger = messengerFor(settingsFrom(everywhere));
    expect(Object.keys(messenger).sort()).toEqual(["sendEmail", "sendSms"]);
  });

  test("what the launcher makes is enough", () => {
    expect(problemsOf({ ...local.environment(), DATABASE_URL: "postgres://localhost/app" })).toEqual([]);
  });
});

describe("in production", () => {
  test("a mail server and a gateway are needed as well", () => {
    expect(problemsOf({ NODE_ENV: "production" })).toEqual([
      ...neededEverywhere,
      `environment: PUBLIC_URL is missing: ${web}`,
      expect.stringMatching(/^environment: SMTP_URL is missing/),
      expect.stringMatching(/^environment: MAIL_FROM is missing/),
      `environment: SMS_URL is missing: ${web}`,
      "environment: SMS_SECRET is missing: must be a text of at least 32 bytes",
    ]);
    expect(problemsOf(production)).toEqual([]);
  });

  test("a wrong mail server or sender is named when the worker starts", () => {
    const wrong = settingsFrom({ ...production, SMTP_URL: `http://${secret}@mail.example`, MAIL_FROM: "nobody" });
    expect(() => messengerFor(wrong)).toThrow(/url must be smtp:.*from must be an e-mail address/s);
    expect(() => messengerFor(settingsFrom({ ...production, SMTP_INSECURE: "true" }))).toThrow(
      "insecure is for a server on this machine only",
    );
  });

  test("no secret is printed", () => {
    const settings = settingsFrom(production);
    for (const printed of [inspect(settings, { depth: 9 }), JSON.stringify(settings), String(settings)]) {
      expect(printed).not.toContain(secret);
      expect(printed).not.toContain(key);
    }
  });

  test("another environment is none", () => {
    expect(problemsOf({ ...production, NODE_ENV: "prod" })).toEqual([
      "environment: NODE_ENV must be one of development, production, test, or missing",
    ]);
  });
});
