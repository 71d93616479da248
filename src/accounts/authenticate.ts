import type { InvalidScope } from "../errors.js";
import { userActor } from "../kernel/actor.js";
import type { UserActor } from "../kernel/actor.js";
import { timestamp } from "../kernel/clock.js";
import { domainError } from "../kernel/error.js";
import { err, ok } from "../kernel/result.js";
import type { Result } from "../kernel/result.js";
import type { AccessTokenInvalid, AccessTokensFailed } from "../ports/access-tokens.js";
import type { StoreError } from "../ports/store.js";
import type { CommandContext } from "./context.js";
import { hashOf, partsOf } from "./tokens.js";

export type AuthenticateError = AccessTokenInvalid | AccessTokensFailed | StoreError | InvalidScope;

/**
 * Turns an access token into the actor for `as(actor)`: an opaque one by one look into the store, a signed one without any. It
 * says who asks; commands and queries read for themselves whether the session still lives and what its user may do.
 */
export async function authenticate(
  { engine, scope: { tenant }, problem }: CommandContext,
  token: unknown,
): Promise<Result<UserActor, AuthenticateError>> {
  if (problem !== undefined) return err(problem);
  const { accessTokens, lifetimes } = engine.accounts;
  const now = engine.clock.now();
  if (accessTokens !== undefined) {
    if (typeof token !== "string" || token.length > LONGEST) return err(accessTokenInvalid());
    const claims = await accessTokens.verify(token, timestamp(now));
    if (claims.isErr()) return err(claims.error);
    const { userId: id, sessionId: session } = claims.value;
    return claims.value.tenant === tenant ? ok(userActor({ id, tenant, session })) : err(accessTokenInvalid());
  }
  const parts = partsOf("access", token);
  if (parts === undefined) return err(accessTokenInvalid());
  const checked = await engine.store.sessions.check({
    tenant,
    family: await hashOf(parts.family),
    access: await hashOf(parts.secret),
    at: timestamp(now),
    graceStart: timestamp(now - lifetimes.grace),
  });
  if (checked.isErr()) return err(checked.error);
  const session = checked.value;
  return session === undefined ? err(accessTokenInvalid()) : ok(userActor({ id: session.account, tenant, session: session.id }));
}

const LONGEST = 8192;

const accessTokenInvalid = (): AccessTokenInvalid => domainError("access-token-invalid", "this access token is not valid");
