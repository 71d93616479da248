import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { sql } from "drizzle-orm";
import { pgTable, text, uuid } from "drizzle-orm/pg-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { domainError, err, ok, systemActor } from "denizen";
import { postgres, tableRepository } from "denizen/drizzle";
import type { PostgresStore, TableUnit } from "denizen/drizzle";
import { openApplication } from "../../examples/user-api/application.js";
import type { UserApplication } from "../../examples/user-api/application.js";
import { http } from "../../examples/user-api/http.js";
import { settingsFrom } from "../../examples/user-api/settings.js";
import { createUserTable } from "../../examples/user-api/tables.js";
import { RegisterWorker } from "../../examples/user-api/workers.js";
import { migratedDatabase, resources, serve } from "./client.js";
import type { Asked, Client } from "./client.js";

const opened = resources();
const password = "correct horse battery staple";
const john = { name: "John", surname: "Doe", email: "john@doe.com", password };
let call: Client;
let application: UserApplication;
let store: PostgresStore;
let worker: RegisterWorker;

beforeAll(async () => {
  const database = opened.use(
    await migratedDatabase(async (database) => {
      // Several at once and again: whoever comes later finds it there.
      await Promise.all([createUserTable(database), createUserTable(database)]);
      await createUserTable(database);
    }),
  );
  const settings = settingsFrom({ DATABASE_URL: database.url, KEYS: `1:${randomBytes(32).toString("base64")}` });
  application = opened.use(await openApplication(settings));
  store = await postgres(database.url, { connections: 1 });
  opened.use({ [Symbol.asyncDispose]: () => store.close() });
  worker = new RegisterWorker(store.database);
  ({ call } = opened.use(await serve(http(application))));
});

afterAll(() => opened.close());

const failure = (status: number, detail: string) => ({ status, body: { status_code: status, detail, error: "HTTPException" } });
const UNAUTHORIZED = failure(401, "Unauthorized");
const INACTIVE = failure(400, "User must be activated via /user/activate/");
const EMPTY = { status: 200, body: "" };

async function ask(method: string, path: string, asked: Asked = {}) {
  const { status, body } = await call(method, path, asked);
  return { status, body };
}
const create = (details: unknown) => ask("POST", "/user/", { json: details });
const say = (route: "signin" | "activate" | "deactivate", credentials: { email: string; password: string }) =>
  ask("POST", `/user/${route}/`, { json: { email: credentials.email, password: credentials.password } });
const rowOf = async (email: string) => (await worker.user.retrieve({ email }))._unsafeUnwrap();
const statusOf = async (id: string) => {
  await using uow = application.unitOfWork();
  return (await uow.accounts.get(id))._unsafeUnwrap().status;
};

describe("the routes", () => {
  test("GET /", async () => {
    const info = { title: "Domain-driven API", description: "Domain-driven design with denizen", public: true };
    expect(await ask("GET", "/")).toEqual({ status: 200, body: info });
  });

  test("a user's way: created, activated, signed in, deactivated, and again", async () => {
    expect(await create(john)).toEqual(EMPTY);
    const { id } = await rowOf(john.email);
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(await say("signin", john)).toEqual(INACTIVE);
    for (let round = 1; round <= 2; round++) {
      expect(await say("activate", john)).toEqual(EMPTY);
      const row = { id, name: "John", surname: "Doe", email: john.email, active: true };
      expect(await rowOf(john.email)).toEqual(row);
      expect(await say("signin", john)).toEqual({ status: 200, body: { ...row, password: "******" } });
      expect(await say("deactivate", john)).toEqual(EMPTY);
      expect(await rowOf(john.email)).toEqual({ ...row, active: false });
      expect(await say("signin", john)).toEqual(INACTIVE);
    }
    expect((await worker.user.countActiveUsers())._unsafeUnwrap()).toBe(0);
  });

  test("activating twice, and deactivating twice, is nothing new", async () => {
    const jane = { ...john, email: "jane@doe.com" };
    await create(jane);
    expect([await say("activate", jane), await say("activate", jane)]).toEqual([EMPTY, EMPTY]);
    expect(await statusOf((await rowOf(jane.email)).id)).toBe("active");
    expect((await worker.user.countActiveUsers())._unsafeUnwrap()).toBe(1);
    expect([await say("deactivate", jane), await say("deactivate", jane)]).toEqual([EMPTY, EMPTY]);
    expect((await rowOf(jane.email)).active).toBe(false);
  });

  test("an address that is taken is answered like a free one, and nothing is changed", async () => {
    const before = await worker.user.list();
    expect(await create({ ...john, name: "Eve", email: "JOHN@doe.com", password: "another good passphrase" })).toEqual(EMPTY);
    expect(await worker.user.list()).toEqual(before);
    expect(await say("signin", { ...john, password: "another good passphrase" })).toEqual(UNAUTHORIZED);
  });

  test.each(["signin", "activate", "deactivate"] as const)("POST /user/%s/ by somebody else", async (route) => {
    expect(await say(route, { ...john, password: "1234567" })).toEqual(UNAUTHORIZED);
    expect(await say(route, { ...john, email: "foo@bar.com" })).toEqual(UNAUTHORIZED);
    expect((await rowOf(john.email)).active).toBe(false);
  });

  test("/openapi.json has every route, and /docs/ serves its page from here", async () => {
    const document = await ask("GET", "/openapi.json");
    expect(document.body).toMatchObject({
      openapi: "3.1.0",
      info: { title: "Domain-driven API", version: "1.0.0" },
      paths: {
        "/": { get: { responses: { 200: {} } } },
        "/user/": { post: { responses: { 200: {}, 422: {} } } },
        "/user/signin/": { post: { responses: { 200: {}, 400: {}, 401: {} } } },
        "/user/activate/": { post: { responses: { 200: {}, 401: {} } } },
        "/user/deactivate/": { post: { responses: { 200: {}, 401: {} } } },
      },
    });
    const page = await ask("GET", "/docs/");
    expect(page).toMatchObject({ status: 200, body: expect.stringContaining("/docs/swagger-ui-bundle.js") });
    expect(page.body).not.toMatch(/https?:/);
    expect((await ask("GET", "/docs/swagger-ui-bundle.js")).status).toBe(200);
  });
});

