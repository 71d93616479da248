import { ConfigurationError } from "denizen";
import { string } from "zod";
import type { ZodType } from "zod";

/** `true` or `1`, `false` or `0`; nothing else, so that `off` or `no` does not switch something on. */
export const flag = (): ZodType<boolean, string> => {
  const error = "must be true, false, 1 or 0";
  return string({ error })
    .regex(/^(?:true|false|1|0)$/, { error })
    .transform((text) => text === "true" || text === "1");
};

export interface WholeNumberOptions {
  /** 0 by default. */
  readonly min?: number;
  /** The largest that a number holds exactly, 2^53 - 1, by default. */
  readonly max?: number;
}

/** Decimal digits, with a minus where `min` allows it. */
export function wholeNumber({ min = 0, max = Number.MAX_SAFE_INTEGER }: WholeNumberOptions = {}): ZodType<number, string> {
  if (!Number.isSafeInteger(min) || !Number.isSafeInteger(max) || min > max)
    throw new ConfigurationError(["wholeNumber: min and max must be whole numbers, and min the smaller one"]);
  const error = max === Number.MAX_SAFE_INTEGER ? `must be a whole number from ${min}` : `must be a whole number from ${min} to ${max}`;
  return string({ error })
    .regex(/^(?:0|-?[1-9]\d{0,15})$/, { error, abort: true })
    .transform(Number)
    .refine((number) => Number.isSafeInteger(number) && number >= min && number <= max, { error });
}

/** Texts with commas between them, at least one; blanks around them and empty ones are left out. */
export const list = (): ZodType<string[], string> => {
  const error = "must be one or more texts with commas between them";
  return string({ error })
    .transform((text) =>
      text
        .split(",")
        .map((item) => item.trim())
        .filter((item) => item !== ""),
    )
    .refine((items) => items.length > 0, { error });
};

/** Where something of yours is found: `https:`, or `http:` on this machine. Without the slash at its end: a path is put behind it. */
export const webUrl = (): ZodType<string, string> => {
  const error = "must be an https: address, or http: of localhost, without user, password, query and fragment";
  return string({ error })
    .refine(isBase, { error })
    .transform((text) => text.replace(/\/+$/, ""));
};

const HERE = new Set(["localhost", "127.0.0.1", "[::1]"]);

function isBase(text: string): boolean {
  // What URL would mend, a blank or a line feed for instance, is a slip of whoever wrote it.
  if (!/^https?:\/\/[^\s\\?#@]+$/.test(text) || !URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === "https:" || HERE.has(hostname);
}
