import type { MiddlewareHandler } from "hono";
import { every } from "hono/combine";
import { createMiddleware } from "hono/factory";
import type { UserActor } from "denizen";
import type { AccountRow } from "denizen/ports";
import { bearer } from "../support/web/bearer.js";
import type { PlanetsApplication } from "./application.js";
import { fail } from "./failures.js";

/** Who asks, with status and roles as they are at this moment. */
export interface Who {
  readonly actor: UserActor;
  readonly account: AccountRow;
}

/**
 * Lets those in who are signed in. A token says who somebody is; that the session lives and the account is active is read with every
 * request, so that a log-out, a suspension or a revoked role counts at once.
 */
export const signedIn = (
  application: PlanetsApplication,
  ...more: readonly MiddlewareHandler[]
): MiddlewareHandler<{ readonly Variables: Who }> => every(bearer(application, fail), known(application), ...more);

const known = (application: PlanetsApplication) =>
  createMiddleware<{ readonly Variables: Who }>(async (c, next) => {
    const account = await application.as(c.var.actor).commands.currentAccount();
    if (account.isErr()) return fail(c, account.error);
    c.set("account", account.value);
    return next();
  });
