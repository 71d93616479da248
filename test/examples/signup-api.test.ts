import { randomBytes } from "node:crypto";
import { decodeJwt, SignJWT } from "jose";
import postgresJs from "postgres";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { domainError, errAsync, systemActor } from "denizen";
import { openApplication } from "../../examples/signup-api/application.js";
import type { SignUpApplication } from "../../examples/signup-api/application.js";
import { http } from "../../examples/signup-api/http.js";
import { messengerFor } from "../../examples/signup-api/messenger.js";
import { settingsFrom } from "../../examples/signup-api/settings.js";
import { postOffice } from "../../examples/support/post-office.js";
import { freePort } from "../../examples/support/postgres.js";
import { migratedDatabase, resources, serve } from "./client.js";
import type { Answer, Client } from "./client.js";

const opened = resources();
const key = randomBytes(32).toString("base64");
const publicUrl = "https://signup.example";
let call: Client;
let application: SignUpApplication;
let post: Awaited<ReturnType<typeof postOffice>>;
let sql: ReturnType<typeof postgresJs>;
let members: Member[];

beforeAll(async () => {
  const database = opened.use(await migratedDatabase());
  const secret = randomBytes(32).toString("hex");
  post = opened.use(await postOffice(secret));
  const settings = settingsFrom({
    NODE_ENV: "production",
    DATABASE_URL: database.url,
    KEYS: `1:${key}`,
    JWT_KEYS: `1:${key}`,
    PUBLIC_URL: publicUrl,
    SMTP_URL: `smtp://127.0.0.1:${post.smtp.port}`,
    SMTP_INSECURE: "true",
    MAIL_FROM: "Sign-up <no-reply@signup.example>",
    SMS_URL: post.gateway,
    SMS_SECRET: secret,
  });
  application = opened.use(await openApplication(settings, opened.use(messengerFor(settings))));
  ({ call } = opened.use(await serve(http(application))));
  sql = postgresJs(database.url, { max: 1 });
  opened.use({ [Symbol.asyncDispose]: () => sql.end() });
  members = await newMembers(7);
  await delivered();
});

afterAll(() => opened.close());

const password = "correct horse battery staple";
const checkInbox = { status: "check-inbox" };

let people = 0;
/** Somebody whom nobody knows yet. */
const newcomer = (own: object = {}) => {
  people += 1;
  const email = `ada${people}@example.com`;
  const phone = `+34600${String(100_000 + people)}`;
  return { name: "Ada", surname: "Lovelace", email, phone, hobbies: ["mathematics"], password, ...own };
};
type Newcomer = ReturnType<typeof newcomer>;

const signUp = (json: unknown) => call("POST", "/api/v1/signup/", { json });
const confirm = (what: string, json: unknown) => call("POST", `/api/v1/signup/${what}/`, { json });
const logIn = ({ email, password }: Pick<Newcomer, "email" | "password">) => call("POST", "/api/v1/login/", { json: { email, password } });
const profileOf = (bearer: string) => call("GET", "/api/v1/profile/", { bearer });

/** What the worker does, in this process. */
const delivered = async () => expect((await application.durable.settled()).isOk()).toBe(true);