describe("what is refused", () => {
  test("details that the domain does not take", async () => {
    const email = "new@doe.com";
    expect(await create({ ...john, email, password: "123456" })).toEqual(failure(422, "The password is too short."));
    expect(await create({ ...john, email, password: "password123" })).toMatchObject({ status: 422 });
    expect(await create({ ...john, email: "doe.com" })).toMatchObject({ status: 422 });
    expect(await create({ ...john, email: "a@doe.com, b@doe.com" })).toMatchObject({ status: 422 });
    expect(await create({ ...john, email, surname: "  " })).toMatchObject({ status: 422 });
    expect(await create({ ...john, email, surname: "Doe\r\nBcc: all@doe.com" })).toMatchObject({ status: 422 });
    expect(await create({ ...john, email, name: "" })).toMatchObject({ status: 422 });
    expect((await worker.user.count({ email }))._unsafeUnwrap()).toBe(0);
  });

  test("fields that are nobody's to set", async () => {
    const eve = { ...john, email: "eve@doe.com" };
    const id = "01a1ff76-98a7-74e2-8bed-bbef2ed171e1";
    expect(await create({ ...eve, id, active: true, status: "active", role: "super-admin", __proto__: { active: true } })).toEqual(EMPTY);
    const row = await rowOf(eve.email);
    expect(row.active).toBe(false);
    expect(row.id).not.toBe(id);
    expect(await statusOf(row.id)).toBe("pending");
  });

  test("bodies of another shape", async () => {
    const headers = { "content-type": "application/json" };
    for (const path of ["/user/", "/user/signin/", "/user/activate/", "/user/deactivate/"]) {
      expect(await ask("POST", path, { raw: '{"email":', headers })).toEqual(failure(400, "The body cannot be read"));
      expect(await ask("POST", path, { json: { ...john, email: ["john@doe.com"] } })).toMatchObject({ status: 422 });
      expect(await ask("POST", path, { json: { ...john, password: { $ne: null } } })).toMatchObject({ status: 422 });
      expect(await ask("POST", path, { json: [] })).toMatchObject({ status: 422 });
      expect(await ask("POST", path, { form: { email: john.email, password } })).toMatchObject({ status: 415 });
      expect(await ask("POST", path, { json: { ...john, name: "x".repeat(70_000) } })).toEqual(failure(413, "The body is too large"));
    }
  });

  test("what is not there", async () => {
    expect(await ask("GET", "/user/")).toEqual(failure(404, "Not Found"));
    expect(await ask("DELETE", "/user/signin/")).toEqual(failure(404, "Not Found"));
    expect(await ask("GET", "/docs/../package.json")).toEqual(failure(404, "Not Found"));
  });

  test("the eleventh guess, and the right password after it", async () => {
    const bob = { ...john, email: "bob@doe.com" };
    await create(bob);
    for (let guess = 1; guess <= 10; guess++)
      expect(await say("signin", { ...bob, password: `guess number ${guess}` })).toEqual(UNAUTHORIZED);
    for (const route of ["signin", "activate", "deactivate"] as const) {
      const { status, headers, body } = await call("POST", `/user/${route}/`, { json: bob });
      expect({ status, body }).toEqual(failure(429, "There were too many attempts"));
      expect(Date.parse(headers.get("retry-after") ?? "")).toBeGreaterThan(Date.now());
    }
  });
});

