import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openWorld, problem, seen, textIn, vulcan } from "./planets-api-world.js";
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

const known = problem(409, "planet-known", "There is a planet of this name");
const unknown = problem(404, "not-found", "There is no such thing", { kind: "planet" });
const forbidden = problem(403, "not-authorized", "This is not allowed");

const register = (planet_name: string, bearer = ada.token, rest: object = {}) =>
  world.call("POST", "/api/v1/planets", { json: { ...vulcan, planet_name, ...rest }, bearer });

describe("registering", () => {
  test("as JSON, and as a form", async () => {
    const asJson = await register("Vulcan");
    const planet_id = textIn(asJson, "planet_id");
    expect(seen(asJson)).toEqual({ status: 201, body: { ...vulcan, planet_id, discoverer: ada.id } });
    expect([asJson.headers.get("location"), asJson.headers.get("etag")]).toEqual([`/api/v1/planets/${planet_id}`, '"1"']);

    const form = { planet_name: "  Planet   Nine ", planet_type: "ice giant", home_star: "", mass: "5e24", radius: "2.5", distance: "-0" };
    const asForm = await world.call("POST", "/api/v1/planets", { form, bearer: ada.token });
    expect(asForm).toMatchObject({
      status: 201,
      body: { planet_name: "Planet Nine", home_star: null, mass: 5e24, radius: 2.5, distance: 0 },
    });
    const path = `/planet_details/${textIn(asForm, "planet_id")}`;
    expect(seen(await world.call("GET", path, { bearer: eve.token }))).toEqual({ status: 200, body: asForm.body });
  });

  test("one that is known, in whatever case and form", async () => {
    expect(await register("Straße Çelebi 佳")).toMatchObject({ status: 201 });
    expect(seen(await register("STRASSE C\u0327ELEBI 佳", eve.token))).toEqual(known);
  });

  test.each([
    ["planet_name", ""],
    ["planet_name", "evil.example/free"],
    ["planet_name", "a\nb"],
    ["planet_name", "a\u0000b"],
    ["planet_name", "\ud800"],
    ["planet_name", "x".repeat(101)],
    ["planet_name", 7],
    ["planet_type", ""],
    ["home_star", ""],
    ["mass", 0],
    ["mass", "1"],
    ["radius", -1],
    ["distance", -0.1],
    ["distance", null],
  ])("%s cannot be %j", async (field, value) => {
    expect(await register("Wrong", ada.token, { [field]: value })).toMatchObject({ status: 400, body: { status: 400 } });
  });

  test("forms with numbers that are none", async () => {
    for (const mass of ["", "1e999", "0x10", "Infinity", "1,5", "١"]) {
      const form = { planet_name: "Wrong", planet_type: "rocky", mass, radius: "1", distance: "1" };
      expect(await world.call("POST", "/api/v1/planets", { form, bearer: ada.token })).toMatchObject({ status: 400 });
    }
    expect(
      await world.call("POST", "/api/v1/planets", { raw: "{", bearer: ada.token, headers: { "content-type": "application/json" } }),
    ).toMatchObject({
      status: 400,
      body: { code: "body-malformed" },
    });
  });

  test("of twenty at once under one name, one is registered", async () => {
    const names = Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? "Race" : "RACE"));
    const answers = await Promise.all(names.map((name, index) => register(name, [ada, eve, admin][index % 3]?.token)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...names.slice(1).map(() => 409)]);
    const { body } = await world.call("GET", "/planets?limit=100", { bearer: ada.token });
    expect(JSON.stringify(body).match(/"race"/gi)).toHaveLength(1);
  });
});