const linkFor = (email: string) => decodeURIComponent(/\/confirm#(\S+)/.exec(post.mail(email, "/confirm#").text)?.[1] ?? "");
const codeIn = (text: string) => /\b\d{4}[ -]?\d{4}\b/.exec(text)?.[0] ?? "";
const outcome = ({ status, body }: Answer) => ({ status, body });
const codeOf = ({ body }: Answer) => (body as { readonly code?: string }).code;
const tokensIn = ({ body }: Answer) => body as { readonly access_token: string; readonly refresh_token: string };

interface Member {
  readonly person: Newcomer;
  readonly access_token: string;
  readonly refresh_token: string;
}

/** Those whose e-mail address is confirmed, and who are logged in. What they send beside the fields is nobody's business. */
async function newMembers(count: number): Promise<Member[]> {
  const persons = Array.from({ length: count }, () => newcomer({ role: "admin", phone_verified: true, id: "1" }));
  await Promise.all(persons.map(signUp));
  await delivered();
  return Promise.all(
    persons.map(async (person) => {
      await confirm("confirm-email", { link: linkFor(person.email), password });
      return { person, ...tokensIn(await logIn(person)) };
    }),
  );
}

const member = (): Member => members.pop() ?? expect.fail("there are no more members");

const problem = (status: number, code: string, title: string, rest: object = {}) => ({
  status,
  body: { type: `tag:denizen-js.github.io,2026:${code}`, title, status, code, ...rest },
});
const linkInvalid = problem(401, "challenge-invalid", "This code or link is not valid");
const unknownCredentials = problem(401, "invalid-credentials", "These credentials are not valid");

describe("from the sign-up to the profile", () => {
  test("a mail, a link, a text, a code, and one is known", async () => {
    const ada = newcomer({ name: "Ada 🌍", surname: "Lovelace-Ünïçødé 李", hobbies: ["mathématiques", "飛行機"] });
    expect(outcome(await signUp(ada))).toEqual({ status: 201, body: checkInbox });
    await delivered();
    expect(post.mail(ada.email, "/confirm#").subject).toBe("Confirm your e-mail address for Sign-up");
    expect(post.mail(ada.email, "/confirm#").text).toContain(`${publicUrl}/confirm#`);
    expect(post.text(ada.phone)).toBe("");
    expect(outcome(await logIn(ada))).toEqual(unknownCredentials);

    const link = linkFor(ada.email);
    expect(outcome(await confirm("confirm-email", { link, password: "wrong password of his" }))).toEqual(unknownCredentials);
    expect(outcome(await confirm("confirm-email", { link, password }))).toEqual({ status: 204, body: "" });
    expect(outcome(await confirm("confirm-email", { link, password }))).toEqual(linkInvalid);

    const loggedIn = await logIn(ada);
    expect(outcome(loggedIn)).toEqual({
      status: 200,
      body: { access_token: expect.any(String), expires_at: expect.any(String), refresh_token: expect.any(String), token_type: "Bearer" },
    });
    const { name, surname, email, phone, hobbies } = ada;
    const known = { name, surname, email, phone, hobbies, email_verified: true };
    expect(loggedIn.headers.get("cache-control")).toBe("no-store");
    const bearer = tokensIn(loggedIn).access_token;
    expect(outcome(await profileOf(bearer))).toEqual({ status: 200, body: { ...known, phone_verified: false } });

    await delivered();
    const code = codeIn(post.text(phone));
    const wrong = code.endsWith("0") ? "0000 0001" : "0000 0000";
    expect(outcome(await confirm("confirm-phone", { phone, code: wrong, password }))).toEqual(linkInvalid);
    expect(outcome(await confirm("confirm-phone", { phone, code, password }))).toEqual({ status: 204, body: "" });
    expect(outcome(await confirm("confirm-phone", { phone, code, password }))).toEqual(linkInvalid);
    expect(outcome(await profileOf(bearer))).toEqual({ status: 200, body: { ...known, phone_verified: true } });
  });

  test("the code in the mail does as well as the link, and a text that was asked for before counts", async () => {
    const ada = newcomer();
    const { email, phone } = ada;
    await signUp(ada);
    expect(outcome(await confirm("resend-phone", { phone }))).toEqual({ status: 202, body: "" });
    await delivered();
    const code = codeIn(post.mail(email, "/confirm#").text);
    expect(outcome(await confirm("confirm-email", { email, code, password }))).toEqual({ status: 204, body: "" });
    await delivered();
    expect(outcome(await confirm("confirm-phone", { phone, code: codeIn(post.text(phone)), password }))).toEqual({ status: 204, body: "" });
    const subscribers = (await application.durable.status())._unsafeUnwrap();
    expect(subscribers.map(({ waiting, deadLetters }) => [waiting, deadLetters])).toEqual(subscribers.map(() => [0, 0]));
  });

  test("the next mail takes the place of the first one", async () => {
    const ada = newcomer();
    await signUp(ada);
    await delivered();
    const first = linkFor(ada.email);
    const resent = await confirm("resend-email", { email: ada.email });
    expect(outcome(resent)).toEqual({ status: 202, body: "" });
    await delivered();
    expect(linkFor(ada.email)).not.toBe(first);
    expect(outcome(await confirm("confirm-email", { link: first, password }))).toEqual(linkInvalid);
    expect((await confirm("confirm-email", { link: linkFor(ada.email), password })).status).toBe(204);
    const soon = await confirm("resend-email", { email: ada.email });
    expect(outcome(soon)).toEqual(problem(429, "too-many-attempts", "There were too many attempts", { retryAt: expect.any(String) }));
    expect(soon.headers.get("retry-after")).toEqual(expect.any(String));
  });

  test("a code for one thing is none for another, nor for another's address", async () => {
    const [ada, eve] = [newcomer(), newcomer()];
    await signUp(ada);
    await signUp(eve);
    await delivered();
    const code = codeIn(post.mail(ada.email, "/confirm#").text);
    expect(outcome(await confirm("confirm-phone", { phone: ada.phone, code, password }))).toEqual(linkInvalid);
    expect(outcome(await confirm("confirm-email", { email: eve.email, code, password }))).toEqual(linkInvalid);
  });

  test("20 confirmations of one code at once have one effect", async () => {
    const { person, access_token } = member();
    const actor = (await application.authenticate(access_token))._unsafeUnwrap();
    const proof = { phone: person.phone, code: codeIn(post.text(person.phone)), password };
    const answers = await Promise.all(Array.from({ length: 20 }, () => confirm("confirm-phone", proof)));
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
    // Guesses are counted before they are compared, right ones too.
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([204, 401, 429]));
    const happened = await application.as(actor).queries.history({ type: "phone-verified" });
    expect(happened._unsafeUnwrap().items).toHaveLength(1);
  });
});

