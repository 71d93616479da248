import { SignJWT, decodeJwt } from "jose";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openWorld, password, problem, seen, textIn, vulcan } from "./planets-api-world.js";
import type { Person, World } from "./planets-api-world.js";

let world: World;
let ada: Person;
let eve: Person;
let admin: Person;

beforeAll(async () => {
  world = await openWorld();
  [ada, eve, admin] = await Promise.all([world.person(), world.person(), world.person()]);
  await world.makeAdmin(admin);
});

afterAll(() => world.close());

describe("signing up", () => {
  test.each(["form", "json"] as const)("by a body as %s", async (kind) => {
    const email = `grace.${kind}@example.com`;
    const answer = await world.call("POST", "/api/v1/users", { [kind]: { first_name: "Grace", last_name: "Hopper", email, password } });
    const id = textIn(answer, "id");
    expect(seen(answer)).toEqual({ status: 201, body: { id, first_name: "Grace", last_name: "Hopper", email, password: "******" } });
    expect(answer.headers.get("location")).toBe(`/api/v1/users/${id}`);
  });

  test("an address that is taken, in whatever case", async () => {
    const form = { first_name: "Eve", last_name: "Moore", email: ada.email.toUpperCase(), password };
    expect(seen(await world.call("POST", "/api/v1/users", { form }))).toMatchObject(
      problem(409, "email-taken", "This e-mail address is taken"),
    );
  });

  test.each([
    ["no address", { email: "nowhere" }, "email-invalid"],
    ["a weak password", { password: "password" }, "password-rejected"],
    ["no name", { first_name: "", last_name: "" }, "name-invalid"],
  ])("%s is a bad request", async (_, wrong, code) => {
    const form = { first_name: "A", last_name: "B", email: "a.b@example.com", password, ...wrong };
    expect(await world.call("POST", "/api/v1/users", { form })).toMatchObject({ status: 400, body: { code, status: 400 } });
  });

  test("a part that is missing, a wrong type, no body, another kind of body", async () => {
    const post = (asked: object) => world.call("POST", "/api/v1/users", asked);
    expect(seen(await post({ json: { first_name: "A" } }))).toMatchObject({ status: 400, body: { argument: "last_name" } });
    expect(seen(await post({ json: { first_name: 1, last_name: "B", email: "a@b.example", password } }))).toMatchObject({
      status: 400,
      body: { code: "invalid-argument", argument: "first_name" },
    });
    expect(seen(await post({}))).toEqual(problem(400, "body-missing", "This takes a body"));
    expect(await post({ raw: "{", headers: { "content-type": "application/json" } })).toMatchObject({
      status: 400,
      body: { code: "body-malformed" },
    });
    expect(await post({ raw: "a", headers: { "content-type": "text/plain" } })).toMatchObject({
      status: 415,
      body: { code: "body-unsupported" },
    });
    expect(await post({ json: {}, headers: { "content-type": "application/vnd.x+json" } })).toMatchObject({ status: 400 });
    expect(await post({ form: { first_name: "x".repeat(70_000) } })).toMatchObject({ status: 413, body: { code: "body-too-large" } });
  });

  test("of twenty at once with one address, one is let in", async () => {
    const json = { first_name: "Twin", last_name: "Twin", email: "twin@example.com", password };
    const answers = await Promise.all(Array.from({ length: 20 }, () => world.call("POST", "/api/v1/users", { json })));
    // On a machine that has no time to hash them all, some are asked to come again.
    expect(answers.filter(({ status }) => ![409, 503].includes(status))).toMatchObject([{ status: 201 }]);
    expect(await world.call("POST", "/api/v1/login", { json: { email: json.email, password } })).toMatchObject({ status: 200 });
  });
});

