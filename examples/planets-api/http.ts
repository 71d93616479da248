import { createApi } from "../support/web/api.js";
import { serveDocs } from "../support/web/docs.js";
import type { App } from "./application.js";
import { fail } from "./failures.js";
import { legacyRoutes } from "./routes/legacy.js";
import { planetRoutes } from "./routes/planets.js";
import { proofRoutes } from "./routes/proofs.js";
import { sessionRoutes } from "./routes/sessions.js";
import { userRoutes } from "./routes/users.js";

const about = { title: "Planets API", version: "1.0.0", description: "Users, and the planets that they discover" } as const;

/** Everything that can be asked for. Each route says itself whether it takes a token: all do but those that somebody needs to get one. */
export function http(app: App) {
  const api = createApi(fail);
  serveDocs(api, about);
  sessionRoutes(api, app);
  proofRoutes(api, app);
  userRoutes(api, app);
  planetRoutes(api, app);
  legacyRoutes(api, app);
  return api;
}