test("who is gone before a text leaves is sent none", async () => {
  const gone = newcomer();
  await signUp(gone);
  await delivered();
  await confirm("confirm-email", { link: linkFor(gone.email), password });
  const { sub: id = "" } = decodeJwt(tokensIn(await logIn(gone)).access_token);
  const erased = await systemActor("data-protection").asyncAndThen((office) => application.as(office).commands.eraseUser({ id }));
  expect(erased.isOk()).toBe(true);
  await delivered();
  expect(post.text(gone.phone)).toBe("");
});

describe("an address that is somebody's already", () => {
  test("gets the same answer, and its holder is told", async () => {
    const { person } = member();
    const [free, email, phone] = await Promise.all([
      signUp(newcomer()),
      signUp(newcomer({ email: person.email.toUpperCase() })),
      signUp(newcomer({ phone: person.phone })),
    ]);
    const seen = ({ status, headers, body }: Answer) => ({ status, body, headers: [...headers].filter(([name]) => name !== "date") });
    expect(seen(email)).toEqual(seen(free));
    expect(seen(phone)).toEqual(seen(free));
    await delivered();
    expect(post.mail(person.email, "already has an account").subject).toBe("You already have an account at Sign-up");
  });

  test("tells nothing by log-in, confirmation or another mail", async () => {
    const { person } = member();
    const stranger = newcomer();
    const taken = newcomer({ email: person.email });
    await signUp(stranger);
    await signUp(taken);
    const guess = "a password that is wrong";
    // Free: signed up and pending, with the password that was chosen. Taken: with the one that the stranger has chosen.
    expect(outcome(await logIn({ email: stranger.email, password }))).toEqual(unknownCredentials);
    expect(outcome(await logIn({ email: person.email, password: guess }))).toEqual(unknownCredentials);
    expect(outcome(await logIn({ email: "nobody@example.com", password: guess }))).toEqual(unknownCredentials);
    const asked = await Promise.all(
      [stranger.email, person.email, "nobody2@example.com"].map((email) => confirm("resend-email", { email })),
    );
    expect(asked.map(outcome)).toEqual(Array.from({ length: 3 }, () => ({ status: 202, body: "" })));
    const phones = await Promise.all([stranger.phone, "+34600999999"].map((phone) => confirm("resend-phone", { phone })));
    expect(phones.map(outcome)).toEqual(Array.from({ length: 2 }, () => ({ status: 202, body: "" })));
  });

  test("goes back to whoever has the mailbox or the phone, if nobody has proved it", async () => {
    const [eve, mallory] = [newcomer(), newcomer()];
    await Promise.all([eve, mallory].map(signUp));
    await confirm("resend-phone", { phone: mallory.phone });
    await delivered();
    const code = codeIn(post.text(mallory.phone));
    expect(outcome(await confirm("release-phone", { phone: mallory.phone, code }))).toEqual({ status: 204, body: "" });
    expect(outcome(await confirm("release-email", { link: linkFor(eve.email) }))).toEqual({ status: 204, body: "" });
    expect(outcome(await confirm("release-email", { link: linkFor(eve.email) }))).toEqual(linkInvalid);
    const owner = newcomer({ email: eve.email, phone: mallory.phone, password: "a secret of her very own" });
    await signUp(owner);
    await delivered();
    expect((await confirm("confirm-email", { link: linkFor(owner.email), password: owner.password })).status).toBe(204);
    expect((await logIn(owner)).status).toBe(200);
    expect(outcome(await logIn(eve))).toEqual(unknownCredentials);
  });

  test("20 sign-ups at once make one user", async () => {
    const ada = newcomer();
    const answers = await Promise.all(Array.from({ length: 20 }, () => signUp(ada)));
    expect(answers.map(outcome)).toEqual(Array.from({ length: 20 }, () => ({ status: 201, body: checkInbox })));
    const [rows] = await sql`select
      (select count(*)::int from denizen_user_emails where address = ${ada.email}) as emails,
      (select count(*)::int from denizen_user_phones where number = ${ada.phone}) as phones`;
    expect(rows).toEqual({ emails: 1, phones: 1 });
  });
});

