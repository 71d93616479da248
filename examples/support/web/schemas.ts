import { z } from "@hono/zod-openapi";

/** A response or body of JSON, for `createRoute`. */
export const json = <Schema extends z.ZodType>(schema: Schema) => ({ content: { "application/json": { schema } } }) as const;

/** A request whose body is JSON and has to be there. */
export const jsonBody = <Schema extends z.ZodType>(schema: Schema) => ({ body: { ...json(schema), required: true } }) as const;

/** How many rows a page has, in a query: the domain says how many are too many. */
export const pageLimit = z
  .string()
  .regex(/^\d{1,4}$/, "must be a whole number")
  .default("20")
  .transform(Number)
  .openapi({ description: "1 to 100." });
