import { createRoute, z } from "@hono/zod-openapi";
import type { OpenAPIHono } from "@hono/zod-openapi";
import { BEARER_SCHEME } from "../../support/web/bearer.js";
import { failing } from "../../support/web/problems.js";
import { json } from "../../support/web/schemas.js";
import type { App } from "../application.js";
import { fail } from "../failures.js";
import { correctPlanet, removePlanet, tagOf } from "../planets.js";
import { signedIn } from "../signed-in.js";
import { changeUser, eraseUser } from "../users.js";
import { formOrJson, isForm, withBody } from "./bodies.js";
import * as planets from "./planet-schemas.js";
import * as users from "./user-schemas.js";

const byId = z.object({ id: z.string() });
const others = { 401: "There is no valid access token.", 403: "It is somebody else's.", 404: "There is none." };

/** The addresses of the original, for clients that know it: they do what those of `users.ts` and `planets.ts` do. */
export function legacyRoutes(api: OpenAPIHono, { application }: App): void {
  const signed = signedIn(application);
  const signedWithBody = signedIn(application, withBody);
  const secured = { tags: ["As in the original"], security: [{ [BEARER_SCHEME]: [] }] };

  api.openapi(
    createRoute({
      method: "put",
      path: "/update_user",
      ...secured,
      summary: "Change a user",
      middleware: signedWithBody,
      request: formOrJson(users.legacyUser, users.legacyUser),
      responses: { 200: { description: "The user.", ...json(users.user) }, ...failing(others) },
    }),
    async (c) => {
      const { id, ...change } = isForm(c) ? c.req.valid("form") : c.req.valid("json");
      const changed = await changeUser(application, c.var, id, change);
      return changed.isOk() ? c.json(users.shown(changed.value), 200) : fail(c, changed.error);
    },
  );

  api.openapi(
    createRoute({
      method: "delete",
      path: "/removeuser",
      ...secured,
      summary: "Forget a user",
      middleware: signed,
      request: { query: byId },
      responses: { 200: { description: "Nothing of him is left.", ...json(byId) }, ...failing(others) },
    }),
    async (c) => {
      const { id } = c.req.valid("query");
      const erased = await eraseUser(application, c.var, id);
      return erased.isOk() ? c.json({ id }, 200) : fail(c, erased.error);
    },
  );

  api.openapi(
    createRoute({
      method: "put",
      path: "/update_planet",
      ...secured,
      summary: "Correct a planet",
      middleware: signedWithBody,
      request: formOrJson(planets.legacyPlanet, planets.legacyPlanetForm),
      responses: { 200: { description: "The planet.", ...json(planets.planet) }, ...failing(others) },
    }),
    async (c) => {
      const { planet_id: id, ...facts } = isForm(c) ? c.req.valid("form") : c.req.valid("json");
      const corrected = await correctPlanet(application, c.var, id, planets.factsIn(facts));
      return corrected.isOk() ? c.json(planets.shown(corrected.value), 200, { etag: tagOf(corrected.value) }) : fail(c, corrected.error);
    },
  );

  api.openapi(
    createRoute({
      method: "delete",
      path: "/removeplanet",
      ...secured,
      summary: "Remove a planet",
      middleware: signed,
      request: { query: byId },
      responses: { 200: { description: "It is gone, and its name is free.", ...json(byId) }, ...failing(others) },
    }),
    async (c) => {
      const { id } = c.req.valid("query");
      const removed = await removePlanet(application, c.var, id);
      return removed.isOk() ? c.json({ id }, 200) : fail(c, removed.error);
    },
  );
}
