import { STATUS_CODES } from "node:http";
import { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { problemHeaders } from "denizen/problem";
import { failingWith, problemsWith, report, statusOf } from "../support/web/problems.js";
import type { Descriptions, FailureStatus } from "../support/web/problems.js";

const toProblem = problemsWith({
  // The owner has just shown his password: he may know what his account waits for.
  "account-pending": { status: 400, title: "User must be activated via /user/activate/" },
  "account-deactivated": { status: 400, title: "User must be activated via /user/activate/" },
});

/** The body of every failure of this API. */
const FailureSchema = z
  .object({ status_code: z.number(), detail: z.string(), error: z.string() })
  .openapi("Failure", { example: { status_code: 401, detail: "Unauthorized", error: "HTTPException" } });

/** What a status says by itself is said in its own words: 401 and 404 tell nothing more. */
const BY_ITSELF = [401, 404];

export function fail(c: Context, error: unknown) {
  const problem = toProblem(error);
  report(problem, error);
  const { status, title, detail } = problem;
  const said = BY_ITSELF.includes(status) ? STATUS_CODES[status] : undefined;
  const body = { status_code: status, detail: said ?? detail ?? title, error: "HTTPException" };
  return c.json<typeof body, FailureStatus>(body, statusOf(problem), { ...problemHeaders(problem), "content-type": "application/json" });
}

export const failing = (described: Descriptions = {}) => failingWith({ "application/json": { schema: FailureSchema } } as const, described);
