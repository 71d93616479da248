import { invalidArgument } from "../kernel/error.js";
import type { InvalidArgument } from "../kernel/error.js";
import { err, ok } from "../kernel/result.js";
import type { Result } from "../kernel/result.js";
import type { Methods } from "../types.js";
import type { ProofInput } from "../users/proof-input.js";

/** By what a user logs in. `identifier` is any of the others: their kinds never look alike. */
export type LogInCriteria =
  { readonly identifier: string } | { readonly email: string } | { readonly username: string } | { readonly phone: string };

/** Whose log-in it is, and one proof: `{ email, password }`, `{ identifier, totp }`. */
export type Credentials<M extends Methods> = LogInCriteria & ProofInput<M>;

/** What the log-in says of the device that it comes from. */
export interface DeviceInput {
  /** What the user will recognise the session by: 1 to 255 characters. */
  readonly device?: string;
  /** What an earlier sign-in on this device was given: it has a counter of its own, so that strangers cannot lock its owner out. */
  readonly trustedDevice?: string;
}

const CRITERIA = ["identifier", "email", "username", "phone"];

/** The fields that a log-in has beside those of authentication methods. */
export const LOG_IN_FIELDS: ReadonlySet<string> = new Set([...CRITERIA, "id", "device", "trustedDevice", "pending"]);

/** Which proof it is: the one field that is a method's. */
export function proofIn(input: unknown, methods: Methods): Result<{ readonly method: string; readonly input: unknown }, InvalidArgument> {
  const entries = entriesOf(input).filter(([name]) => name === "password" || Object.hasOwn(methods, name));
  const [entry] = entries;
  if (entry === undefined || entries.length > 1) return err(invalidArgument("input", "must have the field of one authentication method"));
  return ok({ method: entry[0], input: entry[1] });
}

/** Whose log-in it is: the one field that identifies. */
export function criteriaIn(input: unknown): Result<object, InvalidArgument> {
  const entries = entriesOf(input).filter(([name]) => CRITERIA.includes(name));
  return entries.length === 1
    ? ok(Object.fromEntries(entries))
    : err(invalidArgument("input", "must have one of identifier, email, username and phone"));
}

function entriesOf(input: unknown): readonly [string, unknown][] {
  try {
    return typeof input === "object" && input !== null ? Object.entries(input).filter(([, value]) => value !== undefined) : [];
  } catch {
    // A proxy or a getter of the caller's threw.
    return [];
  }
}
