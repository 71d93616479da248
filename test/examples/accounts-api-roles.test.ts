import { generateKeyPairSync, randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openApplication } from "../../examples/accounts-api/application.js";
import type { AccountsApplication } from "../../examples/accounts-api/application.js";
import { http } from "../../examples/accounts-api/http.js";
import { createProfileTable } from "../../examples/accounts-api/profiles/table.js";
import { settingsFrom } from "../../examples/accounts-api/settings.js";
import { migratedDatabase, resources, serve } from "./client.js";
import type { Client } from "./client.js";

const opened = resources();
let application: AccountsApplication;
let call: Client;

const password = "correct horse battery staple";
const accounts = "/api/v1/accounts";
const profiles = "/api/v1/profiles";

type Name = "user" | "admin" | "super" | "otherUser" | "otherAdmin" | "otherSuper";
const ids = new Map<string, string>();
const tokens = new Map<string, { readonly access_token: string; readonly refresh_token: string }>();

beforeAll(async () => {
  const database = opened.use(await migratedDatabase(createProfileTable));
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const settings = settingsFrom({
    DATABASE_URL: database.url,
    KEYS: `1:${randomBytes(32).toString("base64")}`,
    // Here with a key pair, which is the other kind of key.
    JWT_ALGORITHM: "RS256",
    JWT_SECRET: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    PEPPER: randomBytes(48).toString("base64"),
    // A machine that has much else to do is no reason to say that the hasher is busy.
    HASHER_SEMAPHORE_WAIT_TIMEOUT_S: "60",
  });
  application = opened.use(await openApplication(settings));
  ({ call } = opened.use(await serve(http(application))));
  for (const name of ["user", "admin", "super", "otherUser", "otherAdmin", "otherSuper"] satisfies Name[]) await signUp(name);
  for (const name of ["super", "otherSuper"]) {
    const granted = await application.bootstrap.grant({ id: ids.get(name) ?? "", role: "super-admin" });
    expect(granted.isOk()).toBe(true);
  }
  for (const name of ["admin", "otherAdmin"]) {
    const granted = await call("PUT", `${accounts}/${ids.get(name)}/roles/admin`, { bearer: tokenOf("super") });
    expect(granted.status).toBe(204);
  }
});

afterAll(() => opened.close());

async function signUp(name: string): Promise<void> {
  const { status, body } = await call("POST", `${accounts}/signup`, { json: { email: `${name}@example.com`, password } });
  expect(status).toBe(201);
  tokens.set(name, body as { access_token: string; refresh_token: string });
  const me = await call("GET", `${accounts}/me`, { bearer: tokenOf(name) });
  ids.set(name, (me.body as { id: string }).id);
}

const tokenOf = (name: string): string => tokens.get(name)?.access_token ?? "";
const logIn = (name: string, given = password) =>
  call("POST", `${accounts}/login`, { json: { email: `${name}@example.com`, password: given } });

/** What each of them is answered: anonymous, a user, an admin, a super admin; in the order in which they ask. */
const rules: readonly (readonly [method: string, path: string, json: object | undefined, ...statuses: [number, number, number, number]])[] =
  [
    ["GET", `${accounts}/me`, undefined, 401, 200, 200, 200],
    ["GET", `${profiles}/me`, undefined, 401, 200, 200, 200],
    ["GET", `${accounts}/`, undefined, 401, 403, 200, 200],
    ["GET", `${profiles}/`, undefined, 401, 403, 200, 200],
    ["POST", `${accounts}/`, { email: "new-{n}@example.com", password }, 401, 403, 201, 201],
    ["POST", `${accounts}/`, { email: "boss-{n}@example.com", password, role: "admin" }, 401, 403, 403, 201],
    ["POST", `${accounts}/`, { email: "god-{n}@example.com", password, role: "super-admin" }, 401, 403, 403, 403],
    ["POST", `${accounts}/`, { email: "odd-{n}@example.com", password, role: "odd" }, 401, 422, 422, 422],

    ["PUT", `${accounts}/otherUser/password`, { password }, 401, 403, 204, 204],
    ["PUT", `${accounts}/otherUser/roles/admin`, undefined, 401, 403, 403, 204],
    ["DELETE", `${accounts}/otherUser/roles/admin`, undefined, 401, 403, 403, 204],
    ["DELETE", `${accounts}/otherUser/activation`, undefined, 401, 403, 204, 204],
    ["PUT", `${accounts}/otherUser/activation`, undefined, 401, 403, 204, 204],

    ["PUT", `${accounts}/otherAdmin/password`, { password }, 401, 403, 403, 204],
    ["DELETE", `${accounts}/otherAdmin/activation`, undefined, 401, 403, 403, 204],
    ["PUT", `${accounts}/otherAdmin/activation`, undefined, 401, 403, 403, 204],
    ["DELETE", `${accounts}/otherAdmin/roles/admin`, undefined, 401, 403, 403, 204],
    ["PUT", `${accounts}/otherAdmin/roles/admin`, undefined, 401, 403, 403, 204],

    ["PUT", `${accounts}/otherSuper/password`, { password }, 401, 403, 403, 403],
    ["PUT", `${accounts}/otherSuper/roles/admin`, undefined, 401, 403, 403, 403],
    ["DELETE", `${accounts}/otherSuper/roles/admin`, undefined, 401, 403, 403, 403],
    ["DELETE", `${accounts}/otherSuper/activation`, undefined, 401, 403, 403, 403],
    ["PUT", `${accounts}/otherSuper/activation`, undefined, 401, 403, 403, 403],

    ["PUT", `${accounts}/oneself/password`, { password }, 401, 403, 403, 403],
    ["PUT", `${accounts}/oneself/roles/admin`, undefined, 401, 403, 403, 403],
    ["DELETE", `${accounts}/oneself/roles/admin`, undefined, 401, 403, 403, 403],
    ["DELETE", `${accounts}/oneself/activation`, undefined, 401, 403, 403, 403],
    ["PUT", `${accounts}/oneself/activation`, undefined, 401, 403, 403, 403],

    ["PUT", `${accounts}/nobody/password`, { password }, 401, 403, 404, 404],
    ["PUT", `${accounts}/nobody/roles/admin`, undefined, 401, 403, 404, 404],
    ["DELETE", `${accounts}/nobody/roles/admin`, undefined, 401, 403, 404, 404],
    ["PUT", `${accounts}/nobody/activation`, undefined, 401, 403, 404, 404],
    ["DELETE", `${accounts}/nobody/activation`, undefined, 401, 403, 404, 404],
  ];

