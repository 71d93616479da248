import type { z } from "@hono/zod-openapi";

/** A response or body of JSON, for `createRoute`. */
export const json = <Schema extends z.ZodType>(schema: Schema) => ({ content: { "application/json": { schema } } }) as const;

/** A request whose body is JSON and has to be there. */
export const jsonBody = <Schema extends z.ZodType>(schema: Schema) => ({ body: { ...json(schema), required: true } }) as const;
