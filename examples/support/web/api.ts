import { OpenAPIHono } from "@hono/zod-openapi";
import { bodyLimit } from "hono/body-limit";
import { secureHeaders } from "hono/secure-headers";
import type { MiddlewareHandler } from "hono";
import { bodyTooLarge, invalidInput, routeUnknown, thrown } from "./problems.js";
import type { Fail } from "./problems.js";

/** No form or JSON of these APIs is larger. */
const LARGEST_BODY = 64 * 1024;

/** Tokens and people's data are for whoever has asked, and for no cache on the way. What may be kept says so itself. */
const keptByNobody: MiddlewareHandler = async (c, next) => {
  await next();
  if (!c.res.headers.has("cache-control")) c.header("cache-control", "no-store");
};

/** An API that documents itself, and whose every failure leaves by `fail`: of shape, of HTTP, and whatever is thrown. */
export function createApi(fail: Fail): OpenAPIHono {
  const api = new OpenAPIHono({
    // Schemas say what a request looks like; what may be in it is the domain's to say.
    defaultHook: (read, c) => (read.success ? undefined : fail(c, invalidInput(read.error))),
  });
  api.use(secureHeaders());
  api.use(keptByNobody);
  api.use(bodyLimit({ maxSize: LARGEST_BODY, onError: (c) => fail(c, bodyTooLarge) }));
  api.onError((error, c) => fail(c, thrown(error)));
  api.notFound((c) => fail(c, routeUnknown));
  return api;
}