let made = 0;

describe("who may do what to whom", () => {
  test.each(rules)("%s %s %o: %i, %i, %i, %i", async (method, path, json, ...statuses) => {
    const asking = ["anonymous", "user", "admin", "super"];
    const answered: number[] = [];
    for (const name of asking) {
      const to = path
        .replace("oneself", ids.get(name) ?? "0")
        .replace(/other\w+/, (other) => ids.get(other) ?? "0")
        .replace("nobody", "019aa4c1-0000-7000-8000-000000000000");
      const text = JSON.stringify(json)?.replace("{n}", String(made++));
      const { status } = await call(method, to, {
        ...(name === "anonymous" ? {} : { bearer: tokenOf(name) }),
        ...(text === undefined ? {} : { json: JSON.parse(text) }),
      });
      answered.push(status);
    }
    expect(answered).toEqual(statuses);
  });

  test("what they are told", async () => {
    const problem = (status: number, code: string, title: string) => ({
      type: `tag:denizen-js.github.io,2026:${code}`,
      title,
      status,
      code,
    });
    const refused = await call("DELETE", `${accounts}/${ids.get("super")}/activation`, { bearer: tokenOf("admin") });
    expect(refused.body).toEqual(problem(403, "not-authorized", "This is not allowed"));
    const missing = await call("DELETE", `${accounts}/unknown/activation`, { bearer: tokenOf("admin") });
    expect(missing.body).toEqual(problem(404, "account-not-found", "There is no such account"));
    const created = await call("POST", `${accounts}/`, { bearer: tokenOf("admin"), json: { email: "told@example.com", password } });
    expect(created.body).toEqual({ account_id: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    const again = await call("POST", `${accounts}/`, { bearer: tokenOf("admin"), json: { email: "told@example.com", password } });
    expect(again.body).toEqual({ ...problem(409, "email-taken", "This e-mail address is taken"), email: "told@example.com" });
  });

  test("a right that was revoked is gone at once, with the same token", async () => {
    await signUp("brief");
    const path = `${accounts}/${ids.get("brief")}/roles/admin`;
    const lists = async () => (await call("GET", `${accounts}/`, { bearer: tokenOf("brief") })).status;
    const role = async () => (await call("GET", `${accounts}/me`, { bearer: tokenOf("brief") })).body;
    expect(await lists()).toBe(403);
    await call("PUT", path, { bearer: tokenOf("super") });
    expect([await lists(), await role()]).toEqual([200, expect.objectContaining({ role: "admin" })]);
    await call("DELETE", path, { bearer: tokenOf("super") });
    expect([await lists(), await role()]).toEqual([403, expect.objectContaining({ role: "user" })]);
  });
});

describe("sessions that end", () => {
  test("with the account's activation: tokens, log-in and refresh; it comes back without them", async () => {
    await signUp("paused");
    const { refresh_token = "" } = tokens.get("paused") ?? {};
    const activation = `${accounts}/${ids.get("paused")}/activation`;
    expect((await call("DELETE", activation, { bearer: tokenOf("admin") })).status).toBe(204);
    const inactive = await logIn("paused");
    expect(inactive.body).toEqual({
      type: "tag:denizen-js.github.io,2026:account-suspended",
      title: "This account is inactive",
      status: 401,
      code: "account-suspended",
    });
    expect((await logIn("paused", "wrong horse")).body).toMatchObject({ code: "invalid-credentials" });
    const statuses = async () => [
      (await call("GET", `${accounts}/me`, { bearer: tokenOf("paused") })).status,
      (await call("GET", `${profiles}/me`, { bearer: tokenOf("paused") })).status,
      (await call("PUT", `${profiles}/me/username`, { bearer: tokenOf("paused"), json: { username: "paused" } })).status,
      (await call("POST", `${accounts}/refresh`, { json: { refresh_token } })).status,
    ];
    expect(await statuses()).toEqual([401, 401, 401, 401]);
    const listed = await call("GET", `${accounts}/?limit=100`, { bearer: tokenOf("admin") });
    expect((listed.body as { accounts: object[] }).accounts).toContainEqual({
      id: ids.get("paused"),
      email: "paused@example.com",
      role: "user",
      is_active: false,
    });
    expect((await call("PUT", activation, { bearer: tokenOf("admin") })).status).toBe(204);
    expect(await statuses()).toEqual([401, 401, 401, 401]);
    expect((await logIn("paused")).status).toBe(200);
  });

  test("with a password that an admin has set", async () => {
    await signUp("reset");
    const path = `${accounts}/${ids.get("reset")}/password`;
    const weak = await call("PUT", path, { bearer: tokenOf("admin"), json: { password: "password" } });
    expect([weak.status, weak.body]).toEqual([422, expect.objectContaining({ code: "password-rejected" })]);
    expect((await call("PUT", path, { bearer: tokenOf("admin"), json: { password: "another battery staple" } })).status).toBe(204);
    expect((await call("GET", `${accounts}/me`, { bearer: tokenOf("reset") })).status).toBe(401);
    expect((await logIn("reset", "another battery staple")).status).toBe(200);
  });
});

describe("pages", () => {
  type Item = { readonly id?: string; readonly profile_id?: string };
  type Listed = {
    readonly accounts?: readonly Item[];
    readonly profiles?: readonly Item[];
    readonly next: string | null;
    readonly total?: number;
  };
  const page = async (path: string): Promise<Listed> => (await call("GET", path, { bearer: tokenOf("admin") })).body as Listed;

  beforeAll(async () => {
    for (let count = 0; count < 25; count++) {
      // Without a password there is nothing to hash.
      const made = await application.commands.signUp({ name: "Somebody", emails: [`page-${count}@example.com`] });
      expect(made.isOk()).toBe(true);
    }
  });

  async function allIds(path: string): Promise<readonly string[]> {
    const found: string[] = [];
    for (let after: string | null = ""; after !== null;) {
      const next: Listed = await page(`${path}?limit=10${after === "" ? "" : `&after=${encodeURIComponent(after)}`}`);
      const items = next.accounts ?? next.profiles ?? [];
      expect(items.length).toBeLessThanOrEqual(10);
      found.push(...items.map(({ id, profile_id }) => id ?? profile_id ?? ""));
      after = next.next;
    }
    return found;
  }

  test("after one another, everybody once; every account has its profile", async () => {
    const [everyAccount, everyProfile] = [await allIds(`${accounts}/`), await allIds(`${profiles}/`)];
    expect(everyAccount.length).toBeGreaterThan(25);
    expect(new Set(everyAccount).size).toBe(everyAccount.length);
    expect([...everyProfile].sort()).toEqual([...everyAccount].sort());
  });

  test("by offset, with how many there are in all", async () => {
    const every = await allIds(`${accounts}/`);
    const third = await page(`${accounts}/?limit=10&offset=20`);
    expect(third).toEqual({ accounts: expect.any(Array), next: null, total: every.length });
    expect(third.accounts?.map(({ id }) => id)).toEqual(every.slice(20, 30));
  });

  test("twenty when nothing is said, newest first when that is asked", async () => {
    expect((await page(`${accounts}/`)).accounts).toHaveLength(20);
    expect((await page(`${profiles}/`)).profiles).toHaveLength(20);
    const [newest] = (await page(`${accounts}/?direction=descending&limit=1`)).accounts ?? [];
    expect(newest).toEqual({ id: expect.any(String), email: "page-24@example.com", role: "user", is_active: true });
  });

  test.each([
    "limit=0",
    "limit=101",
    "limit=x",
    "limit=1.5",
    "limit=0x10",
    "offset=",
    "after=nonsense",
    "offset=-1",
    "offset=1&after=x",
    "sort=password",
    "direction=up",
  ])("no such page: %s", async (query) => {
    expect((await call("GET", `${accounts}/?${query}`, { bearer: tokenOf("admin") })).status).toBe(422);
  });

  test.each(["limit=0", "limit=101", "limit=x", "limit=0x10", "after=nonsense"])("no such page of profiles: %s", async (query) => {
    expect((await call("GET", `${profiles}/?${query}`, { bearer: tokenOf("admin") })).status).toBe(422);
  });
});
