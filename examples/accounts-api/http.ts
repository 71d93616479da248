import { createRoute, z } from "@hono/zod-openapi";
import { createApi } from "../support/web/api.js";
import { serveDocs } from "../support/web/docs.js";
import { json } from "../support/web/schemas.js";
import { listRoutes } from "./accounts/list-routes.js";
import { ownRoutes } from "./accounts/own-routes.js";
import { signInRoutes } from "./accounts/sign-in-routes.js";
import { subordinateRoutes } from "./accounts/subordinate-routes.js";
import type { AccountsApplication } from "./application.js";
import { fail } from "./failures.js";
import { profileRoutes } from "./profiles/routes.js";

const about = { title: "Accounts API", version: "1.0.0", description: "Accounts and profiles, two contexts on denizen" } as const;

export function http(application: AccountsApplication) {
  const api = createApi(fail);
  serveDocs(api, about);
  api.get("/", (c) => c.redirect("/docs/", 307));
  for (const list of ["/api/v1/accounts", "/api/v1/profiles"])
    api.all(list, (c) => c.redirect(`${list}/${new URL(c.req.url).search}`, 307));

  api.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/health",
      tags: ["General"],
      summary: "Whether the API is alive",
      responses: { 200: { description: "It is.", ...json(z.object({ status: z.literal("ok") })) } },
    }),
    (c) => c.json({ status: "ok" } as const, 200),
  );
  signInRoutes(api, application);
  ownRoutes(api, application);
  listRoutes(api, application);
  subordinateRoutes(api, application);
  profileRoutes(api, application);
  return api;
}
