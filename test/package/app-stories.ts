import { expect, vi } from "vitest";

/** An app as its client sees it. */
export interface App {
  readonly url: string;
  /** What its processes have written so far: also the mails, while there is no mail server. */
  said(): string;
}

const password = "correct horse battery staple";
const patience = { timeout: 20_000, interval: 50 };

/** The main thing that each app does, once, for somebody with this address. */
export const stories: Readonly<Record<string, (app: App, email: string) => Promise<void>>> = {
  "user-api": async ({ url }, email) => {
    const credentials = { email, password };
    await ask(url, "POST", "/user/", 200, { name: "John", surname: "Doe", ...credentials });
    await ask(url, "POST", "/user/activate/", 200, credentials);
    expect(await ask(url, "POST", "/user/signin/", 200, credentials)).toMatchObject({ email, active: true, password: "******" });
  },

  "planets-api": async ({ url, said }, email) => {
    const facts = { planet_name: "Vulcan", planet_type: "rocky", home_star: "Sun", mass: 0.1, radius: 0.2, distance: 0.9 };
    const user = await ask(url, "POST", "/api/v1/users", 201, { first_name: "Ada", last_name: "Lovelace", email, password });
    const { access_token } = await ask(url, "POST", "/api/v1/login", 200, { email, password });
    const planet = await ask(url, "POST", "/api/v1/planets", 201, facts, access_token);
    expect(planet).toMatchObject({ ...facts, discoverer: user["id"] });
    await vi.waitFor(() => expect(said()).toMatch(/Vulcan/), patience);
  },

  "accounts-api": async ({ url }, email) => {
    const { access_token } = await ask(url, "POST", "/api/v1/accounts/signup", 201, { email, password });
    const { id } = await ask(url, "GET", "/api/v1/accounts/me", 200, undefined, access_token);
    const [username = ""] = email.split("@");
    await ask(url, "PUT", "/api/v1/profiles/me/username", 204, { username }, access_token);
    const profile = { profile_id: id, account_id: id, username };
    expect(await ask(url, "GET", "/api/v1/profiles/me", 200, undefined, access_token)).toEqual(profile);
  },

  "signup-api": async ({ url, said }, email) => {
    const person = { name: "Ada", surname: "Lovelace", email, phone: "+34600123456", hobbies: [] };
    await ask(url, "POST", "/api/v1/signup/", 201, { ...person, password });
    const code = await vi.waitFor(() => /\b\d{4} \d{4}\b/.exec(said())?.[0] ?? expect.fail(`no code in: ${said()}`), patience);
    await ask(url, "POST", "/api/v1/signup/confirm-email/", 204, { email, code, password });
    const { access_token } = await ask(url, "POST", "/api/v1/login/", 200, { email, password });
    const profile = { ...person, email_verified: true, phone_verified: false };
    expect(await ask(url, "GET", "/api/v1/profile/", 200, undefined, access_token)).toEqual(profile);
    expect(await (await fetch(url)).text()).toContain("</form>");
  },
};

/** The documentation, with files of a package. */
export async function documented(url: string): Promise<void> {
  const statuses = ["/openapi.json", "/docs/", "/docs/swagger-ui-bundle.js"].map(async (path) => (await fetch(url + path)).status);
  expect(await Promise.all(statuses)).toEqual([200, 200, 200]);
}

/** A request that is answered like this; what the answer has to say, as far as it is JSON. */
async function ask(
  url: string,
  method: string,
  path: string,
  status: number,
  json?: object,
  bearer?: unknown,
): Promise<Readonly<Record<string, unknown>>> {
  const headers = { "content-type": "application/json", ...(bearer === undefined ? {} : { authorization: `Bearer ${String(bearer)}` }) };
  const response = await fetch(url + path, { method, headers, body: json === undefined ? null : JSON.stringify(json) });
  const text = await response.text();
  expect({ path, status: response.status, text }).toMatchObject({ path, status });
  return text.startsWith("{") ? (JSON.parse(text) as Readonly<Record<string, unknown>>) : {};
}
