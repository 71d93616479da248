import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openApplication } from "../../examples/user-api/application.js";
import { http } from "../../examples/user-api/http.js";
import { settingsFrom } from "../../examples/user-api/settings.js";
import { migratedDatabase, resources, serve } from "./client.js";
import type { Client } from "./client.js";

const opened = resources();
let call: Client;

beforeAll(async () => {
  const database = opened.use(await migratedDatabase());
  const settings = settingsFrom({ DATABASE_URL: database.url, KEYS: `1:${randomBytes(32).toString("base64")}` });
  const application = opened.use(await openApplication(settings));
  ({ call } = opened.use(await serve(http(application))));
});

afterAll(() => opened.close());

describe("POST /user/signin/", () => {
  test("nobody", async () => {
    const { status, body } = await call("POST", "/user/signin/", { json: { email: "foo@bar.com", password: "123456" } });
    expect({ status, body }).toEqual({ status: 401, body: { status_code: 401, detail: "Unauthorized", error: "HTTPException" } });
  });
});
