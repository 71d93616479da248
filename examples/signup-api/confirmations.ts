import { createRoute, z } from "@hono/zod-openapi";
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import type { DomainError, Result } from "denizen";
import { failing } from "../support/web/problems.js";
import { jsonBody } from "../support/web/schemas.js";
import type { SignUpApplication } from "./application.js";
import { fail } from "./failures.js";

const link = z.object({ link: z.string() });
const mailed = z.object({ email: z.string(), code: z.string() });
const texted = z.object({ phone: z.string(), code: z.string() });
const withPassword = { password: z.string() };
const linkOrCode = (rest: string) => ({ error: `must have link${rest}, or email, code${rest}` });

const emailProof = z.union([link.extend(withPassword), mailed.extend(withPassword)], linkOrCode(" and password")).openapi("EmailProof");
const phoneProof = texted.extend(withPassword).openapi("PhoneProof");
const emailRelease = z.union([link, mailed], linkOrCode("")).openapi("EmailRelease");
const phoneRelease = texted.openapi("PhoneRelease");
const email = z.object({ email: z.string() }).openapi("Email");
const phone = z.object({ phone: z.string() }).openapi("Phone");

const answered = { 401: "The link, code or password is not valid.", 429: "There were too many attempts." };

/** Proofs of addresses, by what was sent there. */
export function confirmations(api: OpenAPIHono, { commands }: SignUpApplication): void {
  api.openapi(proof("confirm-email", "Confirm the e-mail address", emailProof), async (c) =>
    done(c, await commands.verifyEmail(c.req.valid("json"))),
  );
  api.openapi(proof("confirm-phone", "Confirm the phone", phoneProof), async (c) =>
    done(c, await commands.verifyPhone(c.req.valid("json"))),
  );
  api.openapi(proof("release-email", "It was somebody else who has signed up with my e-mail address", emailRelease), async (c) =>
    done(c, await commands.releaseEmail(c.req.valid("json"))),
  );
  api.openapi(proof("release-phone", "It was somebody else who has signed up with my phone", phoneRelease), async (c) =>
    done(c, await commands.releasePhone(c.req.valid("json"))),
  );
  api.openapi(request("resend-email", "Send another mail", email), async (c) =>
    asked(c, await commands.requestEmailVerification(c.req.valid("json"))),
  );
  api.openapi(request("resend-phone", "Send another text", phone), async (c) =>
    asked(c, await commands.requestPhoneVerification(c.req.valid("json"))),
  );
}

const proof = <Schema extends z.ZodType>(name: string, summary: string, schema: Schema) =>
  createRoute({
    method: "post",
    path: `/api/v1/signup/${name}/`,
    tags: ["Confirmation"],
    summary,
    request: jsonBody(schema),
    responses: { 204: { description: "Done." }, ...failing(answered) },
  });

const request = <Schema extends z.ZodType>(name: string, summary: string, schema: Schema) =>
  createRoute({
    method: "post",
    path: `/api/v1/signup/${name}/`,
    tags: ["Confirmation"],
    summary,
    description: "The answer is the same for whatever waits for no confirmation. The next one can be asked for after a minute.",
    request: jsonBody(schema),
    responses: { 202: { description: "If there is something to confirm, it is on its way." }, ...failing({ 429: answered[429] }) },
  });

const done = (c: Context, result: Result<void, DomainError>) => (result.isOk() ? c.body(null, 204) : fail(c, result.error));
const asked = (c: Context, result: Result<void, DomainError>) => (result.isOk() ? c.body(null, 202) : fail(c, result.error));