describe("what is not valid names its field", () => {
  const attribute = (path: string, message: string) =>
    problem(422, "attributes-invalid", "The attributes are not valid", { issues: [{ path, message }] });
  const shape = (argument: string, reason: string) =>
    problem(422, "invalid-argument", "A part of the request is not valid", { detail: `${argument} ${reason}`, argument, reason });
  const needs = (type: string) => `Invalid input: expected ${type}, received undefined`;

  test("what the domain has a rule for", async () => {
    const cases: [string, string][] = [
      ["name", ""],
      ["name", "two\nlines"],
      ["name", "x".repeat(201)],
      ["email", "no address"],
      ["email", "a@example.com, b@example.com"],
      ["phone", "600123456"],
      ["phone", "phone"],
      ["password", "short"],
      ["password", "password123"],
    ];
    const answers = await Promise.all(cases.map(([field, value]) => signUp(newcomer({ [field]: value }))));
    const codes = cases.map(([field]) => (field === "password" ? "password-rejected" : `${field}-invalid`));
    expect(answers.map(outcome)).toEqual(
      codes.map((code) => ({
        status: 422,
        body: expect.objectContaining({ code, detail: expect.any(String), reason: expect.any(String) }),
      })),
    );
    expect(answers[0]?.headers.get("content-type")).toBe("application/problem+json");
  });

  test("what this application has a rule for", async () => {
    const cases: [string, object, string][] = [
      ["surname", { surname: " " }, "must not be empty"],
      ["surname", { surname: "two\nlines" }, "must be one line"],
      ["surname", { surname: "x".repeat(101) }, "must have at most 100 characters"],
      ["hobbies", { hobbies: Array.from({ length: 21 }, () => "chess") }, "must be 20 at most"],
      ["hobbies.1", { hobbies: ["chess", "x".repeat(51)] }, "must have at most 50 characters"],
      ["hobbies.0", { hobbies: [""] }, "must not be empty"],
    ];
    const answers = await Promise.all(cases.map(([, own]) => signUp(newcomer(own))));
    expect(answers.map(outcome)).toEqual(cases.map(([path, , message]) => attribute(path, message)));
  });

  test.each(["name", "surname", "email", "phone", "password"])("%s is missing", async (field) => {
    expect(outcome(await signUp(newcomer({ [field]: undefined })))).toEqual(shape(field, needs("string")));
  });

  test("hobbies are missing, or another thing", async () => {
    expect(outcome(await signUp(newcomer({ hobbies: undefined })))).toEqual(shape("hobbies", needs("array")));
    expect(outcome(await signUp(newcomer({ hobbies: [1] })))).toEqual(
      shape("hobbies.0", "Invalid input: expected string, received number"),
    );
  });

  test("a role or a flag that is sent as well changes nothing", async () => {
    const { access_token } = member();
    expect((await profileOf(access_token)).body).toMatchObject({ email_verified: true, phone_verified: false });
  });

  test("proofs of another shape", async () => {
    const either = "must have link and password, or email, code and password";
    expect(outcome(await confirm("confirm-email", { link: "x" }))).toEqual(shape("", either));
    expect(outcome(await confirm("release-email", {}))).toEqual(shape("", "must have link, or email, code"));
    expect(outcome(await confirm("confirm-phone", { phone: "+34600123456", code: "1" }))).toEqual(shape("password", needs("string")));
    expect(outcome(await confirm("release-phone", {}))).toEqual(shape("phone", needs("string")));
    expect(outcome(await confirm("resend-email", {}))).toEqual(shape("email", needs("string")));
    expect(outcome(await confirm("resend-phone", {}))).toEqual(shape("phone", needs("string")));
    expect(codeOf(await confirm("resend-phone", { phone: "1" }))).toBe("phone-invalid");
    expect(codeOf(await confirm("resend-email", { email: "1" }))).toBe("email-invalid");
  });

  test("links that are none of ours", async () => {
    for (const link of ["", "x", "👀", "a.b.c", "x".repeat(10_000)])
      expect(outcome(await confirm("confirm-email", { link, password }))).toEqual(linkInvalid);
  });
});

