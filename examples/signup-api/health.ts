import { createRoute, z } from "@hono/zod-openapi";
import type { OpenAPIHono } from "@hono/zod-openapi";
import { sql } from "drizzle-orm";
import { domainError, ok } from "denizen";
import { failing } from "../support/web/problems.js";
import { json } from "../support/web/schemas.js";
import type { SignUpApplication } from "./application.js";
import { fail } from "./failures.js";

const fine = z.object({ status: z.literal("ok") }).openapi("Health");
const body = { status: "ok" } as const;

/** For whoever runs the processes. */
export function health(api: OpenAPIHono, application: SignUpApplication): void {
  api.openapi(
    createRoute({
      method: "get",
      path: "/health",
      tags: ["Health"],
      summary: "Whether this process lives",
      responses: { 200: { description: "It does.", ...json(fine) } },
    }),
    (c) => c.json(body, 200),
  );

  api.openapi(
    createRoute({
      method: "get",
      path: "/ready",
      tags: ["Health"],
      summary: "Whether it can work: the database answers",
      responses: { 200: { description: "It can.", ...json(fine) }, ...failing({ 503: "Not for the moment." }) },
    }),
    async (c) => {
      const asked = await application.transact(async function* ({ tx }) {
        await tx.execute(sql`select 1`);
        return ok();
      });
      // Whatever it was, there is no work for this process until it is over.
      return asked.isOk() ? c.json(body, 200) : fail(c, domainError("store-unavailable", asked.error.message));
    },
  );
}
