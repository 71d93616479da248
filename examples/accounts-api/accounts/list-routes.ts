import { createRoute, z } from "@hono/zod-openapi";
import type { OpenAPIHono } from "@hono/zod-openapi";
import { failing } from "../../support/web/problems.js";
import { json, jsonBody, pageLimit } from "../../support/web/schemas.js";
import type { AccountsApplication } from "../application.js";
import { fail } from "../failures.js";
import { signedIn } from "../signed-in.js";
import { accountOf, accountPage, role } from "./views.js";

const newAccount = z.object({ email: z.string(), password: z.string(), role: role.default("user") }).openapi("NewAccount", {
  example: { email: "jane@doe.com", password: "correct horse battery staple", role: "admin" },
});
const accountId = z.object({ account_id: z.string() }).openapi("AccountId");

/** Either `after`, which is quick at any depth, or `offset`, which counts. */
const page = z.object({
  limit: pageLimit,
  after: z.string().exactOptional().openapi({ description: "The `next` of the page before." }),
  offset: z
    .string()
    .regex(/^\d{1,9}$/, "must be a whole number")
    .transform(Number)
    .exactOptional(),
  sort: z.enum(["openedAt", "status"]).exactOptional(),
  direction: z.enum(["ascending", "descending"]).exactOptional(),
});

/** For administrators: accounts as a whole. */
export function listRoutes(api: OpenAPIHono, application: AccountsApplication): void {
  const protectedRoute = { tags: ["Accounts"], ...signedIn(application) };

  api.openapi(
    createRoute({
      ...protectedRoute,
      method: "post",
      path: "/api/v1/accounts/",
      summary: "Create an account",
      description: "For administrators. Only super admins create admins.",
      request: jsonBody(newAccount),
      responses: {
        201: { description: "Created.", ...json(accountId) },
        ...failing({ 401: "Nobody is signed in.", 403: "This role is not below one's own.", 409: "The e-mail address is taken." }),
      },
    }),
    async (c) => {
      const { email, password, role } = c.req.valid("json");
      const created = await application.as(c.var.actor).commands.createAccount({ name: email, emails: [email], password, role });
      return created.isOk() ? c.json({ account_id: created.value.userId }, 201) : fail(c, created.error);
    },
  );

  api.openapi(
    createRoute({
      ...protectedRoute,
      method: "get",
      path: "/api/v1/accounts/",
      summary: "A page of accounts",
      description: "For administrators.",
      request: { query: page },
      responses: {
        200: { description: "The page.", ...json(accountPage) },
        ...failing({ 401: "Nobody is signed in.", 403: "One is no administrator.", 422: "There is no such page." }),
      },
    }),
    async (c) => {
      const listed = await application.as(c.var.actor).queries.accounts(c.req.valid("query"));
      if (listed.isErr()) return fail(c, listed.error);
      const { items, next, total } = listed.value;
      return c.json({ accounts: items.map(accountOf), next, total }, 200);
    },
  );
}