describe("sessions", () => {
  test("log in, refresh, log out", async () => {
    const loggedIn = await world.call("POST", "/api/v1/login", { form: { email: eve.email, password } });
    const tokens = {
      access_token: expect.any(String),
      token_type: "Bearer",
      expires_at: expect.any(String),
      refresh_token: expect.any(String),
    };
    expect(seen(loggedIn)).toEqual({ status: 200, body: tokens });
    const refreshed = await world.call("POST", "/api/v1/refresh", { json: { refresh_token: textIn(loggedIn, "refresh_token") } });
    expect(seen(refreshed)).toEqual({ status: 200, body: tokens });
    const bearer = textIn(refreshed, "access_token");
    expect(seen(await world.call("POST", "/api/v1/logout", { bearer }))).toEqual({ status: 204, body: "" });
    // The token is signed and has not expired: that its session has ended is seen all the same.
    expect(seen(await world.call("GET", "/planets", { bearer }))).toEqual(problem(401, "not-authenticated", "This takes a log-in"));
    expect(await world.call("POST", "/api/v1/refresh", { json: { refresh_token: textIn(refreshed, "refresh_token") } })).toMatchObject({
      status: 401,
      body: { code: "refresh-token-invalid" },
    });
  });

  test("a token that has expired, or that another secret has signed", async () => {
    const { iat = 0, ...claims } = decodeJwt(ada.token);
    const signed = (age: number, secret = world.settings.JWT_SECRET.reveal()) =>
      new SignJWT(claims)
        .setProtectedHeader({ alg: "HS256", kid: "1", typ: "at+jwt" })
        .setIssuedAt(iat - age)
        .setExpirationTime(iat - age + 900)
        .sign(new TextEncoder().encode(secret));
    expect(await world.call("GET", "/planets", { bearer: await signed(0) })).toMatchObject({ status: 200 });
    const refused = problem(401, "access-token-invalid", "The access token is not valid");
    expect(seen(await world.call("GET", "/planets", { bearer: await signed(1000) }))).toEqual(refused);
    expect(seen(await world.call("GET", "/planets", { bearer: await signed(0, "x".repeat(64)) }))).toEqual(refused);
  });

  test("a stranger is answered as a wrong password is", async () => {
    const wrong = await world.call("POST", "/api/v1/login", { json: { email: ada.email, password: "wrong" } });
    expect(seen(wrong)).toEqual(problem(401, "invalid-credentials", "These credentials are not valid"));
    expect(seen(await world.call("POST", "/api/v1/login", { json: { email: "no@example.com", password: "wrong" } }))).toEqual(seen(wrong));
  });
});

