import { z } from "zod";
import { byEnvironment, flag, keyRing, secretText, settingsFromEnvironment, webUrl, wholeNumber } from "denizen/environment";
import type { Environment } from "denizen/environment";

const everywhere = {
  /** `postgres://user:password@host:5432/database` */
  DATABASE_URL: secretText(),
  /** `id:base64`, 32 random bytes: codes and links are derived from them, so that server and worker have the same. */
  KEYS: keyRing(),
  /** The same form: what access tokens are signed with. Put a new one before the old one to change them. */
  JWT_KEYS: keyRing(),
  PORT: wholeNumber({ max: 65_535 }).default(3000),
  HOST: z.string().default("127.0.0.1"),
};

/** Mails and texts are printed by the worker, and the pages are where the server is. */
const development = z
  .object({ ...everywhere, PUBLIC_URL: webUrl().optional() })
  .transform(({ PUBLIC_URL, ...settings }) => ({ ...settings, PUBLIC_URL: PUBLIC_URL ?? `http://127.0.0.1:${settings.PORT}` }));

const production = z.object({
  ...everywhere,
  /** Where users find the pages: links in mails lead there. */
  PUBLIC_URL: webUrl(),
  /** `smtp://user:password@host:587` */
  SMTP_URL: secretText(),
  /** Only for a mail server on this very machine: no TLS. */
  SMTP_INSECURE: flag().default(false),
  /** `Sign-up <no-reply@example.com>` */
  MAIL_FROM: z.string(),
  /** The gateway that is handed texts, and the secret that it knows them by. */
  SMS_URL: webUrl(),
  SMS_SECRET: secretText({ minimum: 32 }),
});

export type Settings = Readonly<z.infer<typeof development> | z.infer<typeof production>>;

/** Throws one `ConfigurationError` that names everything that is missing or wrong in the environment that NODE_ENV names. */
export const settingsFrom = (environment: Environment): Settings =>
  settingsFromEnvironment(byEnvironment(environment, { development, production, test: development }), environment);
