import { createRoute, z } from "@hono/zod-openapi";
import type { OpenAPIHono } from "@hono/zod-openapi";
import { BEARER_SCHEME } from "../../support/web/bearer.js";
import { failing } from "../../support/web/problems.js";
import { json, jsonBody } from "../../support/web/schemas.js";
import type { App } from "../application.js";
import { fail } from "../failures.js";
import { correctPlanet, registerPlanet, removePlanet, tagOf } from "../planets.js";
import { signedIn } from "../signed-in.js";
import { formOrJson, isForm, mergePatch, withBody } from "./bodies.js";
import * as schemas from "./planet-schemas.js";

const { changeIn, factsIn, shown } = schemas;
const params = z.object({ planet_id: z.string() });
/** The `etag` of what is to be changed: it is refused when somebody else has changed it since. */
const headers = z.object({ "if-match": z.string().optional() });
const found = { 200: { description: "The planet, with its version as `etag`.", ...json(schemas.planet) } };
const missing = { 401: "There is no valid access token.", 404: "There is no such planet." };
const taken = { 400: "No planet can be like this.", 409: "There is a planet of this name." };
const others = { ...missing, ...taken, 403: "Somebody else has discovered it.", 412: "Somebody has changed it." };

export function planetRoutes(api: OpenAPIHono, { application, catalogue }: App): void {
  const signed = signedIn(application);
  const signedWithBody = signedIn(application, withBody);
  const secured = { tags: ["Planets"], security: [{ [BEARER_SCHEME]: [] }] };

  api.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/planets",
      ...secured,
      summary: "Register a planet",
      middleware: signedWithBody,
      request: formOrJson(schemas.newPlanet, schemas.planetForm),
      responses: { 201: { description: "The planet, and who asks is its discoverer.", ...json(schemas.planet) }, ...failing(taken) },
    }),
    async (c) => {
      const facts = factsIn(isForm(c) ? c.req.valid("form") : c.req.valid("json"));
      const registered = await registerPlanet(application, c.var, facts);
      if (registered.isErr()) return fail(c, registered.error);
      const { id } = registered.value;
      return c.json(shown(registered.value), 201, { location: `/api/v1/planets/${id}`, etag: tagOf(registered.value) });
    },
  );

  // The first of each is the original's.
  for (const path of ["/planets", "/api/v1/planets"] as const) {
    api.openapi(
      createRoute({
        method: "get",
        path,
        ...secured,
        summary: "List planets",
        middleware: signed,
        request: { query: schemas.planetQuery },
        responses: { 200: { description: "A page; `next` is the `after` of the next one.", ...json(schemas.planetPage) }, ...failing() },
      }),
      async (c) => {
        const { planet_name: name, planet_type: type, home_star: homeStar, discoverer, after, ...page } = c.req.valid("query");
        const asked = Object.entries({ name, type, homeStar, discoverer }).filter(([, value]) => value !== undefined);
        const where = Object.fromEntries(asked);
        const listed = await catalogue.list({ where, ...page, ...(after === undefined ? {} : { after }) });
        if (listed.isErr()) return fail(c, listed.error);
        const { items, next } = listed.value;
        return c.json({ items: items.map(shown), next }, 200);
      },
    );
  }

  for (const path of ["/planet_details/{planet_id}", "/api/v1/planets/{planet_id}"] as const) {
    api.openapi(
      createRoute({
        method: "get",
        path,
        ...secured,
        summary: "Read a planet",
        middleware: signed,
        request: { params },
        responses: { ...found, ...failing(missing) },
      }),
      async (c) => {
        const read = await catalogue.retrieve({ id: c.req.valid("param").planet_id });
        return read.isOk() ? c.json(shown(read.value), 200, { etag: tagOf(read.value) }) : fail(c, read.error);
      },
    );
  }

  api.openapi(
    createRoute({
      method: "put",
      path: "/api/v1/planets/{planet_id}",
      ...secured,
      summary: "Correct a planet",
      middleware: signed,
      request: { params, headers, ...jsonBody(schemas.newPlanet) },
      responses: { ...found, ...failing(others) },
    }),
    async (c) => {
      const [{ planet_id: id }, { "if-match": ifMatch }] = [c.req.valid("param"), c.req.valid("header")];
      const corrected = await correctPlanet(application, c.var, id, factsIn(c.req.valid("json")), ifMatch);
      return corrected.isOk() ? c.json(shown(corrected.value), 200, { etag: tagOf(corrected.value) }) : fail(c, corrected.error);
    },
  );

  api.openapi(
    createRoute({
      method: "patch",
      path: "/api/v1/planets/{planet_id}",
      ...secured,
      summary: "Correct a part of a planet",
      middleware: signedWithBody,
      request: { params, headers, ...mergePatch(schemas.planetPatch) },
      responses: { ...found, ...failing(others) },
    }),
    async (c) => {
      const [{ planet_id: id }, { "if-match": ifMatch }] = [c.req.valid("param"), c.req.valid("header")];
      const corrected = await correctPlanet(application, c.var, id, changeIn(c.req.valid("json")), ifMatch);
      return corrected.isOk() ? c.json(shown(corrected.value), 200, { etag: tagOf(corrected.value) }) : fail(c, corrected.error);
    },
  );

  api.openapi(
    createRoute({
      method: "delete",
      path: "/api/v1/planets/{planet_id}",
      ...secured,
      summary: "Remove a planet",
      middleware: signed,
      request: { params, headers },
      responses: { 204: { description: "It is gone, and its name is free." }, ...failing(others) },
    }),
    async (c) => {
      const removed = await removePlanet(application, c.var, c.req.valid("param").planet_id, c.req.valid("header")["if-match"]);
      return removed.isOk() ? c.body(null, 204) : fail(c, removed.error);
    },
  );
}