describe("users", () => {
  const user = ({ id, email }: Person, rest: object = {}) => ({
    ...{ id, first_name: "Ada", last_name: "Lovelace", email, password: "******" },
    ...rest,
  });

  test("who reads whom", async () => {
    expect(seen(await world.call("GET", `/api/v1/users/${ada.id}`, { bearer: ada.token }))).toEqual({ status: 200, body: user(ada) });
    expect(seen(await world.call("GET", `/api/v1/users/${ada.id}`, { bearer: admin.token }))).toEqual({ status: 200, body: user(ada) });
    const refused = problem(403, "not-authorized", "This is not allowed");
    expect(seen(await world.call("GET", `/api/v1/users/${ada.id}`, { bearer: eve.token }))).toEqual(refused);
    // Whether there is somebody is told to administrators alone.
    expect(seen(await world.call("GET", "/api/v1/users/nobody", { bearer: eve.token }))).toEqual(refused);
    expect(seen(await world.call("GET", "/api/v1/users/nobody", { bearer: admin.token }))).toEqual(
      problem(404, "user-not-found", "There is no such user"),
    );
    expect(seen(await world.call("GET", "/api/v1/users", { bearer: eve.token }))).toEqual(refused);
  });

  test("pages of all users, for administrators", async () => {
    const first = await world.call("GET", "/api/v1/users?order=name&limit=2", { bearer: admin.token });
    expect(first).toMatchObject({ status: 200, body: { items: [{ first_name: "Ada" }, { first_name: "Ada" }] } });
    const next = await world.call("GET", `/api/v1/users?order=name&limit=2&after=${encodeURIComponent(textIn(first, "next"))}`, {
      bearer: admin.token,
    });
    expect(next).toMatchObject({ status: 200, body: { items: [{ first_name: "Ada" }, {}] } });
    expect(await world.call("GET", "/api/v1/users?email_verified=true", { bearer: admin.token })).toMatchObject({ body: { items: [] } });
    expect(await world.call("GET", "/api/v1/users?limit=1000", { bearer: admin.token })).toMatchObject({ status: 400 });
    expect(await world.call("GET", "/api/v1/users?after=x", { bearer: admin.token })).toMatchObject({ body: { code: "cursor-invalid" } });
  });

  test("PUT as a whole, by both addresses, and as a form", async () => {
    const whole = { first_name: "Augusta", last_name: "King", email: ada.email };
    const changed = { status: 200, body: user(ada, whole) };
    expect(seen(await world.call("PUT", `/api/v1/users/${ada.id}`, { json: whole, bearer: ada.token }))).toEqual(changed);
    const names = { ...whole, first_name: "Zoë 佳" };
    expect(seen(await world.call("PUT", "/update_user", { form: { ...names, id: ada.id }, bearer: ada.token }))).toEqual({
      status: 200,
      body: user(ada, names),
    });
    // By an administrator, and as JSON.
    expect(seen(await world.call("PUT", "/update_user", { json: { ...whole, id: ada.id }, bearer: admin.token }))).toEqual(changed);
    const back = { ...whole, first_name: "Ada", last_name: "Lovelace" };
    expect(await world.call("PUT", `/api/v1/users/${ada.id}`, { json: back, bearer: ada.token })).toMatchObject({ status: 200 });
    expect(seen(await world.call("PUT", "/update_user", { form: { ...whole, id: ada.id }, bearer: eve.token }))).toMatchObject({
      status: 403,
    });
    expect(await world.call("PUT", "/update_user", { form: { ...whole, id: "nobody" }, bearer: admin.token })).toMatchObject({
      status: 404,
    });
    expect(await world.call("PUT", "/update_user", { form: { id: ada.id }, bearer: ada.token })).toMatchObject({ status: 400 });
    expect(await world.call("PUT", `/api/v1/users/${ada.id}`, { json: { last_name: "X" }, bearer: ada.token })).toMatchObject({
      status: 400,
    });
  });

  test("PATCH changes what is named, and null removes nothing that has to be there", async () => {
    const patch = (json: unknown, type = "application/merge-patch+json") =>
      world.call("PATCH", `/api/v1/users/${eve.id}`, { json, bearer: eve.token, headers: { "content-type": type } });
    expect(seen(await patch({ last_name: "Moore" }))).toEqual({ status: 200, body: user(eve, { last_name: "Moore" }) });
    expect(seen(await patch({}, "application/json"))).toEqual({ status: 200, body: user(eve, { last_name: "Moore" }) });
    expect(await patch({ first_name: null })).toMatchObject({ status: 400, body: { argument: "first_name" } });
    expect(await patch([])).toMatchObject({ status: 400 });
    expect(await patch({ email: "x" })).toMatchObject({ status: 400, body: { code: "email-invalid" } });
    // Nothing that is no field of his.
    expect(seen(await patch({ last_name: "Lovelace", id: ada.id, roles: ["admin"], __proto__: { id: 1 } }))).toEqual({
      status: 200,
      body: user(eve),
    });
    expect(await world.call("GET", "/api/v1/users", { bearer: eve.token })).toMatchObject({ status: 403 });
  });

  test("a new password takes the current one, and no administrator chooses it", async () => {
    const person = await world.person();
    const patch = (json: object, bearer = person.token) => world.call("PATCH", `/api/v1/users/${person.id}`, { json, bearer });
    const next = "a new horse with new batteries";
    expect(await patch({ first_name: "Mary", password: next })).toMatchObject({ status: 401, body: { code: "invalid-credentials" } });
    expect(await patch({ password: next, current_password: "wrong" })).toMatchObject({ status: 401 });
    expect(await patch({ password: "short", current_password: password })).toMatchObject({ status: 400 });
    expect(await patch({ password: next }, admin.token)).toMatchObject({ status: 403 });
    expect(await patch({ email: "new@example.com" }, admin.token)).toMatchObject({ status: 403 });
    // What was refused has changed nothing.
    expect(await world.call("GET", `/api/v1/users/${person.id}`, { bearer: person.token })).toMatchObject({ body: { first_name: "Ada" } });
    expect(await patch({ first_name: "Mary", password: next, current_password: password })).toMatchObject({
      status: 200,
      body: { first_name: "Mary" },
    });
    expect(await world.call("POST", "/api/v1/login", { json: { email: person.email, password: next } })).toMatchObject({ status: 200 });
  });

  test("a super administrator is not removed", async () => {
    const root = await world.person();
    expect((await world.application.bootstrap.grant({ id: root.id, role: "super-admin" })).isOk()).toBe(true);
    expect(await world.call("DELETE", `/removeuser?id=${root.id}`, { bearer: admin.token })).toMatchObject({ status: 403 });
    expect(seen(await world.call("DELETE", `/api/v1/users/${root.id}`, { bearer: root.token }))).toEqual(
      problem(409, "account-protected", "This account is protected by its role"),
    );
  });
});

