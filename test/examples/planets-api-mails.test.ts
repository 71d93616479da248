import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ConfigurationError, domainError, err } from "denizen";
import { settingsFrom } from "../../examples/planets-api/settings.js";
import { openWorld, password, problem, seen, textIn, vulcan } from "./planets-api-world.js";
import type { World } from "./planets-api-world.js";

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const codeIn = (text: string): string => /\b\d{4} \d{4}\b/.exec(text)?.[0] ?? "";
const tokenIn = (text: string): string => decodeURIComponent(/#(\S+)/.exec(text)?.[1] ?? "");

test("new users are welcomed, and discoverers told, each once; who was refused hears nothing", async () => {
  const ada = await world.person();
  const registered = { json: vulcan, bearer: ada.token };
  expect(await world.call("POST", "/api/v1/planets", registered)).toMatchObject({ status: 201 });
  const eve = await world.person();
  expect(await world.call("POST", "/api/v1/planets", { ...registered, bearer: eve.token })).toMatchObject({ status: 409 });
  const refuse = world.application.inTransaction.subscribe("planet-registered", () => err(domainError("enough", "there are enough")));
  const vetoed = await world.call("POST", "/api/v1/planets", { json: { ...vulcan, planet_name: "Persephone" }, bearer: eve.token });
  expect(seen(vetoed)).toEqual(problem(409, "vetoed", "A rule is against this"));
  refuse();
  await world.delivered();

  const hello = {
    subject: "Welcome to Planets",
    text: "Hello,\n\nYour account is ready: you can log in and register planets.\n\nPlanets\n",
  };
  expect(world.post.mail(ada.email, "account is ready")).toEqual({ to: ada.email, ...hello });
  expect(world.post.mail(ada.email, "catalogue")).toEqual({
    to: ada.email,
    subject: "Vulcan is registered",
    text: "Hello,\n\nVulcan is in the catalogue, and you are its discoverer.\n\nPlanets\n",
  });
  expect(world.post.mail(eve.email, "account is ready").subject).toBe(hello.subject);
  expect(world.post.mail(eve.email, "catalogue").subject).toBe("");
});

test("who is gone before a mail leaves is told nothing", async () => {
  const person = await world.person();
  expect(await world.call("DELETE", `/api/v1/users/${person.id}`, { bearer: person.token })).toMatchObject({ status: 204 });
  await world.delivered();
  expect(world.post.mail(person.email, "").subject).toBe("");
});

test("a new e-mail address counts when it is proved", async () => {
  const person = await world.person();
  const { id, token: bearer } = person;
  const asked = await world.call("PATCH", `/api/v1/users/${id}`, {
    json: { email: "moved@example.com", current_password: password },
    bearer,
  });
  const body = { id, first_name: "Ada", last_name: "Lovelace", email: person.email, password: "******" };
  expect(seen(asked)).toEqual({ status: 200, body: { ...body, unconfirmed_email: "moved@example.com" } });
  await world.delivered();
  const code = codeIn(world.post.mail("moved@example.com", "").text);
  expect(await world.call("POST", "/api/v1/login", { json: { email: "moved@example.com", password } })).toMatchObject({ status: 401 });
  expect(await world.call("POST", "/api/v1/confirm_email", { json: { code: "0000 0000" }, bearer })).toMatchObject({ status: 401 });
  expect(seen(await world.call("POST", "/api/v1/confirm_email", { json: { code }, bearer }))).toEqual({ status: 204, body: "" });
  expect(await world.call("GET", `/api/v1/users/${id}`, { bearer })).toMatchObject({ body: { email: "moved@example.com" } });
  // The next one within a minute waits.
  const again = { first_name: "Grace", email: "again@example.com", current_password: password };
  expect(await world.call("PATCH", `/api/v1/users/${id}`, { json: again, bearer })).toMatchObject({
    status: 429,
    body: { code: "too-many-attempts" },
  });
  // And what was refused has changed nothing else.
  expect(await world.call("GET", `/api/v1/users/${id}`, { bearer })).toMatchObject({ body: { first_name: "Ada" } });
  expect(await world.call("POST", "/api/v1/revert_email", { json: { token: "x" } })).toMatchObject({ status: 401 });
});

test("a stolen token moves nobody's address, and a new name may come with a new address", async () => {
  const person = await world.person();
  const patch = (json: object) => world.call("PATCH", `/api/v1/users/${person.id}`, { json, bearer: person.token });
  const email = "mine@example.com";
  expect(await patch({ email })).toMatchObject({ status: 401, body: { code: "invalid-credentials" } });
  expect(await patch({ email, current_password: "a guess of a thief" })).toMatchObject({ status: 401 });
  expect(seen(await patch({ email, password: "a new horse with new batteries", current_password: password }))).toEqual(
    problem(400, "one-at-a-time", "A new password and a new e-mail address take a request each"),
  );
  await world.delivered();
  expect(world.post.mail(email, "").subject).toBe("");
  expect(await patch({ email, first_name: "Grace", current_password: password })).toMatchObject({
    status: 200,
    body: { first_name: "Grace", email: person.email, unconfirmed_email: email },
  });
  await world.delivered();
  const code = codeIn(world.post.mail(email, "").text);
  expect(await world.call("POST", "/api/v1/confirm_email", { json: { code }, bearer: person.token })).toMatchObject({ status: 204 });
});

test("a forgotten password", async () => {
  const person = await world.person();
  const ask = (email: string) => world.call("POST", "/api/v1/forgot_password", { json: { email } });
  expect(seen(await ask(person.email))).toEqual({ status: 204, body: "" });
  expect(seen(await ask("nobody@example.com"))).toEqual({ status: 204, body: "" });
  expect(await ask(person.email)).toMatchObject({ status: 429 });
  await world.delivered();
  const next = "a new horse with new batteries";
  const reset = (code: string) => world.call("POST", "/api/v1/reset_password", { json: { email: person.email, code, password: next } });
  expect(await reset("0000 0000")).toMatchObject({ status: 401 });
  const code = codeIn(world.post.mail(person.email, "hoose a new password").text);
  expect(seen(await reset(code))).toEqual({ status: 204, body: "" });
  expect(await reset(code)).toMatchObject({ status: 401 });
  expect(await world.call("GET", "/planets", { bearer: person.token })).toMatchObject({ status: 401 });
  const loggedIn = await world.call("POST", "/api/v1/login", { json: { email: person.email, password: next } });
  const bearer = textIn(loggedIn, "access_token");

  // The code has proved the address too: so it is told when another one takes its place, and can take that back.
  const moved = await world.call("PATCH", `/api/v1/users/${person.id}`, {
    json: { email: "thief@example.com", current_password: next },
    bearer,
  });
  expect(moved).toMatchObject({ status: 200, body: { email: person.email, unconfirmed_email: "thief@example.com" } });
  await world.delivered();
  const confirmation = { code: codeIn(world.post.mail("thief@example.com", "").text) };
  expect(await world.call("POST", "/api/v1/confirm_email", { json: confirmation, bearer })).toMatchObject({ status: 204 });
  await world.delivered();
  const token = tokenIn(world.post.mail(person.email, "/revert_email#").text);
  expect(seen(await world.call("POST", "/api/v1/revert_email", { json: { token } }))).toEqual({ status: 204, body: "" });
  expect(await world.call("GET", "/planets", { bearer })).toMatchObject({ status: 401 });
  expect(await world.call("POST", "/api/v1/login", { json: { email: person.email, password: next } })).toMatchObject({
    status: 403,
    body: { code: "password-reset-required" },
  });
});

describe("every route", () => {
  const open = ["/api/v1/login", "/api/v1/refresh", "/api/v1/revert_email", "/api/v1/forgot_password", "/api/v1/reset_password"];

  test("is in the document, and takes a token, but for those that somebody needs to get one", async () => {
    const { body } = await world.call("GET", "/openapi.json");
    // By OpenAPI 3.1.
    const { paths } = body as { readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly security?: unknown }>>>> };
    const routes = Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method} ${path}`));
    expect(routes.sort()).toEqual(
      [
        ...open.map((path) => `post ${path}`),
        ...["post /api/v1/logout", "post /api/v1/confirm_email", "post /api/v1/users", "get /api/v1/users"],
        ...["get", "put", "patch", "delete"].flatMap((method) => [`${method} /api/v1/users/{id}`, `${method} /api/v1/planets/{planet_id}`]),
        ...["put /update_user", "delete /removeuser", "put /update_planet", "delete /removeplanet"],
        ...["post /api/v1/planets", "get /api/v1/planets", "get /planets", "get /planet_details/{planet_id}"],
      ].sort(),
    );
    const stale = "eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.";
    for (const [path, methods] of Object.entries(paths)) {
      for (const [method, { security }] of Object.entries(methods)) {
        const isOpen = open.includes(path) || (method === "post" && path === "/api/v1/users");
        expect([path, method, security]).toEqual([path, method, isOpen ? undefined : [{ bearer: [] }]]);
        if (isOpen) continue;
        expect(await world.call(method.toUpperCase(), path, {})).toMatchObject({ status: 401, body: { code: "not-authenticated" } });
        expect(await world.call(method.toUpperCase(), path, { bearer: stale })).toMatchObject({
          status: 401,
          body: { code: "access-token-invalid" },
        });
      }
    }
  });

  test("the docs come from this origin, and whatever else is asked for is not found", async () => {
    const page = await world.call("GET", "/docs/");
    expect(page).toMatchObject({ status: 200, body: expect.stringContaining("/docs/swagger-ui-bundle.js") });
    expect(String(page.body)).not.toMatch(/https?:\/\//);
    expect(seen(await world.call("GET", "/nowhere"))).toEqual(problem(404, "route-unknown", "There is nothing at this address"));
  });
});

test("settings: everything that is wrong is named at once, and production has no defaults for what others depend on", () => {
  expect(() => settingsFrom({ PORT: "x" })).toThrow(ConfigurationError);
  const given = { DATABASE_URL: "postgres://localhost/a", KEYS: `1:${"A".repeat(43)}=`, JWT_SECRET: "x".repeat(32) };
  expect(settingsFrom(given)).toMatchObject({ PORT: 3000, HOST: "127.0.0.1", SMTP_INSECURE: false });
  expect(() => settingsFrom({ ...given, NODE_ENV: "production" })).toThrow(/SMTP_URL.*MAIL_FROM.*APP_URL/s);
  expect(() => settingsFrom({ ...given, JWT_SECRET: "short" })).toThrow(/JWT_SECRET/);
});
