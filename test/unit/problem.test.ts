import { describe, expect, test } from "vitest";
import { Application, ConfigurationError, Email, domainError, err, ok } from "denizen";
import { memory } from "denizen/memory";
import { defineProblems, problem, problemHeaders, problemMediaType, problems } from "denizen/problem";
import { fastHasher } from "denizen/testing";

const error = (code: string, details?: object) => domainError(code, "a sentence for the log", details);
const codesWith = (...statuses: readonly number[]): readonly string[] =>
  Object.entries(problems).flatMap(([code, { status }]) => (statuses.includes(status) ? [code] : []));

describe("statuses", () => {
  test.each<[number, readonly string[]]>([
    [
      422,
      ["invalid-argument", "email-invalid", "attributes-invalid", "password-rejected", "role-unknown", "cursor-invalid", "row-invalid"],
    ],
    [401, ["not-authenticated", "access-token-invalid", "refresh-token-invalid", "invalid-credentials", "second-factor-required"]],
    [403, ["not-authorized", "account-pending", "account-deactivated", "account-suspended", "command-disabled"]],
    [404, ["not-found", "user-not-found", "account-not-found", "session-not-found", "address-unknown", "row-not-found"]],
    [410, ["user-removed", "account-closed"]],
    [
      409,
      [
        "email-taken",
        "identifier-taken",
        "id-taken",
        "concurrency-conflict",
        "last-role-holder",
        "vetoed",
        "row-exists",
        "multiple-rows",
        "table-in-use",
      ],
    ],
    [429, ["too-many-attempts"]],
    [503, ["store-unavailable", "store-busy", "hasher-busy", "breach-check-unavailable"]],
    [500, ["store-failed", "hasher-failed", "work-threw", "subscriber-threw", "unit-closed", "not-storable", "commit-outcome-unknown"]],
  ])("%i", (status, codes) => {
    expect(codesWith(status)).toEqual(expect.arrayContaining([...codes]));
    for (const code of codes) expect(problem(error(code))).toMatchObject({ status, code });
  });

  test("there are no others", () => {
    expect(codesWith(401, 403, 404, 409, 410, 422, 429, 500, 503)).toEqual(Object.keys(problems));
  });
});

describe("a problem", () => {
  test("has the members that RFC 9457 knows, the code, and what may be shown", () => {
    expect(problem(domainError("email-taken", "this e-mail is another user's", { email: "ada@example.com" }))).toEqual({
      type: "tag:denizen-js.github.io,2026:email-taken",
      title: "This e-mail address is taken",
      status: 409,
      code: "email-taken",
      email: "ada@example.com",
    });
  });

  test("says why a value is refused, and does not repeat it", () => {
    const refused = problem(Email.parse("nobody")._unsafeUnwrapErr());
    expect(refused).toMatchObject({ code: "email-invalid", reason: "at-sign", detail: "An e-mail address has exactly one @." });
    expect(JSON.stringify(refused)).not.toContain("nobody");
  });

  test("is called after the host's base and the request", () => {
    expect(problem(error("not-found"), { base: "https://api.example.com/problems/", instance: "/planets/1?page=2" })).toMatchObject({
      type: "https://api.example.com/problems/not-found",
      instance: "/planets/1?page=2",
    });
  });

  test.each([undefined, null, 1, "", "a b", "a\nb", "ü", "%zz", "x".repeat(3000), {}])("%j is no URI to call it after", (value) => {
    const told = problem(error("not-found"), { base: value, instance: value } as never);
    expect(told.type).toBe("tag:denizen-js.github.io,2026:not-found");
    expect(told).not.toHaveProperty("instance");
  });

  test.each<[string, unknown]>([
    ["an exception", Object.assign(new Error("connect ECONNREFUSED 10.0.0.1:5432"), { code: "ECONNREFUSED" })],
    ["a code that nobody knows", error("planet-taken", { name: "Vulcan" })],
    ["a code that every object has", error("constructor")],
    ["a code without a message", { code: "email-taken", email: "ada@example.com" }],
    ["a result", err(error("email-taken", { email: "ada@example.com" }))],
    ["a text", "email-taken"],
    ["nothing", undefined],
  ])("is an internal error for %s, of which nothing is told", (_, value) => {
    expect(problem(value)).toEqual({
      type: "tag:denizen-js.github.io,2026:internal-error",
      title: "Something went wrong here",
      status: 500,
      code: "internal-error",
    });
  });
});

describe("a veto", () => {
  const vetoed = (reason: unknown) => error("vetoed", { subscriber: "dynamic", reason });

  test("is told as its reason, where that has a code of the table", () => {
    expect(problem(vetoed(error("email-taken", { email: "a@b.cd" })))).toMatchObject({ code: "email-taken", status: 409, email: "a@b.cd" });
    expect(problem(vetoed(error("not-authorized")))).toMatchObject({ code: "not-authorized", status: 403 });
    expect(problem(vetoed(error("subscriber-threw", { cause: "secret" })))).toMatchObject({ code: "subscriber-threw", status: 500 });
    expect(problem(vetoed(vetoed(error("phone-taken", { phone: "+34600000000" }))))).toMatchObject({ code: "phone-taken" });
  });

  test("is told as such otherwise", () => {
    for (const reason of [error("too-heavy", { mass: 10 }), undefined, "no", {}]) {
      expect(problem(vetoed(reason))).toEqual({
        type: "tag:denizen-js.github.io,2026:vetoed",
        title: "A rule is against this",
        status: 409,
        code: "vetoed",
      });
    }
  });

  test("may have itself as its reason", () => {
    const endless: { code: string; message: string; reason?: unknown } = { code: "vetoed", message: "" };
    endless.reason = endless;
    expect(problem(endless).code).toBe("vetoed");
  });

  test("by a host's rule is told with the host's code", async () => {
    const application = new Application({
      store: memory(),
      passwordHasher: fastHasher(),
      subscribers: (on) => [
        on("user-created", () => (Date.now() > 0 ? err(domainError("full", "no room", { room: 0, owner: "secret" })) : ok())),
      ],
    });
    const users = application.users();
    (await users.create({ name: "Ada" }))._unsafeUnwrap();
    const refused = (await users.save())._unsafeUnwrapErr();
    expect(problem(refused).code).toBe("vetoed");
    const told = defineProblems({ full: { status: 507, title: "There is no room left", shows: ["room"] } })(refused);
    expect(told).toMatchObject({ code: "full", status: 507, room: 0 });
    expect(told).not.toHaveProperty("owner");
  });
});