describe("removing users", () => {
  test("his planets stay and are nobody's, in the commit that forgets him", async () => {
    const person = await world.person();
    const { token: bearer } = person;
    const planet = textIn(await world.call("POST", "/api/v1/planets", { json: { ...vulcan, planet_name: "Orphan" }, bearer }), "planet_id");
    const gone = await world.call("POST", "/api/v1/planets", { json: { ...vulcan, planet_name: "Gone" }, bearer });
    await world.call("DELETE", `/removeplanet?id=${textIn(gone, "planet_id")}`, { bearer });

    expect(await world.call("DELETE", `/removeuser?id=${person.id}`, { bearer: eve.token })).toMatchObject({ status: 403 });
    // A rule that says no keeps both as they were.
    let refuses = true;
    world.application.inTransaction.subscribe("planet-orphaned", () => {
      if (refuses) throw new Error("not today");
    });
    const silent = captured();
    expect(await world.call("DELETE", `/removeuser?id=${person.id}`, { bearer })).toMatchObject({
      status: 500,
      body: { code: "subscriber-threw" },
    });
    silent.restore();
    refuses = false;
    expect(await world.call("GET", `/planet_details/${planet}`, { bearer })).toMatchObject({
      status: 200,
      body: { discoverer: person.id },
    });

    expect(seen(await world.call("DELETE", `/removeuser?id=${person.id}`, { bearer }))).toEqual({ status: 200, body: { id: person.id } });
    expect(await world.call("GET", "/planets", { bearer })).toMatchObject({ status: 401 });
    expect(await world.call("POST", "/api/v1/login", { json: { email: person.email, password } })).toMatchObject({ status: 401 });
    const left = await world.call("GET", `/api/v1/planets/${planet}`, { bearer: eve.token });
    expect(seen(left)).toEqual({ status: 200, body: { ...vulcan, planet_name: "Orphan", planet_id: planet, discoverer: null } });
    expect(left.headers.get("etag")).toBe('"2"');
    // Then only administrators change it.
    expect(await world.call("PATCH", `/api/v1/planets/${planet}`, { json: { mass: 1 }, bearer: eve.token })).toMatchObject({ status: 403 });
    expect(await world.call("PATCH", `/api/v1/planets/${planet}`, { json: { mass: 1 }, bearer: admin.token })).toMatchObject({
      status: 200,
    });
    expect(await world.call("DELETE", `/api/v1/users/${person.id}`, { bearer: admin.token })).toMatchObject({ status: 404 });
  });

  test("an administrator removes others", async () => {
    const person = await world.person();
    expect(seen(await world.call("DELETE", `/api/v1/users/${person.id}`, { bearer: admin.token }))).toEqual({ status: 204, body: "" });
    expect(await world.call("DELETE", `/removeuser?id=${person.id}`, { bearer: admin.token })).toMatchObject({ status: 404 });
    expect(await world.call("DELETE", "/removeuser", { bearer: admin.token })).toMatchObject({ status: 400 });
  });
});

/** What the operator is told, which is not for the report of the tests. */
function captured() {
  const { error } = console;
  console.error = () => undefined;
  return { restore: () => void (console.error = error) };
}