describe("sessions", () => {
  test("a refresh token gives the next pair, and a log-out ends all of it at once", async () => {
    const { access_token, refresh_token } = member();
    const refreshed = await call("POST", "/api/v1/refresh/", { json: { refresh_token } });
    expect(outcome(refreshed)).toEqual({
      status: 200,
      body: { access_token: expect.any(String), expires_at: expect.any(String), refresh_token: expect.any(String), token_type: "Bearer" },
    });
    const next = tokensIn(refreshed);
    expect((await profileOf(next.access_token)).status).toBe(200);
    const loggedOut = await call("POST", "/api/v1/logout/", { json: { refresh_token: next.refresh_token } });
    expect(outcome(loggedOut)).toEqual({ status: 204, body: "" });
    for (const token of [access_token, next.access_token])
      expect(outcome(await profileOf(token))).toEqual(problem(401, "not-authenticated", "This takes a log-in"));
    const over = problem(401, "refresh-token-invalid", "The refresh token is not valid");
    expect(outcome(await call("POST", "/api/v1/refresh/", { json: { refresh_token: next.refresh_token } }))).toEqual(over);
    expect(outcome(await call("POST", "/api/v1/logout/", { json: { refresh_token: next.refresh_token } }))).toEqual({
      status: 204,
      body: "",
    });
  });

  test("who guesses is locked out, after ten", async () => {
    const email = "guessed@example.com";
    const answers: number[] = [];
    for (let guess = 0; guess <= 10; guess++) answers.push((await logIn({ email, password: `guess number ${guess}` })).status);
    expect(answers).toEqual([...Array.from({ length: 10 }, () => 401), 429]);
  });

  test("access tokens that are missing, garbage, expired, forged", async () => {
    const { access_token } = member();
    const missing = problem(401, "not-authenticated", "This takes a log-in");
    expect(outcome(await call("GET", "/api/v1/profile/"))).toEqual(missing);
    expect(outcome(await call("GET", "/api/v1/profile/", { headers: { authorization: "Basic YTpi" } }))).toEqual(missing);

    const [head = "", payload = "", signature = ""] = access_token.split(".");
    const part = (json: string): Record<string, unknown> => JSON.parse(Buffer.from(json, "base64url").toString());
    const signed = (claims: object, secret: Uint8Array) =>
      new SignJWT({ ...part(payload), ...claims }).setProtectedHeader({ ...part(head), alg: "HS256" }).sign(secret);
    const own = Buffer.from(key, "base64");
    const minutesAgo = Math.floor(Date.now() / 1000) - 600;
    const bad = [
      "garbage",
      `${head}.${payload}.${signature.slice(0, -2)}AA`,
      `${Buffer.from(JSON.stringify({ ...part(head), alg: "none" })).toString("base64url")}.${payload}.`,
      await signed({ iat: minutesAgo - 900, exp: minutesAgo }, own),
      await signed({ aud: "https://elsewhere.example" }, own),
      await signed({}, randomBytes(32)),
    ];
    expect((await profileOf(await signed({}, own))).status).toBe(200);
    for (const token of bad) {
      const answer = await profileOf(token);
      expect(outcome(answer)).toEqual(problem(401, "access-token-invalid", "The access token is not valid"));
      expect(answer.headers.get("www-authenticate")).toBe('Bearer error="invalid_token"');
    }
  });

  test("a person's refresh token is no access token, and the other way round", async () => {
    const { access_token, refresh_token } = member();
    expect((await profileOf(refresh_token)).status).toBe(401);
    expect((await call("POST", "/api/v1/refresh/", { json: { refresh_token: access_token } })).status).toBe(401);
    expect((await profileOf(access_token)).status).toBe(200);
  });
});

