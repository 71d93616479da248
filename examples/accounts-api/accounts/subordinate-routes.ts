import { createRoute, z } from "@hono/zod-openapi";
import type { OpenAPIHono } from "@hono/zod-openapi";
import { failing } from "../../support/web/problems.js";
import { jsonBody } from "../../support/web/schemas.js";
import type { AccountsApplication } from "../application.js";
import { fail } from "../failures.js";
import { signedIn } from "../signed-in.js";

const params = z.object({ account_id: z.string().openapi({ param: { name: "account_id", in: "path" } }) });
const newPassword = z.object({ password: z.string() }).openapi("NewPassword");

const answers = (done: string) => ({
  204: { description: done },
  ...failing({ 401: "Nobody is signed in.", 403: "This account or role is not below one's own.", 404: "There is no such account." }),
});

/** For administrators, about one account below them. Who is below whom is denizen's to say. */
export function subordinateRoutes(api: OpenAPIHono, application: AccountsApplication): void {
  const protectedRoute = { tags: ["Accounts"], ...signedIn(application) };

  api.openapi(
    createRoute({
      ...protectedRoute,
      method: "put",
      path: "/api/v1/accounts/{account_id}/password",
      summary: "Set a subordinate's password",
      description: "For administrators. All sessions of the account end.",
      request: { params, ...jsonBody(newPassword) },
      responses: answers("Set."),
    }),
    async (c) => {
      const { account_id: id } = c.req.valid("param");
      const set = await application.as(c.var.actor).commands.setAccountPassword({ id, password: c.req.valid("json").password });
      return set.isOk() ? c.body(null, 204) : fail(c, set.error);
    },
  );

  api.openapi(
    createRoute({
      ...protectedRoute,
      method: "put",
      path: "/api/v1/accounts/{account_id}/roles/admin",
      summary: "Grant admin rights",
      description: "For super admins. The rights of super admins cannot be changed.",
      request: { params },
      responses: answers("Granted."),
    }),
    async (c) => {
      const { account_id: id } = c.req.valid("param");
      const granted = await application.as(c.var.actor).commands.grantRole({ id, role: "admin" });
      return granted.isOk() ? c.body(null, 204) : fail(c, granted.error);
    },
  );

  api.openapi(
    createRoute({
      ...protectedRoute,
      method: "delete",
      path: "/api/v1/accounts/{account_id}/roles/admin",
      summary: "Revoke admin rights",
      description: "For super admins. The rights of super admins cannot be changed.",
      request: { params },
      responses: answers("Revoked."),
    }),
    async (c) => {
      const { account_id: id } = c.req.valid("param");
      const revoked = await application.as(c.var.actor).commands.revokeRole({ id, role: "admin" });
      return revoked.isOk() ? c.body(null, 204) : fail(c, revoked.error);
    },
  );

  api.openapi(
    createRoute({
      ...protectedRoute,
      method: "put",
      path: "/api/v1/accounts/{account_id}/activation",
      summary: "Activate an account",
      description: "For administrators. Only super admins activate admins.",
      request: { params },
      responses: answers("It is active."),
    }),
    async (c) => {
      const { account_id: id } = c.req.valid("param");
      const activated = await application.as(c.var.actor).commands.activateAccount({ id });
      return activated.isOk() ? c.body(null, 204) : fail(c, activated.error);
    },
  );

  api.openapi(
    createRoute({
      ...protectedRoute,
      method: "delete",
      path: "/api/v1/accounts/{account_id}/activation",
      summary: "Deactivate an account",
      description: "For administrators. Its sessions end. Only super admins deactivate admins, and nobody deactivates super admins.",
      request: { params },
      responses: answers("It is inactive."),
    }),
    async (c) => {
      const { account_id: id } = c.req.valid("param");
      const suspended = await application.as(c.var.actor).commands.suspendAccount({ id });
      return suspended.isOk() ? c.body(null, 204) : fail(c, suspended.error);
    },
  );
}
