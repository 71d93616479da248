import { randomBytes } from "node:crypto";
import { inspect } from "node:util";
import { sql } from "drizzle-orm";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { ok, systemActor } from "denizen";
import { fixedClock } from "denizen/testing";
import { openApplication } from "../../examples/accounts-api/application.js";
import type { AccountsApplication } from "../../examples/accounts-api/application.js";
import { http } from "../../examples/accounts-api/http.js";
import { createProfileTable } from "../../examples/accounts-api/profiles/table.js";
import { settingsFrom } from "../../examples/accounts-api/settings.js";
import { migratedDatabase, resources, serve } from "./client.js";
import type { Client } from "./client.js";

const opened = resources();
const clock = fixedClock(Date.now());
let application: AccountsApplication;
let call: Client;
/** The same API on the same database, some time later. */
let later: Client;
let grace: Tokens;
let edsger: Tokens;

beforeAll(async () => {
  const database = opened.use(await migratedDatabase(createProfileTable));
  const secret = randomBytes(48).toString("base64");
  const settings = settingsFrom({
    DATABASE_URL: database.url,
    KEYS: `1:${randomBytes(32).toString("base64")}`,
    JWT_SECRET: secret,
    PEPPER: secret,
    // A machine that has much else to do is no reason to say that the hasher is busy.
    HASHER_SEMAPHORE_WAIT_TIMEOUT_S: "60",
  });
  application = opened.use(await openApplication(settings));
  ({ call } = opened.use(await serve(http(application))));
  ({ call: later } = opened.use(await serve(http(opened.use(await openApplication(settings, clock))))));
  [grace, edsger] = [await signedUp("grace@example.com"), await signedUp("edsger@example.com")];
});

afterAll(() => opened.close());

const password = "correct horse battery staple";
const accounts = "/api/v1/accounts";
const profiles = "/api/v1/profiles";

const pair = { access_token: expect.stringMatching(/^eyJ/), refresh_token: expect.stringMatching(/^dr_/), expires_in: 900 };
const problem = (status: number, code: string, title: string, more: object = {}) => ({
  type: `tag:denizen-js.github.io,2026:${code}`,
  title,
  status,
  code,
  ...more,
});
const notAuthenticated = problem(401, "not-authenticated", "This takes a log-in");
const wrongCredentials = problem(401, "invalid-credentials", "These credentials are not valid");
const refreshRefused = problem(401, "refresh-token-invalid", "The refresh token is not valid");

interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
}

/** Signs somebody up over HTTP, for what comes after that. */
async function signedUp(email: string, by: Client = call): Promise<Tokens> {
  const { status, body } = await by("POST", `${accounts}/signup`, { json: { email, password } });
  expect(status).toBe(201);
  return body as Tokens;
}

const answered = async (asked: ReturnType<Client>) => {
  const { status, body } = await asked;
  return { status, body };
};

describe("general", () => {
  test("the root leads to the docs, which are served from here", async () => {
    const root = await call("GET", "/");
    expect([root.status, root.headers.get("location")]).toEqual([307, "/docs/"]);
    const docs = await call("GET", "/docs/");
    expect(docs.status).toBe(200);
    expect(docs.body).toContain('src="/docs/swagger-ui-bundle.js"');
    expect(String(docs.body)).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
    expect((await call("GET", "/docs/swagger-ui-bundle.js")).status).toBe(200);
  });

  test("it is alive", async () => {
    expect(await answered(call("GET", "/api/v1/health"))).toEqual({ status: 200, body: { status: "ok" } });
  });

  test("the OpenAPI document has every route, and says which take a token", async () => {
    const { body } = await call("GET", "/openapi.json");
    const { paths } = body as { paths: Record<string, Record<string, { security?: object[] }>> };
    const routes = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(
        ([method, { security }]) => `${method.toUpperCase()} ${path}${security === undefined ? "" : " (bearer)"}`,
      ),
    );
    expect(routes.sort()).toEqual(
      [
        "GET /api/v1/health",
        "POST /api/v1/accounts/signup",
        "POST /api/v1/accounts/login",
        "POST /api/v1/accounts/refresh",
        "GET /api/v1/accounts/me (bearer)",
        "PUT /api/v1/accounts/password (bearer)",
        "POST /api/v1/accounts/ (bearer)",
        "GET /api/v1/accounts/ (bearer)",
        "PUT /api/v1/accounts/{account_id}/password (bearer)",
        "PUT /api/v1/accounts/{account_id}/roles/admin (bearer)",
        "DELETE /api/v1/accounts/{account_id}/roles/admin (bearer)",
        "PUT /api/v1/accounts/{account_id}/activation (bearer)",
        "DELETE /api/v1/accounts/{account_id}/activation (bearer)",
        "GET /api/v1/profiles/me (bearer)",
        "PUT /api/v1/profiles/me/username (bearer)",
        "GET /api/v1/profiles/ (bearer)",
      ].sort(),
    );
  });

  test("what is at no address, and a list without its slash", async () => {
    expect(await answered(call("GET", "/api/v1/nothing"))).toEqual({
      status: 404,
      body: problem(404, "route-unknown", "There is nothing at this address"),
    });
    const list = await call("GET", `${accounts}?limit=2`);
    expect([list.status, list.headers.get("location")]).toEqual([307, `${accounts}/?limit=2`]);
  });
});

