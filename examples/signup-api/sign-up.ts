import { createRoute, z } from "@hono/zod-openapi";
import type { OpenAPIHono } from "@hono/zod-openapi";
import { failing } from "../support/web/problems.js";
import { json, jsonBody } from "../support/web/schemas.js";
import type { SignUpApplication } from "./application.js";
import { fail } from "./failures.js";

const newUser = z
  .object({
    name: z.string(),
    surname: z.string(),
    email: z.string(),
    phone: z.string(),
    hobbies: z.array(z.string()),
    password: z.string(),
  })
  .openapi("NewUser", {
    example: {
      name: "Ada",
      surname: "Lovelace",
      email: "ada@example.com",
      phone: "+34600123456",
      hobbies: ["mathematics"],
      password: "correct horse battery staple",
    },
  });
const signedUp = z.object({ status: z.literal("check-inbox") }).openapi("SignedUp");

export function signUp(api: OpenAPIHono, { commands }: SignUpApplication): void {
  api.openapi(
    createRoute({
      method: "post",
      path: "/api/v1/signup/",
      tags: ["Sign-up"],
      summary: "Sign up",
      description: "The answer is the same for addresses that are somebody's already. Whoever has the mailbox is told which it was.",
      request: jsonBody(newUser),
      responses: { 201: { description: "A mail is on its way.", ...json(signedUp) }, ...failing({ 422: "A field is not valid." }) },
    }),
    async (c) => {
      const { name, email, phone, password, surname, hobbies } = c.req.valid("json");
      const asked = await commands.signUp({ name, emails: [email], phones: [phone], password, attributes: { surname, hobbies } });
      return asked.isOk() ? c.json({ status: "check-inbox" as const }, 201) : fail(c, asked.error);
    },
  );
}
