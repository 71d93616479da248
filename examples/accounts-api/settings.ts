import { fileURLToPath } from "node:url";
import { z } from "zod";
import { ConfigurationError } from "denizen";
import { keyRing, secretText, settingsFromEnvironment, wholeNumber } from "denizen/environment";
import type { Environment } from "denizen/environment";
import { filesOf } from "./config/files.js";

const secrets = {
  /** `postgres://user:password@host:5432/database` */
  DATABASE_URL: secretText(),
  /** `id:base64`, 32 random bytes: the same in every process. */
  KEYS: keyRing(),
  /** For RS256, RS384 and RS512 a private key as PEM. */
  JWT_SECRET: secretText({ minimum: 32 }),
  /** Goes into every password hash, and is not in the database. */
  PEPPER: secretText({ minimum: 32 }),
};

const schema = z.object({
  ...secrets,
  JWT_ALGORITHM: z.enum(["HS256", "HS384", "HS512", "RS256", "RS384", "RS512"]).default("HS256"),
  ACCESS_TOKEN_EXPIRY_MIN: wholeNumber({ min: 1, max: 1440 }).default(15),
  REFRESH_TOKEN_EXPIRY_DAYS: wholeNumber({ min: 1, max: 30 }).default(7),
  HASHER_MEMORY_KIB: wholeNumber({ min: 19_456, max: 1_048_576 }).default(19_456),
  HASHER_PASSES: wholeNumber({ min: 2, max: 1024 }).default(2),
  HASHER_MAX_THREADS: wholeNumber({ min: 1, max: 1024 }).default(2),
  HASHER_SEMAPHORE_WAIT_TIMEOUT_S: wholeNumber({ max: 60 }).default(2),
  PORT: wholeNumber({ max: 65_535 }).default(3000),
  HOST: z.string().default("127.0.0.1"),
});

export type Settings = z.infer<typeof schema>;

const FOLDER = fileURLToPath(new URL("config/", import.meta.url));

/**
 * The settings of the environment that `APP_ENV` names, `local` when it names none. What the environment itself says goes before the
 * files. Throws one `ConfigurationError` that names everything that is missing or wrong.
 */
export function settingsFrom(environment: Environment, folder: string = FOLDER): Settings {
  const names = { known: Object.keys(schema.shape), secret: Object.keys(secrets) };
  const files = filesOf(environment["APP_ENV"] || "local", folder, names);
  const given = Object.entries(environment).filter(([, value]) => value !== "");
  const settings = read({ ...files.values, ...Object.fromEntries(given) }, files.problems);
  if (files.problems.length > 0) throw new ConfigurationError(files.problems);
  return settings;
}

function read(values: Environment, problems: readonly string[]): Settings {
  try {
    return settingsFromEnvironment(schema, values);
  } catch (thrown) {
    throw thrown instanceof ConfigurationError ? new ConfigurationError([...problems, ...thrown.problems]) : thrown;
  }
}
