import { createRoute, z } from "@hono/zod-openapi";
import type { OpenAPIHono } from "@hono/zod-openapi";
import { failing } from "../../support/web/problems.js";
import { json, jsonBody, pageLimit } from "../../support/web/schemas.js";
import type { AccountsApplication } from "../application.js";
import { fail } from "../failures.js";
import { signedIn } from "../signed-in.js";
import { listProfiles, myProfile, setUsername } from "./use-cases.js";

const profile = z
  .object({ profile_id: z.string(), account_id: z.string(), username: z.string().nullable() })
  .openapi("Profile", { example: { profile_id: "019aa4c1-…", account_id: "019aa4c1-…", username: "ada.lovelace" } });
const profilePage = z.object({ profiles: z.array(profile), next: z.string().nullable() }).openapi("ProfilePage");
const username = z.object({ username: z.string() }).openapi("NewUsername", { example: { username: "ada.lovelace" } });
const page = z.object({
  limit: pageLimit,
  after: z.string().exactOptional().openapi({ description: "The `next` of the page before." }),
});

/** A profile has the id of its account. */
const viewOf = ({ profileId, username }: { readonly profileId: string; readonly username: string | null }) => ({
  profile_id: profileId,
  account_id: profileId,
  username,
});

export function profileRoutes(api: OpenAPIHono, application: AccountsApplication): void {
  const protectedRoute = { tags: ["Profiles"], ...signedIn(application) };

  api.openapi(
    createRoute({
      ...protectedRoute,
      method: "get",
      path: "/api/v1/profiles/me",
      summary: "One's own profile",
      responses: { 200: { description: "The profile.", ...json(profile) }, ...failing({ 401: "Nobody is signed in." }) },
    }),
    async (c) => {
      const found = await myProfile(application, c.var.actor);
      return found.isOk() ? c.json(viewOf(found.value), 200) : fail(c, found.error);
    },
  );

  api.openapi(
    createRoute({
      ...protectedRoute,
      method: "put",
      path: "/api/v1/profiles/me/username",
      summary: "Set one's own username",
      request: jsonBody(username),
      responses: {
        204: { description: "Set." },
        ...failing({ 401: "Nobody is signed in.", 409: "It is taken, or looks like one that is.", 422: "It cannot be a username." }),
      },
    }),
    async (c) => {
      const set = await setUsername(application, c.var.actor, c.req.valid("json").username);
      return set.isOk() ? c.body(null, 204) : fail(c, set.error);
    },
  );

  api.openapi(
    createRoute({
      ...protectedRoute,
      method: "get",
      path: "/api/v1/profiles/",
      summary: "A page of profiles",
      description: "For administrators.",
      request: { query: page },
      responses: {
        200: { description: "The page.", ...json(profilePage) },
        ...failing({ 401: "Nobody is signed in.", 403: "One is no administrator.", 422: "There is no such page." }),
      },
    }),
    async (c) => {
      const listed = await listProfiles(application, c.var.actor, c.req.valid("query"));
      if (listed.isErr()) return fail(c, listed.error);
      return c.json({ profiles: listed.value.items.map(viewOf), next: listed.value.next }, 200);
    },
  );
}