describe("names of everywhere", () => {
  test("come back as they are", async () => {
    const user = { name: "Zoë 💫", surname: "Ōkubo-Łukasz", email: "zoë@exämple.com", password: "pässwörter sind lang 🔑" };
    expect(await create(user)).toEqual(EMPTY);
    expect(await say("activate", { ...user, password: user.password.normalize("NFD") })).toEqual(EMPTY);
    const { status, body } = await say("signin", user);
    expect({ status, body }).toMatchObject({ status: 200, body: { name: "Zoë 💫", surname: "Ōkubo-Łukasz", active: true } });
  });
});

describe("the application's own row and the account", () => {
  test("are one of each, of 20 who sign up at once", async () => {
    const race = { ...john, email: "race@doe.com" };
    const before = (await worker.user.count())._unsafeUnwrap();
    const answers = await Promise.all(Array.from({ length: 20 }, () => create(race)));
    // A machine that has much else to do may be too busy for so many hashes.
    expect(answers.filter(({ status }) => ![200, 503].includes(status))).toEqual([]);
    expect(answers).toContainEqual(EMPTY);
    expect((await worker.user.count())._unsafeUnwrap()).toBe(before + 1);
    const { id } = await rowOf(race.email);
    await using users = application.users();
    expect((await users.read({ email: race.email }))._unsafeUnwrap().id).toBe(id);
  });

  test("say the same after 20 activations and deactivations at once", async () => {
    const user = { ...john, email: "busy@doe.com" };
    await create(user);
    await say("activate", user);
    const { id } = await rowOf(user.email);
    const answers = await Promise.all(Array.from({ length: 20 }, (_, turn) => say(turn % 2 ? "activate" : "deactivate", user)));
    // Refused are who proved himself to an account that has changed since, and the eleventh guess that is under way.
    expect(answers.filter(({ status }) => ![200, 401, 409, 429].includes(status))).toEqual([]);
    expect(answers).toContainEqual(EMPTY);
    expect((await rowOf(user.email)).active).toBe((await statusOf(id)) === "active");
  });

  test("are both as before when a subscriber fails", async () => {
    const user = { ...john, email: "unlucky@doe.com" };
    const no = () => err(domainError("no-mood", "not today"));
    const notOpened = application.inTransaction.subscribe("account-opened", no);
    expect(await create(user)).toEqual(failure(409, "A rule is against this"));
    notOpened();
    expect((await worker.user.count({ email: user.email }))._unsafeUnwrap()).toBe(0);
    expect(await say("signin", user)).toEqual(UNAUTHORIZED);

    await create(user);
    const notActivated = application.inTransaction.subscribe("account-activated", no);
    expect(await say("activate", user)).toEqual(failure(409, "A rule is against this"));
    notActivated();
    const { id, active } = await rowOf(user.email);
    expect({ active, status: await statusOf(id) }).toEqual({ active: false, status: "pending" });
  });

  test("go together when the host suspends and erases somebody", async () => {
    const user = { ...john, email: "gone@doe.com" };
    await create(user);
    await say("activate", user);
    const { id } = await rowOf(user.email);
    const { commands } = application.as(systemActor("support")._unsafeUnwrap());
    (await commands.suspendAccount({ id }))._unsafeUnwrap();
    expect((await rowOf(user.email)).active).toBe(false);
    (await commands.eraseUser({ id }))._unsafeUnwrap();
    expect((await worker.user.count({ email: user.email }))._unsafeUnwrap()).toBe(0);
  });
});

const noteTable = pgTable("notes", { user: uuid().primaryKey(), text: text().notNull() });

class NoteRepository extends tableRepository(noteTable) {}

class NotingWorker extends RegisterWorker {
  readonly note: NoteRepository;

  constructor(unit: TableUnit) {
    super(unit);
    this.note = new NoteRepository(unit);
  }
}

describe("a worker of several repositories", () => {
  const rename = (id: string, name: string, text: string) =>
    application.transact(async function* ({ uow }) {
      const { user, note } = new NotingWorker(uow);
      yield* user.update({ id }, { name });
      yield* note.create({ user: id, text });
      return ok();
    });

  test("writes all of it or nothing", async () => {
    await store.database.execute(sql`create table notes ("user" uuid primary key, text text not null)`);
    const { id } = await rowOf(john.email);
    expect((await rename(id, "Johnny", "he likes that better")).isOk()).toBe(true);
    expect((await rename(id, "Jack", "a second note of his cannot be"))._unsafeUnwrapErr().code).toBe("row-exists");
    expect((await rowOf(john.email)).name).toBe("Johnny");
    expect((await new NotingWorker(store.database).note.list())._unsafeUnwrap().items).toEqual([
      { user: id, text: "he likes that better" },
    ]);
  });

  test("is in the README as it is here", () => {
    const [readme = "", source = ""] = ["../../examples/user-api/README.md", "user-api.test.ts"].map((file) =>
      readFileSync(new URL(file, import.meta.url), "utf8").replace(/^ +/gm, ""),
    );
    const blocks = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code = ""]) => code);
    expect(blocks).toHaveLength(2);
    for (const block of blocks) expect(source).toContain(block);
  });
});
