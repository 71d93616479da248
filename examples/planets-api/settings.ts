import { z } from "zod";
import { byEnvironment, flag, keyRing, secretText, settingsFromEnvironment, webUrl, wholeNumber } from "denizen/environment";
import type { Environment } from "denizen/environment";

const development = z.object({
  /** `postgres://user:password@host:5432/database` */
  DATABASE_URL: secretText(),
  /** `id:base64`, 32 random bytes: codes in mails are derived from it. */
  KEYS: keyRing(),
  /** Signs access tokens. */
  JWT_SECRET: secretText({ minimum: 32 }),
  /** `smtps://user:password@host`; without it mails are printed. */
  SMTP_URL: secretText().optional(),
  /** No TLS, for a mail server on this very machine. */
  SMTP_INSECURE: flag().default(false),
  MAIL_FROM: z.string().default("Planets <no-reply@planets.example>"),
  /** Where links in mails lead: your own pages. */
  APP_URL: webUrl().default("http://localhost:3000"),
  PORT: wholeNumber({ max: 65_535 }).default(3000),
  HOST: z.string().default("127.0.0.1"),
});

/** Nothing that others depend on has a default there. */
const production = development.extend({ SMTP_URL: secretText(), MAIL_FROM: z.string(), APP_URL: webUrl() });

export type Settings = z.infer<typeof development>;

/** Throws one `ConfigurationError` that names everything that is missing or wrong. */
export const settingsFrom = (environment: Environment): Settings =>
  settingsFromEnvironment(byEnvironment(environment, { development, production, test: development }), environment);
