import { err, ok } from "denizen";
import type { Result } from "denizen";
import type { AccessClaims, AccessTokenInvalid, AccessTokensFailed, Timestamp } from "denizen/ports";
import { SignJWT, decodeProtectedHeader, errors, jwtVerify } from "jose";
import { claimsOf, payloadOf } from "./claims.js";
import { INVALID, accessTokensFailed } from "./failure.js";
import type { KeyRing, ReadyKey } from "./key-ring.js";
import type { Settings } from "./options.js";

/** Tells access tokens from every other kind of JWT that the same keys might sign (RFC 9068 section 2.1, RFC 8725 section 3.11). */
const TYPE = "at+jwt";

// Tokens of ours are some 400 bytes; what is longer is not looked at.
const MAX_LENGTH = 8_192;

/**
 * Three parts of base64url (RFC 7515 section 3.1). The last characters of the signature may hold bits that decoders drop; they must be
 * zero, so that a token has one spelling.
 */
const COMPACT = /^[\w-]+\.[\w-]+\.(?:[\w-]{4})*(?:[\w-]{2}[AEIMQUYcgkosw048]|[\w-][AQgw])?$/;

const HEADERS = new Set(["alg", "kid", "typ"]);

export async function issue(ring: KeyRing, settings: Settings, claims: AccessClaims): Promise<Result<string, AccessTokensFailed>> {
  const { id, algorithm, signing } = ring.keys.get(ring.current) ?? {};
  if (id === undefined || algorithm === undefined || signing === undefined) return err(accessTokensFailed("The current key signs nothing"));
  try {
    const payload = payloadOf(claims);
    if (payload === undefined) return err(accessTokensFailed("The claims are not those of an access token"));
    const token = await new SignJWT({ iss: settings.issuer, aud: settings.audience, ...payload })
      .setProtectedHeader({ alg: algorithm, kid: id, typ: TYPE })
      .sign(signing);
    return isCompact(token) ? ok(token) : err(accessTokensFailed(`The token would be longer than ${MAX_LENGTH} bytes`));
  } catch {
    return err(accessTokensFailed(`Signing with the key ${JSON.stringify(id)} failed`));
  }
}

/** Whether it is worth looking at. Linear, and nothing is decoded. */
export const isCompact = (token: unknown): token is string =>
  typeof token === "string" && token.length <= MAX_LENGTH && COMPACT.test(token);

/** Takes a token that `isCompact` has let through. */
export async function verify(
  ring: KeyRing,
  settings: Settings,
  token: string,
  now: Timestamp,
): Promise<Result<AccessClaims, AccessTokenInvalid | AccessTokensFailed>> {
  const key = keyOf(ring, token);
  if (key === undefined) return err(INVALID);
  const { issuer, audience, clockTolerance } = settings;
  try {
    const currentDate = new Date(Date.parse(now));
    // Comparisons with no date at all are false, and false is what lets a token pass.
    if (Number.isNaN(currentDate.getTime())) return err(accessTokensFailed("The time to check the access token against is no time"));
    // No tolerance for jose, which would extend the expiry by it.
    const checks = { algorithms: [key.algorithm], typ: TYPE, issuer, audience, currentDate, requiredClaims: ["exp", "iat"] };
    const { payload } = await jwtVerify(token, key.verifying, checks);
    const claims = payload.aud === audience ? claimsOf(payload) : undefined;
    if (claims === undefined || Date.parse(claims.issuedAt) > currentDate.getTime() + clockTolerance) return err(INVALID);
    return ok(claims);
  } catch (thrown) {
    // What jose has against a token is a JOSEError; anything else is the fault of the key or of the runtime.
    return err(thrown instanceof errors.JOSEError ? INVALID : accessTokensFailed("The access token could not be checked"));
  }
}

/**
 * The key that the token names, if it also names that key's algorithm: a token never chooses one. Other headers than ours are refused
 * whatever they say: `jwk`, `jku`, `x5c`, `x5u`, which bring keys along, and every `crit` (RFC 8725 sections 3.1 and 3.10).
 */
function keyOf(ring: KeyRing, token: string): ReadyKey | undefined {
  try {
    const header = decodeProtectedHeader(token);
    const key = typeof header.kid === "string" ? ring.keys.get(header.kid) : undefined;
    const isOurs = header.typ === TYPE && header.alg === key?.algorithm && Object.keys(header).every((name) => HEADERS.has(name));
    return isOurs ? key : undefined;
  } catch {
    return undefined;
  }
}