describe("POST /signup", () => {
  test("answers a pair of tokens, and there is a profile in the same commit", async () => {
    const { status, body } = await call("POST", `${accounts}/signup`, { json: { email: "Ada@Example.com", password } });
    expect({ status, body }).toEqual({ status: 201, body: pair });
    const bearer = (body as Tokens).access_token;
    const me = await call("GET", `${accounts}/me`, { bearer });
    expect(me.body).toEqual({ id: expect.any(String), email: "Ada@example.com", role: "user", is_active: true });
    const { id } = me.body as { id: string };
    expect(await answered(call("GET", `${profiles}/me`, { bearer }))).toEqual({
      status: 200,
      body: { profile_id: id, account_id: id, username: null },
    });
  });

  test("an e-mail address that is taken, in whatever case", async () => {
    expect(await answered(call("POST", `${accounts}/signup`, { json: { email: "GRACE@example.com", password } }))).toEqual({
      status: 409,
      body: problem(409, "email-taken", "This e-mail address is taken", { email: "grace@example.com" }),
    });
  });

  test.each([
    ["no e-mail address", { email: "ada", password }, 422, "email-invalid"],
    ["a short password", { email: "short@example.com", password: "short" }, 422, "password-rejected"],
    ["a password that everybody has", { email: "common@example.com", password: "password123" }, 422, "password-rejected"],
    ["no password", { email: "none@example.com" }, 422, "invalid-argument"],
    ["numbers", { email: 1, password: 2 }, 422, "invalid-argument"],
    ["nothing", null, 422, "invalid-argument"],
  ])("%s", async (_, json, status, code) => {
    const refused = await call("POST", `${accounts}/signup`, { json });
    expect([refused.status, refused.body]).toEqual([status, expect.objectContaining({ status, code })]);
    expect(refused.headers.get("content-type")).toBe("application/problem+json");
  });

  test("a body that is none, and one without end", async () => {
    const headers = { "content-type": "application/json" };
    expect(await answered(call("POST", `${accounts}/signup`, { raw: '{"email":', headers }))).toEqual({
      status: 400,
      body: problem(400, "body-malformed", "The body cannot be read"),
    });
    expect(await answered(call("POST", `${accounts}/signup`, { json: { email: "a".repeat(70_000), password } }))).toEqual({
      status: 413,
      body: problem(413, "body-too-large", "The body is too large"),
    });
  });

  test("a role, or whatever else is not asked for, is passed over", async () => {
    const json = { email: "humble@example.com", password, role: "super-admin", roles: ["admin"], is_active: false };
    const { body } = await call("POST", `${accounts}/signup`, { json });
    const me = await call("GET", `${accounts}/me`, { bearer: (body as Tokens).access_token });
    expect(me.body).toMatchObject({ role: "user", is_active: true });
  });

  test("of twenty who sign up with one address at once one wins, with one profile", async () => {
    const json = { email: "race@example.com", password };
    const answers = await Promise.all(Array.from({ length: 20 }, () => call("POST", `${accounts}/signup`, { json })));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 19 }, () => 409)]);
    await using users = application.users();
    expect((await users.read({ email: json.email })).isOk()).toBe(true);
    const winner = answers.find(({ status }) => status === 201);
    const bearer = (winner?.body as Tokens).access_token;
    expect((await call("GET", `${profiles}/me`, { bearer })).status).toBe(200);
  });

  test("letters of all languages", async () => {
    const { status, body } = await call("POST", `${accounts}/signup`, {
      json: { email: "renée@münchen.example", password: "пароль, который никто не знает 🔑" },
    });
    expect({ status, body }).toEqual({ status: 201, body: pair });
    const again = { email: "renée@münchen.example", password: "пароль, который никто не знает 🔑" };
    expect((await call("POST", `${accounts}/login`, { json: again })).status).toBe(200);
  });
});