describe("changing", () => {
  test("by PUT, by both addresses, and as a form", async () => {
    const planet_id = textIn(await register("Theia"), "planet_id");
    const whole = { ...vulcan, planet_name: "Theia", mass: 2 };
    const changed = await world.call("PUT", `/api/v1/planets/${planet_id}`, { json: whole, bearer: ada.token });
    expect(seen(changed)).toEqual({ status: 200, body: { ...whole, planet_id, discoverer: ada.id } });
    expect(changed.headers.get("etag")).toBe('"2"');
    // What is there already is no change.
    const again = await world.call("PUT", `/api/v1/planets/${planet_id}`, { json: whole, bearer: ada.token });
    expect(again.headers.get("etag")).toBe('"2"');
    const form = { planet_id, planet_name: "THEIA", planet_type: "lost", home_star: "Sun", mass: "3", radius: "1", distance: "0" };
    expect(seen(await world.call("PUT", "/update_planet", { form, bearer: ada.token }))).toEqual({
      status: 200,
      body: { ...form, mass: 3, radius: 1, distance: 0, discoverer: ada.id },
    });
    expect(await world.call("PUT", "/update_planet", { json: { planet_id, ...whole }, bearer: admin.token })).toMatchObject({
      status: 200,
    });
    expect(await world.call("PUT", `/api/v1/planets/${planet_id}`, { json: { mass: 1 }, bearer: ada.token })).toMatchObject({
      status: 400,
    });
    expect(seen(await world.call("PUT", "/update_planet", { form: { ...form, planet_id: "none" }, bearer: ada.token }))).toEqual(unknown);
    expect(seen(await world.call("PUT", "/update_planet", { form, bearer: eve.token }))).toEqual(forbidden);
  });

  test("by PATCH: what is absent stays, and null removes what may be missing", async () => {
    const planet_id = textIn(await register("Rogue"), "planet_id");
    const patch = (json: unknown, bearer = ada.token) =>
      world.call("PATCH", `/api/v1/planets/${planet_id}`, { json, bearer, headers: { "content-type": "application/merge-patch+json" } });
    const rogue = { ...vulcan, planet_name: "Rogue", planet_id, discoverer: ada.id };
    expect(seen(await patch({ home_star: null }))).toEqual({ status: 200, body: { ...rogue, home_star: null } });
    expect(seen(await patch({ mass: 9, discoverer: eve.id, version: 77 }))).toEqual({
      status: 200,
      body: { ...rogue, home_star: null, mass: 9 },
    });
    expect(seen(await patch({ mass: null }))).toMatchObject({ status: 400, body: { argument: "mass" } });
    expect(await patch({ mass: 0 })).toMatchObject({
      status: 400,
      body: { code: "planet-invalid", detail: "the mass is a number above 0" },
    });
    expect(seen(await patch({ planet_name: "vulcan" }))).toEqual(known);
    expect(seen(await patch({ mass: 1 }, eve.token))).toEqual(forbidden);
    expect(await world.call("PATCH", `/api/v1/planets/${planet_id}`, { bearer: ada.token })).toMatchObject({ status: 400 });
    const { body, headers } = await world.call("GET", `/api/v1/planets/${planet_id}`, { bearer: eve.token });
    expect([body, headers.get("etag")]).toEqual([{ ...rogue, home_star: null, mass: 9 }, '"3"']);
  });

  test("only what the client has seen, where it says so", async () => {
    const planet_id = textIn(await register("Seen"), "planet_id");
    const patch = (mass: number, tag: string) =>
      world.call("PATCH", `/api/v1/planets/${planet_id}`, { json: { mass }, bearer: ada.token, headers: { "if-match": tag } });
    expect(await patch(2, '"1"')).toMatchObject({ status: 200 });
    expect(seen(await patch(3, '"1"'))).toEqual(problem(412, "planet-changed", "Somebody has changed this planet"));
    expect(await patch(3, 'W/"2"')).toMatchObject({ status: 412 });
    expect(await patch(3, '"7", "2"')).toMatchObject({ status: 200 });
    // Of ten who have seen the same, one changes it.
    const answers = await Promise.all(Array.from({ length: 10 }, (_, index) => patch(index + 10, '"3"')));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 9 }, () => 412)]);
    expect(await world.call("DELETE", `/api/v1/planets/${planet_id}`, { bearer: ada.token, headers: { "if-match": '"1"' } })).toMatchObject(
      {
        status: 412,
      },
    );
    expect(
      await world.call("PATCH", `/api/v1/planets/${planet_id}`, { json: {}, bearer: ada.token, headers: { "if-match": "*" } }),
    ).toMatchObject({
      status: 200,
    });
  });
});

describe("removing", () => {
  test("gives the name back", async () => {
    const first = textIn(await register("Pluto"), "planet_id");
    expect(seen(await world.call("DELETE", `/removeplanet?id=${first}`, { bearer: eve.token }))).toEqual(forbidden);
    expect(seen(await world.call("DELETE", `/removeplanet?id=${first}`, { bearer: ada.token }))).toEqual({
      status: 200,
      body: { id: first },
    });
    for (const path of [`/planet_details/${first}`, `/api/v1/planets/${first}`]) {
      expect(await world.call("GET", path, { bearer: ada.token })).toMatchObject({ status: 404 });
    }
    expect(seen(await world.call("DELETE", `/removeplanet?id=${first}`, { bearer: ada.token }))).toEqual(unknown);
    const second = textIn(await register("PLUTO", eve.token), "planet_id");
    expect(seen(await world.call("DELETE", `/api/v1/planets/${second}`, { bearer: admin.token }))).toEqual({ status: 204, body: "" });
    expect(await world.call("DELETE", `/api/v1/planets/${second}`, { bearer: admin.token })).toMatchObject({ status: 404 });
  });
});

describe("listing", () => {
  test("pages, filters and orders, by both addresses", async () => {
    const star = { home_star: "Kepler-186" };
    for (const [name, mass] of [
      ["Kepler-186 f", 3],
      ["Kepler-186 b", 1],
      ["Kepler-186 e", 2],
    ] as const) {
      expect(await register(name, eve.token, { ...star, mass })).toMatchObject({ status: 201 });
    }
    const names = async (path: string) => {
      const answer = await world.call("GET", path, { bearer: ada.token });
      // By the schema of the list.
      const { items, next } = answer.body as { readonly items: readonly { readonly planet_name: string }[]; readonly next: string | null };
      return [items.map(({ planet_name }) => planet_name.slice(-1)).join(""), next] as const;
    };
    for (const list of ["/planets", "/api/v1/planets"]) {
      expect(await names(`${list}?home_star=Kepler-186`)).toEqual(["bef", null]);
      const [first, next] = await names(`${list}?home_star=Kepler-186&order=mass&direction=descending&limit=2`);
      expect([first, next]).toEqual(["fe", expect.any(String)]);
      const rest = `&order=mass&direction=descending&limit=2&after=${encodeURIComponent(next ?? "")}`;
      expect(await names(`${list}?home_star=Kepler-186${rest}`)).toEqual(["b", null]);
      expect(await names(`${list}?discoverer=${eve.id}&planet_type=rocky&planet_name=Kepler-186%20e`)).toEqual(["e", null]);
    }
    for (const query of [
      "limit=0",
      "limit=101",
      "limit=x",
      "order=password",
      "direction=up",
      "after=x",
      "limit=1&limit=2",
      "home_star=%00",
    ]) {
      expect(await world.call("GET", `/planets?${query}`, { bearer: ada.token })).toMatchObject({ status: 400 });
    }
  });
});
