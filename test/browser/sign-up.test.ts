import { randomBytes } from "node:crypto";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { postOffice } from "../../examples/support/post-office.js";
import { resources } from "../examples/client.js";
import { startApp } from "./app.js";
import { pageOf, startBrowser } from "./browser.js";

const opened = resources();
let browser: Browser;
let post: Awaited<ReturnType<typeof postOffice>>;
let url: string;

beforeAll(async () => {
  const secret = randomBytes(32).toString("hex");
  post = opened.use(await postOffice(secret));
  browser = opened.use(await startBrowser());
  ({ url } = opened.use(
    await startApp("signup-api", {
      NODE_ENV: "production",
      PUBLIC_URL: "https://users.example.com",
      SMTP_URL: `smtp://${post.smtp.host}:${post.smtp.port}`,
      SMTP_INSECURE: "true",
      MAIL_FROM: "no-reply@example.com",
      SMS_URL: post.gateway,
      SMS_SECRET: secret,
    }),
  ));
});
afterAll(() => opened.close());

const ada = {
  name: "Ada",
  surname: "Lovelace",
  email: "ada@example.com",
  phone: "+34600123456",
  hobbies: "mathematics, flying",
  password: "correct horse battery staple",
};

const fill = async (page: Page, fields: Readonly<Record<string, string>>) => {
  for (const [id, value] of Object.entries(fields)) await page.fill(`#${id}`, value);
};
const says = (page: Page, id: string, text: string) =>
  vi.waitFor(async () => expect(await page.innerText(`#${id}`)).toContain(text), { timeout: 5000 });
const arrived = (text: () => string) => vi.waitFor(() => expect(text()).not.toBe(""), { timeout: 15_000, interval: 50 });

test("somebody signs up, confirms what he is sent, and sees his profile", async () => {
  const { page, complaints } = await pageOf(browser, url);
  await page.setViewportSize({ width: 320, height: 640 });
  await page.goto("/");
  expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(320);

  // What is wrong is said beside its field, and the field is where the cursor is.
  await fill(page, { ...ada, phone: "600" });
  await page.click("#sign-up-button");
  await vi.waitFor(async () => expect(await page.innerText("#phone-error")).not.toBe(""));
  expect(await page.getAttribute("#phone", "aria-invalid")).toBe("true");
  expect(await page.evaluate("document.activeElement.id")).toBe("phone");

  await fill(page, { phone: ada.phone, password: "123456" });
  await page.click("#sign-up-button");
  await vi.waitFor(async () => expect(await page.innerText("#password-error")).not.toBe(""));
  expect(await page.innerText("#phone-error")).toBe("");

  await fill(page, { password: ada.password });
  await page.click("#sign-up-button");
  await says(page, "sign-up-message", "A mail is on its way");

  // The link in the mail, on this server: the page takes the token out of the address before anything else.
  await arrived(() => post.mail(ada.email, "/confirm#").text);
  const [, token = ""] = /\/confirm(#\S+)/.exec(post.mail(ada.email, "/confirm#").text) ?? [];
  await page.goto(`/confirm${token}`);
  await page.waitForURL(`${url}/confirm`);
  expect(await page.isVisible("#email-code")).toBe(false);
  await fill(page, { "email-password": "wrong horse" });
  await page.click("#confirm-email-button");
  await says(page, "confirm-email-message", "not valid");
  await fill(page, { "email-password": ada.password });
  await page.click("#confirm-email-button");
  await says(page, "confirm-email-message", "Your e-mail address is confirmed");

  await arrived(() => post.text(ada.phone));
  const [code = ""] = /\b\d{4}[ -]?\d{4}\b/.exec(post.text(ada.phone)) ?? [];
  await fill(page, { phone: ada.phone, "phone-code": code, "phone-password": ada.password });
  await page.click("#confirm-phone-button");
  await says(page, "confirm-phone-message", "Your phone is confirmed");

  await page.goto("/profile");
  await fill(page, { email: ada.email, password: ada.password });
  await page.click("#log-in-button");
  await page.locator("#profile").waitFor();
  const shown = async (id: string) => page.innerText(`#profile-${id}`);
  expect(await Promise.all(["name", "surname", "email", "email-verified", "phone", "phone-verified", "hobbies"].map(shown))).toEqual([
    ...["Ada", "Lovelace", ada.email, "yes", ada.phone, "yes", "mathematics, flying"],
  ]);
  await page.click("#log-out-button");
  await page.locator("#log-in").waitFor();
  expect(await page.isVisible("#profile")).toBe(false);
  expect(complaints).toEqual([]);
  await page.context().close();
});

test("what somebody calls himself is text, and no part of the page", async () => {
  const { page, complaints } = await pageOf(browser, url);
  const name = `<img src=x onerror="document.title='taken over'">`;
  const email = "bobby@example.com";
  await page.goto("/");
  await fill(page, { ...ada, name, surname: "<b>Tables</b>", email, phone: "+34600123457" });
  await page.click("#sign-up-button");
  await says(page, "sign-up-message", "A mail is on its way");
  await arrived(() => post.mail(email, "/confirm#").text);
  const [code = ""] = /\b\d{4}[ -]?\d{4}\b/.exec(post.mail(email, "/confirm#").text) ?? [];
  await page.goto("/confirm");
  await fill(page, { email, "email-code": code, "email-password": ada.password });
  await page.click("#confirm-email-button");
  await says(page, "confirm-email-message", "Your e-mail address is confirmed");

  await page.goto("/profile");
  await fill(page, { email, password: ada.password });
  await page.click("#log-in-button");
  await page.locator("#profile").waitFor();
  expect(await page.innerText("#profile-name")).toBe(name);
  expect(await page.innerText("#profile-surname")).toBe("<b>Tables</b>");
  expect(await page.title()).toBe("Profile");
  expect(complaints).toEqual([]);
  await page.context().close();
});

test("nothing but the page's own scripts runs on it, and nobody shows it in a frame", async () => {
  for (const path of ["/", "/confirm", "/profile"]) {
    const { page } = await pageOf(browser, url);
    const response = await page.goto(path);
    expect(response?.headers()["content-security-policy"]).toContain("script-src 'self'");
    await page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=\"data:,\" onerror=\"window.ran = true\">')");
    await page.evaluate("document.body.append(Object.assign(document.createElement('script'), { textContent: 'window.ran = true' }))");
    expect(await page.evaluate("window.ran")).toBeUndefined();
    await page.context().close();
  }
});
