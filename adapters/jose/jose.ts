import { ResultAsync, errAsync, ok } from "denizen";
import { configured } from "denizen/ports";
import type { AccessClaims, AccessTokens, AccessTokensFailed, Timestamp } from "denizen/ports";
import { INVALID } from "./failure.js";
import { openKeyRing } from "./key-ring.js";
import type { PublicJwk } from "./material.js";
import { settingsOf } from "./options.js";
import type { JoseOptions } from "./options.js";
import { isCompact, issue, verify } from "./token.js";

/** A JWK Set (RFC 7517 section 5). */
export interface JwkSet {
  readonly keys: PublicJwk[];
}

export interface JoseAccessTokens extends AccessTokens {
  /** Says whether every key can be used: await it when the service starts, or in its health check. Error: `access-tokens-failed`. */
  ready(): ResultAsync<void, AccessTokensFailed>;
  /**
   * The public keys, for `/.well-known/jwks.json`: those of key pairs, whether current or not, and never a secret or a private member.
   * Error: `access-tokens-failed`.
   */
  jwks(): ResultAsync<JwkSet, AccessTokensFailed>;
}

/**
 * Access tokens as signed JWTs (RFC 7519), typed `at+jwt` as in RFC 9068, by `jose`: checked without the store and without
 * the network. They are of some 400 bytes and say `iss`, `aud`, `sub` (user id), `sid` (session id), `tnt` (tenant), `sv` (security version),
 * `iat` and `exp`; `client_id` and `jti` of RFC 9068 have no meaning here and are left out.
 *
 * The `kid` of a token chooses the key, and the key alone says which algorithm is accepted. `verify` answers `access-token-invalid`, for
 * every cause, to what is longer than 8 kB or no compact JWS, has another header than `alg`, `kid` and `typ`, or fails any check of
 * signature, type, issuer, audience, times and claims. Both answer `access-tokens-failed` when a key cannot be read: all keys are
 * read once, beginning here; see `ready`.
 *
 * Throws `ConfigurationError` when an option makes no sense or a key is visibly too weak or of another kind than its algorithm.
 */
export function jose(options: JoseOptions): JoseAccessTokens {
  const { settings, opening } = configured("jose", () => {
    const checked = settingsOf(options);
    return { settings: checked, opening: openKeyRing(checked.keys) };
  });
  const ring = new ResultAsync(opening);

  return Object.freeze({
    issue: (claims: AccessClaims) => ring.andThen((keys) => new ResultAsync(issue(keys, settings, claims))),
    verify: (token: string, now: Timestamp) =>
      isCompact(token) ? ring.andThen((keys) => new ResultAsync(verify(keys, settings, token, now))) : errAsync(INVALID),
    ready: () => ring.map(() => undefined),
    jwks: () => ring.andThen(({ keys }) => ok({ keys: [...keys.values()].flatMap(({ jwk }) => jwk ?? []) })),
  });
}