describe("POST /login", () => {
  test("answers a pair of tokens, and nobody learns whether he is known", async () => {
    const logIn = (email: string, given: string) => answered(call("POST", `${accounts}/login`, { json: { email, password: given } }));
    expect(await logIn("grace@example.com", password)).toEqual({ status: 200, body: pair });
    expect(await logIn("grace@example.com", "wrong horse")).toEqual({ status: 401, body: wrongCredentials });
    expect(await logIn("nobody@example.com", password)).toEqual({ status: 401, body: wrongCredentials });
    expect(await logIn("' or 1=1 --", password)).toMatchObject({ status: 422, body: { code: "email-invalid" } });
  });

  test("somebody who guesses is held up", async () => {
    const guess = () => call("POST", `${accounts}/login`, { json: { email: "edsger@example.com", password: "wrong horse" } });
    const guesses = await Promise.all(Array.from({ length: 11 }, guess));
    expect(guesses.filter(({ status }) => status === 401)).toHaveLength(10);
    const held = guesses.find(({ status }) => status === 429);
    expect(held?.body).toEqual(problem(429, "too-many-attempts", "There were too many attempts", { retryAt: expect.any(String) }));
    expect(held?.headers.has("retry-after")).toBe(true);
  });
});

describe("POST /refresh", () => {
  const refresh = (refresh_token: unknown, by: Client = call) => answered(by("POST", `${accounts}/refresh`, { json: { refresh_token } }));

  test("takes a token once; who uses it again has ended the session", async () => {
    const first = await signedUp("rotation@example.com", later);
    const second = await refresh(first.refresh_token, later);
    expect(second).toEqual({ status: 200, body: { ...pair, expires_in: expect.any(Number) } });
    const { access_token, refresh_token } = second.body as Tokens;
    expect(refresh_token).not.toBe(first.refresh_token);
    clock.advance(11_000);
    expect(await refresh(first.refresh_token, later)).toEqual({ status: 401, body: refreshRefused });
    expect(await refresh(refresh_token, later)).toEqual({ status: 401, body: refreshRefused });
    expect(await answered(later("GET", `${accounts}/me`, { bearer: access_token }))).toEqual({ status: 401, body: notAuthenticated });
  });

  test("requests that refresh at once are given the same pair", async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => refresh(grace.refresh_token)));
    expect(new Set(answers.map(({ body }) => (body as Tokens).refresh_token)).size).toBe(1);
  });

  test("an unknown, a wrong and an expired one", async () => {
    const { access_token, refresh_token } = await signedUp("expiry@example.com", later);
    for (const token of ["", "dr_1.2", access_token, refresh_token.replace(/.{4}$/, "0000")])
      expect(await refresh(token, later)).toEqual({ status: 401, body: refreshRefused });
    clock.advance(7 * 24 * 60 * 60 * 1000 + 1);
    expect(await refresh(refresh_token, later)).toEqual({ status: 401, body: refreshRefused });
    expect((await refresh(7)).status).toBe(422);
  });
});

describe("GET /me", () => {
  test("without a token, with garbage, with one that has expired, with one of somebody else's making", async () => {
    const { access_token } = await signedUp("expired@example.com", later);
    clock.advance(15 * 60 * 1000);
    const refused = problem(401, "access-token-invalid", "The access token is not valid");
    const me = (bearer?: string) => later("GET", `${accounts}/me`, bearer === undefined ? {} : { bearer });
    expect(await answered(me())).toEqual({ status: 401, body: notAuthenticated });
    expect((await me()).headers.get("www-authenticate")).toBe("Bearer");
    const [header, payload] = access_token.split(".");
    const unsigned = `${Buffer.from('{"alg":"none","typ":"at+jwt"}').toString("base64url")}.${payload}.`;
    for (const token of ["garbage", access_token, `${header}.${payload}.${"A".repeat(43)}`, unsigned])
      expect(await answered(me(token))).toEqual({ status: 401, body: refused });
    expect(await answered(later("GET", `${accounts}/me`, { headers: { authorization: `Basic ${btoa("a:b")}` } }))).toEqual({
      status: 401,
      body: notAuthenticated,
    });
  });
});

describe("PUT /password", () => {
  test("takes the current one, and a new one that is another; all other sessions end", async () => {
    const { access_token: bearer } = await signedUp("change@example.com");
    const other = (await call("POST", `${accounts}/login`, { json: { email: "change@example.com", password } })).body as Tokens;
    const change = (current_password: string, new_password: string) =>
      answered(call("PUT", `${accounts}/password`, { bearer, json: { current_password, new_password } }));
    const next = "a better battery staple";
    expect(await change("wrong horse", next)).toEqual({ status: 401, body: wrongCredentials });
    expect(await change(password, password)).toEqual({
      status: 422,
      body: problem(422, "password-unchanged", "The new password is the current one"),
    });
    expect(await change(password, "short")).toMatchObject({ status: 422, body: { code: "password-rejected" } });
    expect(await change(password, next)).toEqual({ status: 204, body: "" });

    expect((await call("GET", `${accounts}/me`, { bearer })).status).toBe(200);
    expect((await call("GET", `${accounts}/me`, { bearer: other.access_token })).status).toBe(401);
    expect((await call("POST", `${accounts}/refresh`, { json: { refresh_token: other.refresh_token } })).status).toBe(401);
    const logIn = (given: string) => call("POST", `${accounts}/login`, { json: { email: "change@example.com", password: given } });
    expect((await logIn(password)).status).toBe(401);
    expect((await logIn(next)).status).toBe(200);
  });
});

