import type { LogInRefusal } from "./events.js";
import type { GateError } from "./gate.js";

const REFUSALS: { readonly [Code in GateError["code"] | "access-tokens-failed" | "challenge-invalid"]: LogInRefusal } = {
  "proof-expired": "proof-expired",
  "account-missing": "account-missing",
  "account-pending": "account-pending",
  "account-deactivated": "account-deactivated",
  "account-suspended": "account-suspended",
  "second-factor-required": "second-factor-required",
  "password-reset-required": "password-reset-required",
  "challenge-invalid": "challenge-invalid",
  "access-tokens-failed": "unavailable",
};

/** How the log calls what kept a session from starting; nothing for an outage of the store, which cannot keep a trace of it. */
export const refusalFor = (code: string): LogInRefusal | undefined =>
  Object.hasOwn(REFUSALS, code) ? (REFUSALS as Readonly<Record<string, LogInRefusal>>)[code] : undefined;
