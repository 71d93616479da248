import { createRoute, z } from "@hono/zod-openapi";
import { attempt, domainError, err, ok } from "denizen";
import { createApi } from "../support/web/api.js";
import { serveDocs } from "../support/web/docs.js";
import { json, jsonBody } from "../support/web/schemas.js";
import type { UserApplication } from "./application.js";
import { fail, failing } from "./failures.js";
import { RegisterWorker } from "./workers.js";

const about = { title: "Domain-driven API", version: "1.0.0", description: "Domain-driven design with denizen" } as const;

const credentials = z.object({ email: z.string(), password: z.string() }).openapi("UserCredentials", {
  example: { email: "john@doe.com", password: "correct horse battery staple" },
});
const details = credentials.extend({ name: z.string(), surname: z.string() }).openapi("UserDetails", {
  example: { name: "John", surname: "Doe", email: "john@doe.com", password: "correct horse battery staple" },
});
const user = z
  .object({ id: z.string(), name: z.string(), surname: z.string(), email: z.string(), password: z.string(), active: z.boolean() })
  .openapi("User");
const info = z.object({ title: z.string(), description: z.string(), public: z.boolean() }).openapi("Info");

/** What a password looks like from outside: nobody is shown one, nor its hash. */
const MASK = "******";

const unauthorized = { 401: "The password is wrong, or nobody has this e-mail address." };

/** What users of this API can ask for, and what each of it does. */
export function http(application: UserApplication) {
  const { commands } = application;
  const api = createApi(fail);
  serveDocs(api, about);

  api.openapi(
    createRoute({
      method: "get",
      path: "/",
      tags: ["Info"],
      summary: "Ping",
      description: "Returns a brief description of the API",
      responses: { 200: { description: "Successful ping.", ...json(info) } },
    }),
    (c) => c.json({ title: about.title, description: about.description, public: true }, 200),
  );

  api.openapi(
    createRoute({
      method: "post",
      path: "/user/",
      tags: ["User"],
      summary: "User create",
      description: "Create a user, who is not active yet. An e-mail address that is taken gets the same answer: it is nobody's business.",
      request: jsonBody(details),
      responses: { 200: { description: "User created successfully." }, ...failing({ 422: "A part of it is not valid." }) },
    }),
    async (c) => {
      const { email, name, surname, password } = c.req.valid("json");
      const signedUp = await commands.signUp({ name, emails: [email], password, attributes: { surname } });
      if (signedUp.isErr() && signedUp.error.code !== "email-taken") return fail(c, signedUp.error);
      return c.body(null, 200);
    },
  );

  api.openapi(
    createRoute({
      method: "post",
      path: "/user/signin/",
      tags: ["User"],
      summary: "User sign in",
      description: "Shows an active user to himself",
      request: jsonBody(credentials),
      responses: {
        200: { description: "User signed in successfully.", ...json(user) },
        ...failing({ ...unauthorized, 400: "User not active." }),
      },
    }),
    async (c) => {
      const { email, password } = c.req.valid("json");
      const signedIn = await attempt(async function* () {
        await using users = application.users();
        const { userId } = yield* users.verify({ email }, { password });
        await using uow = application.unitOfWork();
        const row = yield* new RegisterWorker(uow).user.retrieve({ id: userId });
        return row.active ? ok(row) : err(domainError("account-pending", "the owner has not activated it"));
      });
      return signedIn.isOk() ? c.json({ ...signedIn.value, password: MASK }, 200) : fail(c, signedIn.error);
    },
  );

  api.openapi(
    createRoute({
      method: "post",
      path: "/user/activate/",
      tags: ["User"],
      summary: "User activate",
      description: "Activate an existing user",
      request: jsonBody(credentials),
      responses: { 200: { description: "User activated successfully." }, ...failing(unauthorized) },
    }),
    async (c) => {
      const activated = await commands.activateOwn(c.req.valid("json"));
      return activated.isOk() ? c.body(null, 200) : fail(c, activated.error);
    },
  );

  api.openapi(
    createRoute({
      method: "post",
      path: "/user/deactivate/",
      tags: ["User"],
      summary: "User deactivate",
      description: "Deactivate an existing user",
      request: jsonBody(credentials),
      responses: { 200: { description: "User deactivated successfully." }, ...failing(unauthorized) },
    }),
    async (c) => {
      const deactivated = await commands.deactivateOwn(c.req.valid("json"));
      return deactivated.isOk() ? c.body(null, 200) : fail(c, deactivated.error);
    },
  );
  return api;
}