describe("PUT /profiles/me/username", () => {
  const set = (bearer: string, username: unknown) => answered(call("PUT", `${profiles}/me/username`, { bearer, json: { username } }));
  test("of 5 to 20 characters, whatever their alphabet", async () => {
    for (const username of ["lovel", "twenty.characters.ok", "жаворонок"]) {
      expect(await set(grace.access_token, username)).toEqual({ status: 204, body: "" });
      expect((await call("GET", `${profiles}/me`, { bearer: grace.access_token })).body).toMatchObject({ username });
    }
    expect(await set(grace.access_token, "love")).toEqual({
      status: 422,
      body: problem(422, "username-invalid", "This cannot be a username", {
        detail: "A username has 5 to 20 characters.",
        reason: "too-short",
      }),
    });
    expect(await set(grace.access_token, "twenty-one-characters")).toMatchObject({ status: 422, body: { reason: "too-long" } });
    expect((await call("GET", `${profiles}/me`, { bearer: grace.access_token })).body).toMatchObject({ username: "жаворонок" });
  });

  test("nobody has another's, or one that looks like it; nobody is called root", async () => {
    expect(await set(grace.access_token, "Lovelace")).toEqual({ status: 204, body: "" });
    expect(await set(grace.access_token, "lovelace")).toEqual({ status: 204, body: "" });
    expect(await set(edsger.access_token, "LOVELACE")).toEqual({
      status: 409,
      body: problem(409, "username-taken", "This username is taken", { username: "lovelace" }),
    });
    expect(await set(edsger.access_token, "1ove1ace")).toEqual({
      status: 409,
      body: problem(409, "username-confusable", "This username looks like a taken one"),
    });
    expect(await set(edsger.access_token, "administrator")).toMatchObject({ status: 422, body: { reason: "reserved" } });
    expect(await set(edsger.access_token, "me@example.com")).toMatchObject({ status: 422, body: { reason: "like-an-email" } });
    expect(await set(edsger.access_token, 12_345)).toMatchObject({ status: 422, body: { code: "invalid-argument" } });
  });

  test("who gives one up leaves it to others; of many who want it at once one wins", async () => {
    expect(await set(grace.access_token, "countess")).toEqual({ status: 204, body: "" });
    const answers = await Promise.all([grace, edsger].map(({ access_token }) => set(access_token, "lovelace")));
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 409]);
  });

  test("of somebody who was erased nothing is left, and his name is free", async () => {
    const { access_token } = await signedUp("forgotten@example.com");
    const { id } = (await call("GET", `${accounts}/me`, { bearer: access_token })).body as { id: string };
    expect((await set(access_token, "forgotten")).status).toBe(204);
    const erased = await systemActor("data-protection").asyncAndThen((office) => application.as(office).commands.eraseUser({ id }));
    expect(erased.isOk()).toBe(true);
    expect((await call("GET", `${profiles}/me`, { bearer: access_token })).status).toBe(401);
    expect(await set(grace.access_token, "forgotten")).toEqual({ status: 204, body: "" });
  });

  test("that cannot be written down is no name in the log either", async () => {
    const rename = (from: string, to: string) =>
      application.transact(async function* ({ tx }) {
        await tx.execute(sql`alter table ${sql.identifier(from)} rename to ${sql.identifier(to)}`);
        return ok();
      });
    (await rename("profiles", "elsewhere"))._unsafeUnwrap();
    const told = vi.spyOn(console, "error").mockImplementation(() => undefined);
    expect(await set(grace.access_token, "marker.name")).toMatchObject({ status: 500 });
    const log = inspect(told.mock.calls, { depth: 10 });
    told.mockRestore();
    (await rename("elsewhere", "profiles"))._unsafeUnwrap();
    expect(log).toContain("store-failed");
    expect(log).not.toContain("marker");
  });

  test("takes a token", async () => {
    const asked = call("PUT", `${profiles}/me/username`, { json: { username: "lovelace" } });
    expect(await answered(asked)).toEqual({ status: 401, body: notAuthenticated });
  });
});
