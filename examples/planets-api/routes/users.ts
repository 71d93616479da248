import { createRoute, z } from "@hono/zod-openapi";
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { ProfileRow } from "denizen/ports";
import { BEARER_SCHEME } from "../../support/web/bearer.js";
import { failing } from "../../support/web/problems.js";
import { json, jsonBody } from "../../support/web/schemas.js";
import type { App } from "../application.js";
import { fail } from "../failures.js";
import { signedIn } from "../signed-in.js";
import { changeUser, createUser, eraseUser } from "../users.js";
import { formOrJson, isForm, mergePatch, withBody } from "./bodies.js";
import { newUser, shown, user, userPage, userPatch, userQuery, wholeUser } from "./user-schemas.js";

const params = z.object({ id: z.string() });
const emailOf = ({ emails }: ProfileRow): string | null => emails.find(({ primary }) => primary)?.address ?? null;
const found = { 200: { description: "The user.", ...json(user) } };
const others = { 401: "There is no valid access token.", 403: "It is somebody else.", 404: "There is no such user." };

export function userRoutes(api: OpenAPIHono, { application }: App): void {
  const signed = signedIn(application);
  const signedWithBody = signedIn(application, withBody);
  const secured = { tags: ["Users"], security: [{ [BEARER_SCHEME]: [] }] };

  api.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/users",
      tags: ["Users"],
      summary: "Sign up",
      middleware: withBody,
      request: formOrJson(newUser, newUser),
      responses: {
        201: { description: "The new user.", ...json(user) },
        ...failing({ 400: "A part of it is not valid.", 409: "The e-mail address is taken." }),
      },
    }),
    async (c) => {
      const created = await createUser(application, isForm(c) ? c.req.valid("form") : c.req.valid("json"));
      if (created.isErr()) return fail(c, created.error);
      return c.json(shown(created.value), 201, { location: `/api/v1/users/${created.value.id}` });
    },
  );

  api.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/users",
      ...secured,
      summary: "List all users, for administrators",
      middleware: signed,
      request: { query: userQuery },
      responses: { 200: { description: "A page of users.", ...json(userPage) }, ...failing(others) },
    }),
    async (c) => {
      const { order, email_verified: verified, after, ...page } = c.req.valid("query");
      const listed = await application.as(c.var.actor).queries.profiles({
        ...page,
        ...(after === undefined ? {} : { after }),
        sort: order === "name" ? "name" : "createdAt",
        ...(verified === undefined ? {} : { emailVerified: verified === "true" }),
      });
      if (listed.isErr()) return fail(c, listed.error);
      const { items, next } = listed.value;
      return c.json({ items: items.map((row) => shown({ ...row, email: emailOf(row) })), next }, 200);
    },
  );

  api.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/users/{id}",
      ...secured,
      summary: "Read a user",
      middleware: signed,
      request: { params },
      responses: { ...found, ...failing(others) },
    }),
    async (c) => {
      const read = await application.as(c.var.actor).queries.profile(c.req.valid("param"));
      return read.isOk() ? c.json(shown({ ...read.value, email: emailOf(read.value) }), 200) : fail(c, read.error);
    },
  );

  api.openapi(
    createRoute({
      method: "put",
      path: "/api/v1/users/{id}",
      ...secured,
      summary: "Change a user",
      middleware: signed,
      request: { params, ...jsonBody(wholeUser) },
      responses: { ...found, ...failing(others) },
    }),
    async (c) => {
      const changed = await changeUser(application, c.var, c.req.valid("param").id, c.req.valid("json"));
      return changed.isOk() ? c.json(shown(changed.value), 200) : fail(c, changed.error);
    },
  );

  api.openapi(
    createRoute({
      method: "patch",
      path: "/api/v1/users/{id}",
      ...secured,
      summary: "Change a part of a user",
      middleware: signedWithBody,
      request: { params, ...mergePatch(userPatch) },
      responses: { ...found, ...failing(others) },
    }),
    async (c) => {
      const changed = await changeUser(application, c.var, c.req.valid("param").id, c.req.valid("json"));
      return changed.isOk() ? c.json(shown(changed.value), 200) : fail(c, changed.error);
    },
  );

  api.openapi(
    createRoute({
      method: "delete",
      path: "/api/v1/users/{id}",
      ...secured,
      summary: "Forget a user",
      middleware: signed,
      request: { params },
      responses: { 204: { description: "Nothing of him is left; his planets are nobody's." }, ...failing(others) },
    }),
    async (c) => {
      const erased = await eraseUser(application, c.var, c.req.valid("param").id);
      return erased.isOk() ? c.body(null, 204) : fail(c, erased.error);
    },
  );
}
