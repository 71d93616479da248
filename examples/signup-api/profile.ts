import { createRoute, z } from "@hono/zod-openapi";
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { ProfileRow } from "denizen/ports";
import { bearer, BEARER_SCHEME } from "../support/web/bearer.js";
import { failing } from "../support/web/problems.js";
import { json } from "../support/web/schemas.js";
import type { attributes, SignUpApplication } from "./application.js";
import { fail } from "./failures.js";

const shown = z
  .object({
    name: z.string(),
    surname: z.string(),
    email: z.string(),
    phone: z.string(),
    hobbies: z.array(z.string()),
    email_verified: z.boolean(),
    phone_verified: z.boolean(),
  })
  .openapi("Profile");

export function profile(api: OpenAPIHono, application: SignUpApplication): void {
  api.openapi(
    createRoute({
      method: "get",
      path: "/api/v1/profile/",
      tags: ["Profile"],
      summary: "One's own profile",
      security: [{ [BEARER_SCHEME]: [] }],
      middleware: bearer(application, fail),
      responses: { 200: { description: "Whose token it is.", ...json(shown) }, ...failing({ 401: "There is no valid access token." }) },
    }),
    async (c) => {
      const found = await application.as(c.var.actor).queries.profile();
      return found.isOk() ? c.json(toProfile(found.value), 200) : fail(c, found.error);
    },
  );
}

/** A row that was read, and no aggregate: this is the route that is asked most. */
function toProfile(row: ProfileRow): z.infer<typeof shown> {
  // What is stored has passed this schema: users are made in no other way.
  const { surname, hobbies } = row.attributes as z.infer<typeof attributes>;
  const [email, phone] = [row.emails, row.phones].map((addresses) => addresses.find(({ primary }) => primary));
  return {
    name: row.name?.display ?? "",
    surname,
    email: email?.address ?? "",
    phone: phone?.address ?? "",
    hobbies,
    email_verified: email?.verified === true,
    phone_verified: phone?.verified === true,
  };
}
