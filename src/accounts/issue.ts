import { timestamp } from "../kernel/clock.js";
import type { Timestamp } from "../kernel/clock.js";
import { ok } from "../kernel/result.js";
import type { Result } from "../kernel/result.js";
import type { AccessTokensFailed } from "../ports/access-tokens.js";
import type { StoredSession } from "../ports/sessions.js";
import type { AccountServices } from "./services.js";
import { tokenOf } from "./tokens.js";

/** What whoever is logged in is given, to keep. */
export interface Tokens {
  /** Id of the user, and of his account. */
  readonly userId: string;
  readonly sessionId: string;
  /** Shows who asks: `application.authenticate(accessToken)`. */
  readonly accessToken: string;
  readonly accessTokenExpiresAt: Timestamp;
  /** Taken once, for the next pair: `commands.refresh({ refreshToken })`. Keep it where scripts and logs do not see it. */
  readonly refreshToken: string;
  /** The session ends when it is not refreshed until then, */
  readonly refreshTokenExpiresAt: Timestamp;
  /** and then in any case. */
  readonly sessionExpiresAt: Timestamp;
}

/** The secrets of a session's current tokens. */
export interface Secrets {
  readonly family: string;
  readonly refresh: string;
  readonly access: string;
}

/** The tokens of a session: a signed access token where the application has such, an opaque one where not. */
export async function issueTokens(
  { accessTokens, lifetimes }: AccountServices,
  session: StoredSession,
  secrets: Secrets,
  { tenant, now, accessExpiresAt }: { readonly tenant: string; readonly now: number; readonly accessExpiresAt?: Timestamp | null },
): Promise<Result<Tokens, AccessTokensFailed>> {
  const expiresAt = accessExpiresAt ?? accessExpiry(now, lifetimes.accessToken, session.expiresAt);
  const tokens = {
    userId: session.account,
    sessionId: session.id,
    accessTokenExpiresAt: expiresAt,
    refreshToken: tokenOf("refresh", { family: secrets.family, secret: secrets.refresh }),
    refreshTokenExpiresAt: session.idleExpiresAt,
    sessionExpiresAt: session.expiresAt,
  };
  if (accessTokens === undefined)
    return ok({ ...tokens, accessToken: tokenOf("access", { family: secrets.family, secret: secrets.access }) });
  const { account: userId, id: sessionId, securityVersion } = session;
  const issued = await accessTokens.issue({ userId, tenant, sessionId, securityVersion, issuedAt: timestamp(now), expiresAt });
  return issued.map((accessToken) => ({ ...tokens, accessToken }));
}

/** No access token outlives its session. */
export const accessExpiry = (now: number, lifetime: number, sessionExpiresAt: Timestamp): Timestamp =>
  timestamp(Math.min(now + lifetime, Date.parse(sessionExpiresAt)));
