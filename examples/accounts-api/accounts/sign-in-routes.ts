import { createRoute, z } from "@hono/zod-openapi";
import type { OpenAPIHono } from "@hono/zod-openapi";
import { domainError } from "denizen";
import { failing } from "../../support/web/problems.js";
import { json, jsonBody } from "../../support/web/schemas.js";
import type { AccountsApplication } from "../application.js";
import { fail } from "../failures.js";
import { tokenPair, tokenPairOf } from "./views.js";

const tags = ["Accounts"];
const credentials = z.object({ email: z.string(), password: z.string() }).openapi("Credentials", {
  example: { email: "john@doe.com", password: "correct horse battery staple" },
});
const refreshRequest = z.object({ refresh_token: z.string() }).openapi("RefreshRequest");

/** Log-ins of this app have one factor and no waiting, and end with a session. */
const unfinished = domainError("not-authenticated", "there is no session");

/** For everyone: what ends with a pair of tokens. */
export function signInRoutes(api: OpenAPIHono, { commands }: AccountsApplication): void {
  api.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/accounts/signup",
      tags,
      summary: "Sign up",
      description: "Registers an account, with an empty profile, and signs in.",
      request: jsonBody(credentials),
      responses: {
        201: { description: "Signed up, and signed in.", ...json(tokenPair) },
        ...failing({ 409: "The e-mail address is taken.", 422: "The e-mail address or the password cannot be used." }),
      },
    }),
    async (c) => {
      const { email, password } = c.req.valid("json");
      const signedUp = await commands.signUp({ name: email, emails: [email], password });
      if (signedUp.isErr()) return fail(c, signedUp.error);
      return signedUp.value.status === "signed-in" ? c.json(tokenPairOf(signedUp.value), 201) : fail(c, unfinished);
    },
  );

  api.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/accounts/login",
      tags,
      summary: "Log in",
      request: jsonBody(credentials),
      responses: {
        200: { description: "Signed in.", ...json(tokenPair) },
        ...failing({
          401: "Nobody has this e-mail address and password, or the account is inactive.",
          429: "There were too many attempts for this account.",
        }),
      },
    }),
    async (c) => {
      const loggedIn = await commands.logIn(c.req.valid("json"));
      if (loggedIn.isErr()) return fail(c, loggedIn.error);
      return loggedIn.value.status === "signed-in" ? c.json(tokenPairOf(loggedIn.value), 200) : fail(c, unfinished);
    },
  );

  api.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/accounts/refresh",
      tags,
      summary: "Refresh the tokens",
      description: "Takes a refresh token once, and gives the next pair. One that is used again ends its session.",
      request: jsonBody(refreshRequest),
      responses: {
        200: { description: "The next pair.", ...json(tokenPair) },
        ...failing({ 401: "The refresh token is unknown, expired, or was used before." }),
      },
    }),
    async (c) => {
      const refreshed = await commands.refresh({ refreshToken: c.req.valid("json").refresh_token });
      return refreshed.isOk() ? c.json(tokenPairOf(refreshed.value), 200) : fail(c, refreshed.error);
    },
  );
}
