import { read } from "./plain.js";
import type { Problem } from "./problem.js";

/** RFC 9457 §3. */
export const problemMediaType = "application/problem+json";

/** After how many seconds a client may ask again what nobody could answer: long enough for a queue to empty, or a database to fail over. */
const RETRY_AFTER = "5";

/**
 * The headers of the response that has this problem as its body: `content-type`; `retry-after` with 503, and with whatever has a
 * `retryAt`; `www-authenticate` with 401, where HTTP asks for one. `Bearer` stands for access tokens in `Authorization`; a host that
 * keeps its sessions in cookies may well leave that one out. Never throws.
 */
export function problemHeaders(problem: Problem): Readonly<Record<string, string>> {
  const retryAfter = retryAfterOf(problem);
  return Object.freeze({
    "content-type": problemMediaType,
    ...(read(problem, "status") === 401 ? { "www-authenticate": challengeOf(problem) } : {}),
    ...(retryAfter === undefined ? {} : { "retry-after": retryAfter }),
  });
}

/**
 * RFC 6750 §3.1: `invalid_token` is about the access token alone, and tells its client to get another one. Said of a refresh token or
 * a password it would send clients round in circles; said where no token came, it would be wrong.
 */
const challengeOf = (problem: Problem): string =>
  read(problem, "code") === "access-token-invalid" ? 'Bearer error="invalid_token"' : "Bearer";

/** RFC 9110 §10.2.3: a date, which needs no clock here, or a number of seconds. */
function retryAfterOf(problem: Problem): string | undefined {
  const retryAt = read(problem, "retryAt");
  const at = typeof retryAt === "string" ? Date.parse(retryAt) : Number.NaN;
  // The date of HTTP has whole seconds, of which the earlier one would be too early, and years of four digits.
  const date = new Date(Math.ceil(at / 1000) * 1000);
  if (date.getTime() >= 0 && date.getUTCFullYear() <= 9999) return date.toUTCString();
  return read(problem, "status") === 503 ? RETRY_AFTER : undefined;
}
