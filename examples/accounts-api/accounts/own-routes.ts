import { createRoute, z } from "@hono/zod-openapi";
import type { OpenAPIHono } from "@hono/zod-openapi";
import { failing } from "../../support/web/problems.js";
import { json, jsonBody } from "../../support/web/schemas.js";
import type { AccountsApplication } from "../application.js";
import { fail } from "../failures.js";
import { signedIn } from "../signed-in.js";
import { account, accountOf } from "./views.js";

const passwords = z.object({ current_password: z.string(), new_password: z.string() }).openapi("PasswordChange");

/** For whoever is signed in, about himself. */
export function ownRoutes(api: OpenAPIHono, application: AccountsApplication): void {
  const protectedRoute = { tags: ["Accounts"], ...signedIn(application) };

  api.openapi(
    createRoute({
      ...protectedRoute,
      method: "get",
      path: "/api/v1/accounts/me",
      summary: "One's own account",
      responses: { 200: { description: "The account.", ...json(account) }, ...failing({ 401: "Nobody is signed in." }) },
    }),
    async (c) => {
      const own = await application.as(c.var.actor).commands.currentAccount();
      return own.isOk() ? c.json(accountOf(own.value), 200) : fail(c, own.error);
    },
  );

  api.openapi(
    createRoute({
      ...protectedRoute,
      method: "put",
      path: "/api/v1/accounts/password",
      summary: "Change one's own password",
      description: "All other sessions of the account end.",
      request: jsonBody(passwords),
      responses: {
        204: { description: "Changed." },
        ...failing({
          401: "Nobody is signed in, or the current password is wrong.",
          422: "The new password is the current one, or cannot be used.",
          429: "There were too many attempts.",
        }),
      },
    }),
    async (c) => {
      const { current_password: current, new_password: next } = c.req.valid("json");
      const changed = await application.as(c.var.actor).commands.changePassword({ current, next });
      return changed.isOk() ? c.body(null, 204) : fail(c, changed.error);
    },
  );
}
