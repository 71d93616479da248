import { createRoute, z } from "@hono/zod-openapi";
import type { OpenAPIHono } from "@hono/zod-openapi";
import { BEARER_SCHEME } from "../../support/web/bearer.js";
import { failing } from "../../support/web/problems.js";
import { jsonBody } from "../../support/web/schemas.js";
import type { App } from "../application.js";
import { fail } from "../failures.js";
import { signedIn } from "../signed-in.js";

const coded = z.object({ code: z.string() }).openapi("Code", { example: { code: "1234 5678" } });
const linked = z.object({ token: z.string() }).openapi("LinkToken");
const addressed = z.object({ email: z.string() }).openapi("Address", { example: { email: "ada@example.com" } });
const renewed = z.object({ email: z.string(), code: z.string(), password: z.string() }).openapi("NewPassword", {
  example: { email: "ada@example.com", code: "1234 5678", password: "a new horse with new batteries" },
});

const wrongCode = { 401: "The code or link is wrong, was used, or has had its time.", 429: "There were too many guesses." };

/** What is done by a code or a link that was sent in a mail. */
export function proofRoutes(api: OpenAPIHono, { application }: App): void {
  const { commands } = application;

  api.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/confirm_email",
      tags: ["Proofs"],
      summary: "Confirm a new e-mail address",
      security: [{ [BEARER_SCHEME]: [] }],
      middleware: signedIn(application),
      request: jsonBody(coded),
      responses: { 204: { description: "It is the user's e-mail address from now on; the old one is told." }, ...failing(wrongCode) },
    }),
    async (c) => {
      const confirmed = await application.as(c.var.actor).commands.confirmEmailChange(c.req.valid("json"));
      return confirmed.isOk() ? c.body(null, 204) : fail(c, confirmed.error);
    },
  );

  api.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/revert_email",
      tags: ["Proofs"],
      summary: "Take back a change of the e-mail address",
      description: "By the link that was sent to the old one. All sessions end, and the password has to be reset.",
      request: jsonBody(linked),
      responses: { 204: { description: "The old e-mail address is the user's again." }, ...failing(wrongCode) },
    }),
    async (c) => {
      const reverted = await commands.revertEmailChange({ link: c.req.valid("json").token });
      return reverted.isOk() ? c.body(null, 204) : fail(c, reverted.error);
    },
  );

  api.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/forgot_password",
      tags: ["Proofs"],
      summary: "Ask for a code to choose a new password",
      request: jsonBody(addressed),
      responses: { 204: { description: "A code was sent, if this is somebody's address." }, ...failing({ 429: "That was a moment ago." }) },
    }),
    async (c) => {
      const asked = await commands.requestPasswordReset(c.req.valid("json"));
      return asked.isOk() ? c.body(null, 204) : fail(c, asked.error);
    },
  );

  api.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/reset_password",
      tags: ["Proofs"],
      summary: "Choose a new password",
      request: jsonBody(renewed),
      responses: { 204: { description: "It counts from now on, and all sessions have ended." }, ...failing(wrongCode) },
    }),
    async (c) => {
      const reset = await commands.resetPassword(c.req.valid("json"));
      return reset.isOk() ? c.body(null, 204) : fail(c, reset.error);
    },
  );
}
