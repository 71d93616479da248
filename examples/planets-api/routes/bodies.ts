import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { createMiddleware } from "hono/factory";
import { bodyMissing, fail } from "../failures.js";

/** A body that is a form, as in the original, or JSON. */
export const formOrJson = <Json extends z.ZodType, Form extends z.ZodType>(json: Json, form: Form) => ({
  body: { content: { "application/json": { schema: json }, "application/x-www-form-urlencoded": { schema: form } } },
});

/** Only what is named is changed, and null removes it (RFC 7396). */
export const mergePatch = <Patch extends z.ZodType>(patch: Patch) => ({
  body: { content: { "application/merge-patch+json": { schema: patch }, "application/json": { schema: patch } }, required: true },
});

/** Before bodies of which there are several kinds: without this one that is none of them would not be looked at. */
export const withBody = createMiddleware(async (c, next) => (c.req.header("content-type") === undefined ? fail(c, bodyMissing) : next()));

/** Which of the two it is. */
export const isForm = (c: Context): boolean =>
  /^(multipart\/form-data|application\/x-www-form-urlencoded)\b/i.test(c.req.header("content-type") ?? "");

/** A number in a form, as JSON writes it. */
export const formNumber = z
  .string()
  .regex(/^-?\d{1,400}(\.\d{1,400})?(e[+-]?\d{1,3})?$/i, { error: "must be a number" })
  .transform(Number);
