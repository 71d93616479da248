import { createRoute, z } from "@hono/zod-openapi";
import type { OpenAPIHono } from "@hono/zod-openapi";
import { domainError } from "denizen";
import { failing } from "../support/web/problems.js";
import { json, jsonBody } from "../support/web/schemas.js";
import { tokenPair, tokenPairOf } from "../support/web/tokens.js";
import type { SignUpApplication } from "./application.js";
import { fail } from "./failures.js";

const credentials = z.object({ email: z.string(), password: z.string() }).openapi("Credentials", {
  example: { email: "ada@example.com", password: "correct horse battery staple" },
});
const refreshToken = z.object({ refresh_token: z.string() }).openapi("RefreshToken");

/** Log-in, and what follows from it. */
export function sessions(api: OpenAPIHono, { commands }: SignUpApplication): void {
  api.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/login/",
      tags: ["Session"],
      summary: "Log in",
      description: "Nobody, a wrong password and an address that is not confirmed yet get the same answer.",
      request: jsonBody(credentials),
      responses: {
        200: { description: "Tokens of a new session.", ...json(tokenPair) },
        ...failing({ 401: "These credentials are not valid.", 429: "There were too many attempts." }),
      },
    }),
    async (c) => {
      const loggedIn = await commands.logIn(c.req.valid("json"));
      if (loggedIn.isErr()) return fail(c, loggedIn.error);
      if (loggedIn.value.status === "signed-in") return c.json(tokenPairOf(loggedIn.value), 200);
      const { methods } = loggedIn.value;
      return fail(c, domainError("second-factor-required", "this application is configured without second factors", { methods }));
    },
  );

  api.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/refresh/",
      tags: ["Session"],
      summary: "Exchange a refresh token for the next pair",
      description: "Each is taken once. One that is used again later ends its session.",
      request: jsonBody(refreshToken),
      responses: {
        200: { description: "The next pair.", ...json(tokenPair) },
        ...failing({ 401: "It was used, or its session has ended." }),
      },
    }),
    async (c) => {
      const refreshed = await commands.refresh({ refreshToken: c.req.valid("json").refresh_token });
      return refreshed.isOk() ? c.json(tokenPairOf(refreshed.value), 200) : fail(c, refreshed.error);
    },
  );

  api.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/logout/",
      tags: ["Session"],
      summary: "End the session of a refresh token",
      request: jsonBody(refreshToken),
      responses: { 204: { description: "It has ended, now or before." }, ...failing() },
    }),
    async (c) => {
      const loggedOut = await commands.logOut({ refreshToken: c.req.valid("json").refresh_token });
      return loggedOut.isOk() ? c.body(null, 204) : fail(c, loggedOut.error);
    },
  );
}
