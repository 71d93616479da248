import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test, vi } from "vitest";
import { openApplication } from "../../examples/signup-api/application.js";
import { http } from "../../examples/signup-api/http.js";
import { settingsFrom } from "../../examples/signup-api/settings.js";
import { postOffice } from "../../examples/support/post-office.js";
import { freePort } from "../../examples/support/postgres.js";
import { migratedDatabase, resources, serve } from "./client.js";

const opened = resources();
afterAll(() => opened.close());

const program = fileURLToPath(new URL("../../examples/signup-api/worker.ts", import.meta.url));
const patience = { timeout: 30_000, interval: 25 };

function startWorker(settings: Record<string, string>): ChildProcess {
  const worker = spawn(process.execPath, ["--import", "tsx", program], {
    env: { PATH: process.env["PATH"], ...settings },
    stdio: ["ignore", "pipe", "inherit"],
  });
  opened.use({ [Symbol.asyncDispose]: async () => void worker.kill("SIGKILL") });
  return worker;
}

test("a worker of its own sends, and what it could not send arrives when the mail server is back", async () => {
  const database = opened.use(await migratedDatabase());
  const secret = randomBytes(32).toString("hex");
  const ports = { smtp: await freePort(), gateway: await freePort() };
  const environment = {
    NODE_ENV: "production",
    DATABASE_URL: database.url,
    KEYS: `1:${randomBytes(32).toString("base64")}`,
    JWT_KEYS: `1:${randomBytes(32).toString("base64")}`,
    PUBLIC_URL: "https://signup.example",
    SMTP_URL: `smtp://127.0.0.1:${ports.smtp}`,
    SMTP_INSECURE: "true",
    MAIL_FROM: "Sign-up <no-reply@signup.example>",
    SMS_URL: `http://127.0.0.1:${ports.gateway}/sms`,
    SMS_SECRET: secret,
  };
  const worker = startWorker(environment);
  // As server.ts: it has nobody who could send.
  const application = opened.use(await openApplication(settingsFrom(environment)));
  const { call } = opened.use(await serve(http(application)));
  const post = (path: string, json: unknown) => call("POST", `/api/v1/${path}/`, { json });

  const [email, phone, password] = ["ada@example.com", "+34600123456", "correct horse battery staple"];
  const signedUp = await post("signup", { name: "Ada", surname: "Lovelace", email, phone, hobbies: [], password });
  expect(signedUp.status).toBe(201);

  // The worker has tried, and nobody has listened.
  await vi.waitFor(async () => {
    const status = (await application.durable.status())._unsafeUnwrap();
    expect(status.some(({ waiting }) => waiting > 0)).toBe(true);
  }, patience);
  await using office = await postOffice(secret, ports);
  const mail = await vi.waitFor(() => {
    const { text } = office.mail(email, "/confirm#");
    expect(text).toContain("https://signup.example/confirm#");
    return text;
  }, patience);

  const link = decodeURIComponent(/#(\S+)/.exec(mail)?.[1] ?? "");
  expect((await post("signup/confirm-email", { link, password })).status).toBe(204);
  const code = await vi.waitFor(() => {
    const [digits] = /\b\d{8}\b/.exec(office.text(phone)) ?? [];
    return digits ?? expect.fail("no text yet");
  }, patience);
  expect((await post("signup/confirm-phone", { phone, code, password })).status).toBe(204);

  worker.kill("SIGTERM");
  expect(await once(worker, "exit")).toEqual([0, null]);
}, 90_000);