describe("HTTP", () => {
  test("bodies that cannot be read, or are too large", async () => {
    const headers = { "content-type": "application/json" };
    const malformed = await call("POST", "/api/v1/signup/", { raw: "{", headers });
    expect(outcome(malformed)).toEqual(problem(400, "body-malformed", "The body cannot be read"));
    const huge = await signUp(newcomer({ hobbies: ["x".repeat(70_000)] }));
    expect(outcome(huge)).toEqual(problem(413, "body-too-large", "The body is too large"));
  });

  test("routes that are none", async () => {
    const unknown = problem(404, "route-unknown", "There is nothing at this address");
    for (const [method, path] of [
      ["GET", "/api/v1/signup/"],
      ["POST", "/api/v1/profile/"],
      ["POST", "/api/v2/signup/"],
      ["GET", "/pages/../settings.ts"],
      ["GET", "/pages/..%2fsettings.ts"],
    ] as const)
      expect(outcome(await call(method, path))).toEqual(unknown);
  });

  test("it lives, and the database answers", async () => {
    expect(outcome(await call("GET", "/health"))).toEqual({ status: 200, body: { status: "ok" } });
    expect(outcome(await call("GET", "/ready"))).toEqual({ status: 200, body: { status: "ok" } });
  });

  test("without its database it lives, and says that it cannot work", async () => {
    const settings = settingsFrom({
      DATABASE_URL: `postgres://127.0.0.1:${await freePort()}/none`,
      KEYS: `1:${key}`,
      JWT_KEYS: `1:${key}`,
    });
    await using alone = await openApplication(settings);
    await using server = await serve(http(alone));
    const busy = problem(503, "store-unavailable", "This is not available for the moment");
    expect((await server.call("GET", "/health")).status).toBe(200);
    const ready = await server.call("GET", "/ready");
    expect(outcome(ready)).toEqual(busy);
    expect(ready.headers.get("retry-after")).toBe("5");
    expect(outcome(await server.call("POST", "/api/v1/signup/", { json: newcomer() }))).toEqual(busy);
  });

  test("whatever is wrong with its database, it can work again later", async () => {
    vi.spyOn(application, "transact").mockReturnValueOnce(errAsync(domainError("work-threw", "the connection was lost in the middle")));
    expect(outcome(await call("GET", "/ready"))).toEqual(problem(503, "store-unavailable", "This is not available for the moment"));
  });

  test("pages load what is this origin's, and no script is within them", async () => {
    for (const path of ["/", "/confirm", "/profile"]) {
      const page = await call("GET", path);
      expect(page.status).toBe(200);
      expect(page.headers.get("content-security-policy")).toContain("default-src 'none'; script-src 'self'");
      const html = String(page.body);
      expect(html).not.toMatch(/<script(?! type="module" src="\/pages\/[a-z-]+\.js"><\/script>)|<style|style=| on[a-z]+=/);
      for (const [, file = ""] of html.matchAll(/(?:src|href)="(\/pages\/[^"]+)"/g)) expect((await call("GET", file)).status).toBe(200);
      for (const [, id] of html.matchAll(/<input\s+id="([^"]+)"/g)) expect(html).toContain(`<label for="${id}">`);
    }
    for (const script of ["ask.js", "form.js"])
      expect((await call("GET", `/pages/${script}`)).headers.get("content-type")).toBe("text/javascript; charset=utf-8");
  });

  test("the documentation has every route, and comes from here", async () => {
    const { body } = await call("GET", "/openapi.json");
    const { paths } = body as { readonly paths: Record<string, object> };
    const routes = Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method} ${path}`));
    const posts = [
      "",
      ...["confirm-email", "confirm-phone", "release-email", "release-phone", "resend-email", "resend-phone"].map((name) => `${name}/`),
    ];
    expect(routes.sort()).toEqual(
      [
        "get /api/v1/profile/",
        "get /health",
        "get /ready",
        ...["login", "refresh", "logout"].map((name) => `post /api/v1/${name}/`),
        ...posts.map((name) => `post /api/v1/signup/${name}`),
      ].sort(),
    );
    const page = await call("GET", "/docs/");
    expect(page.status).toBe(200);
    expect(String(page.body)).not.toMatch(/(?:src|href)="https?:/);
  });
});
