import { createRoute, z } from "@hono/zod-openapi";
import type { OpenAPIHono } from "@hono/zod-openapi";
import { domainError } from "denizen";
import { BEARER_SCHEME } from "../../support/web/bearer.js";
import { failing } from "../../support/web/problems.js";
import { json, jsonBody } from "../../support/web/schemas.js";
import { tokenPair, tokenPairOf } from "../../support/web/tokens.js";
import type { App } from "../application.js";
import { fail } from "../failures.js";
import { signedIn } from "../signed-in.js";
import { formOrJson, isForm, withBody } from "./bodies.js";

const credentials = z.object({ email: z.string(), password: z.string() }).openapi("Credentials", {
  example: { email: "ada@example.com", password: "correct horse battery staple" },
});
const refreshing = z.object({ refresh_token: z.string() }).openapi("Refresh");

export function sessionRoutes(api: OpenAPIHono, { application }: App): void {
  const { commands } = application;

  api.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/login",
      tags: ["Sessions"],
      summary: "Log in",
      middleware: withBody,
      request: formOrJson(credentials, credentials),
      responses: {
        200: { description: "The access token for all other requests, and what gets the next one.", ...json(tokenPair) },
        ...failing({ 401: "The password is wrong, or nobody has this e-mail address.", 429: "There were too many guesses." }),
      },
    }),
    async (c) => {
      const loggedIn = await commands.logIn(isForm(c) ? c.req.valid("form") : c.req.valid("json"));
      if (loggedIn.isErr()) return fail(c, loggedIn.error);
      // No second factor is configured here: whoever adds one answers this with its question.
      if (loggedIn.value.status !== "signed-in") return fail(c, domainError("second-factor-required", "there is a second factor"));
      return c.json(tokenPairOf(loggedIn.value), 200);
    },
  );

  api.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/refresh",
      tags: ["Sessions"],
      summary: "Get the next tokens",
      description: "A refresh token is taken once: one that comes again later ends the session, because somebody has copied it.",
      request: jsonBody(refreshing),
      responses: { 200: { description: "The next pair.", ...json(tokenPair) }, ...failing({ 401: "The refresh token is not valid." }) },
    }),
    async (c) => {
      const next = await commands.refresh({ refreshToken: c.req.valid("json").refresh_token });
      return next.isOk() ? c.json(tokenPairOf(next.value), 200) : fail(c, next.error);
    },
  );

  api.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/logout",
      tags: ["Sessions"],
      summary: "Log out",
      security: [{ [BEARER_SCHEME]: [] }],
      middleware: signedIn(application),
      responses: { 204: { description: "The session has ended, and its tokens with it." }, ...failing() },
    }),
    async (c) => {
      const loggedOut = await application.as(c.var.actor).commands.logOut();
      return loggedOut.isOk() ? c.body(null, 204) : fail(c, loggedOut.error);
    },
  );
}
