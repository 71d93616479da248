import type { AccessClaims } from "denizen/ports";

/** The claims as the token has them. Times are whole seconds since the Unix epoch (RFC 7519 section 2, NumericDate). */
export interface Payload {
  readonly sub: string;
  readonly sid: string;
  /** The tenant. */
  readonly tnt: string;
  /** The security version. */
  readonly sv: number;
  readonly iat: number;
  readonly exp: number;
}

// The last second that ISO 8601 writes with four digits of a year.
const LAST_SECOND = 253_402_300_799;

const isName = (value: unknown): value is string => typeof value === "string" && value !== "";
const isWhole = (value: unknown, last: number): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0 && Number(value) <= last;
const isSecond = (value: unknown): value is number => isWhole(value, LAST_SECOND);

/** Rounds times down: a token never outlives its claims. Undefined for claims that `claimsOf` would not read again. */
export function payloadOf({ userId, sessionId, tenant, securityVersion, issuedAt, expiresAt }: AccessClaims): Payload | undefined {
  const seconds = (instant: string): number => Math.floor(Date.parse(instant) / 1_000);
  const payload = { sub: userId, sid: sessionId, tnt: tenant, sv: securityVersion, iat: seconds(issuedAt), exp: seconds(expiresAt) };
  return isPayload(payload) ? payload : undefined;
}

/** Undefined when a claim is missing or of another type. */
export function claimsOf(payload: Readonly<Record<string, unknown>>): AccessClaims | undefined {
  if (!isPayload(payload)) return undefined;
  const { sub, sid, tnt, sv, iat, exp } = payload;
  const instant = (seconds: number): string => new Date(seconds * 1_000).toISOString();
  return { userId: sub, sessionId: sid, tenant: tnt, securityVersion: sv, issuedAt: instant(iat), expiresAt: instant(exp) };
}

function isPayload(value: object): value is Payload {
  const { sub, sid, tnt, sv, iat, exp }: Partial<Record<keyof Payload, unknown>> = value;
  return isName(sub) && isName(sid) && isName(tnt) && isWhole(sv, Number.MAX_SAFE_INTEGER) && isSecond(iat) && isSecond(exp);
}