describe("headers", () => {
  const headersOf = (code: string, details?: object) => problemHeaders(problem(error(code, details)));

  test("name the type of the body", () => {
    expect(headersOf("not-found")).toEqual({ "content-type": problemMediaType });
    expect(problemMediaType).toBe("application/problem+json");
  });

  test("have a challenge with every 401, and blame the access token when it is the one to blame", () => {
    for (const code of codesWith(401)) expect(headersOf(code)["www-authenticate"]).toMatch(/^Bearer/);
    const blamed = codesWith(401).filter((code) => headersOf(code)["www-authenticate"]?.includes("invalid_token"));
    expect(blamed).toEqual(["access-token-invalid"]);
    for (const code of codesWith(403, 404, 409, 422, 500)) expect(headersOf(code)).not.toHaveProperty("www-authenticate");
  });

  test("say when to come back: at the next whole second, as HTTP writes dates", () => {
    const at = (retryAt: unknown) => headersOf("too-many-attempts", { retryAt })["retry-after"];
    expect(at("2026-11-05T10:00:00.000Z")).toBe("Thu, 05 Nov 2026 10:00:00 GMT");
    expect(at("2026-11-05T10:00:00.001Z")).toBe("Thu, 05 Nov 2026 10:00:01 GMT");
    for (const none of ["soon", "", 5, undefined, "+012345-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z"]) expect(at(none)).toBeUndefined();
    expect(problem(error("too-many-attempts", { retryAt: "2026-11-05T10:00:00.000Z" }))).toMatchObject({
      retryAt: "2026-11-05T10:00:00.000Z",
    });
  });

  test("say with every 503 to try again", () => {
    for (const code of codesWith(503)) expect(headersOf(code)["retry-after"]).toMatch(/^\d+$/);
    for (const code of codesWith(401, 403, 404, 409, 422, 429, 500)) expect(headersOf(code)).not.toHaveProperty("retry-after");
  });
});

describe("a host's table", () => {
  const told = defineProblems({
    "planet-taken": { status: 409, title: "This planet is taken", shows: ["name", "message"] },
    "invalid-argument": { status: 400, title: "Something is not valid" },
    "internal-error": { status: 500, title: "Algo ha ido mal" },
  });

  test("adds codes, replaces ours, and leaves the rest", () => {
    expect(told(error("planet-taken", { name: "Vulcan", owner: "secret" }), { base: "/problems/" })).toEqual({
      type: "/problems/planet-taken",
      title: "This planet is taken",
      status: 409,
      code: "planet-taken",
      name: "Vulcan",
      detail: "a sentence for the log",
    });
    expect(told(error("invalid-argument", { argument: "id" }))).toMatchObject({ status: 400, title: "Something is not valid" });
    expect(told(error("invalid-argument", { argument: "id" }))).not.toHaveProperty("argument");
    expect(told(error("email-taken"))).toMatchObject({ status: 409 });
    expect(told(null)).toMatchObject({ title: "Algo ha ido mal" });
    expect(problem(error("planet-taken")).code).toBe("internal-error");
  });

  test.each<[string, unknown]>([
    ["no object", null],
    ["a list", []],
    ["no type", { probe: null }],
    ["a status of success", { probe: { status: 200, title: "No" } }],
    ["a status as text", { probe: { status: "409", title: "No" } }],
    ["an empty title", { probe: { status: 409, title: "" } }],
    ["no title", { probe: { status: 409 } }],
    ["one member that is no list", { probe: { status: 409, title: "No", shows: "name" } }],
    ["a member that is no text", { probe: { status: 409, title: "No", shows: [1] } }],
    ["a member of RFC 9457's", { probe: { status: 409, title: "No", shows: ["status"] } }],
    ["what was thrown", { probe: { status: 409, title: "No", shows: ["cause"] } }],
    ["a dangerous member", { probe: { status: 409, title: "No", shows: ["__proto__"] } }],
    ["a code that is no part of a URI", { "planet taken": { status: 409, title: "No" } }],
    ["a table that cannot be read", Object.defineProperty({}, "probe", { enumerable: true, get: () => JSON.parse("{") })],
  ])("is refused at once: %s", (_, own) => {
    expect(() => defineProblems(own as never)).toThrow(ConfigurationError);
  });

  test("is told everything that is wrong with it, and is not read again", () => {
    const own = { one: { status: 1, title: "One" }, two: { status: 500, title: "" } };
    expect(() => defineProblems(own)).toThrow(/one.*\n.*two/);
    const mutable = { status: 409, title: "Before", shows: ["name"] };
    const before = defineProblems({ mutable });
    mutable.title = "After";
    mutable.shows.push("secret");
    expect(before(error("mutable", { name: "n", secret: "s" }))).toMatchObject({ title: "Before", name: "n" });
    expect(before(error("mutable", { name: "n", secret: "s" }))).not.toHaveProperty("secret");
  });
});
