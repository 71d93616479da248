import { z } from "zod";
import { keyRing, secretText, settingsFromEnvironment, wholeNumber } from "denizen/environment";
import type { Environment } from "denizen/environment";

const schema = z.object({
  /** `postgres://user:password@host:5432/database` */
  DATABASE_URL: secretText(),
  /** `id:base64`, 32 random bytes: the same in every process. */
  KEYS: keyRing(),
  PORT: wholeNumber({ max: 65_535 }).default(3000),
  HOST: z.string().default("127.0.0.1"),
});

export type Settings = z.infer<typeof schema>;

/** Throws one `ConfigurationError` that names everything that is missing or wrong. */
export const settingsFrom = (environment: Environment): Settings => settingsFromEnvironment(schema, environment);
