import { createMiddleware } from "hono/factory";
import type { Context } from "hono";
import { domainError } from "denizen";
import type { DomainError, ResultAsync, UserActor } from "denizen";
import type { Fail } from "./problems.js";

/** What handlers behind `bearer` find in `c.var`. */
export interface SignedIn {
  readonly Variables: { readonly actor: UserActor };
}

/** Whoever proves who is asking: an application. */
interface Authenticator {
  authenticate(accessToken: string): ResultAsync<UserActor, DomainError>;
}

/** RFC 6750 §2.1: `Authorization: Bearer …`, the scheme in any case (RFC 9110 §11.1). */
const BEARER = /^Bearer +([A-Za-z0-9\-._~+/]+=*)$/i;

/** Lets those in who show an access token; what each of them may do is the domain's to say. */
export const bearer = (application: Authenticator, fail: Fail) =>
  createMiddleware<SignedIn>(async (c, next) => {
    const token = tokenIn(c);
    if (token === undefined) return fail(c, domainError("not-authenticated", "there is no access token"));
    const actor = await application.authenticate(token);
    if (actor.isErr()) return fail(c, actor.error);
    c.set("actor", actor.value);
    return next();
  });

const tokenIn = (c: Context): string | undefined => BEARER.exec(c.req.header("authorization") ?? "")?.[1];

/** The name of the scheme in the OpenAPI document: `security: [{ [BEARER_SCHEME]: [] }]`. */
export const BEARER_SCHEME = "bearer";
