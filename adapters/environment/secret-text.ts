import { ConfigurationError, Secret } from "denizen";
import { string } from "zod";
import type { ZodType } from "zod";

export interface SecretTextOptions {
  /** Bytes that it has at least, in UTF-8: 1 by default. Keys that sign or encrypt have 32 or more. */
  readonly minimum?: number;
}

/** A text that must not be printed, as a password or the URL of a database: `settings.DATABASE_URL.reveal()`. */
export function secretText({ minimum = 1 }: SecretTextOptions = {}): ZodType<Secret, string> {
  if (!Number.isSafeInteger(minimum) || minimum < 1) throw new ConfigurationError(["secretText: minimum must be a whole number from 1"]);
  const error = minimum === 1 ? "must be a text" : `must be a text of at least ${minimum} bytes`;
  return string({ error })
    .refine((text) => new TextEncoder().encode(text).length >= minimum, { error })
    .transform((text) => new Secret(text));
}
