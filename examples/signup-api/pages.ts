import { readFileSync } from "node:fs";
import type { OpenAPIHono } from "@hono/zod-openapi";

const PAGES = { "/": "sign-up.html", "/confirm": "confirm.html", "/profile": "profile.html" };
const SCRIPTS = ["ask.js", "form.js", "sign-up.js", "confirm.js", "profile.js"];

/** Nothing from elsewhere, no script and no style within the page, in nobody's frame. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src data:",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

const file = (name: string): string => readFileSync(new URL(`pages/${name}`, import.meta.url), "utf8");

/** Plain pages for people, who use the same API as everybody. */
export function pages(api: OpenAPIHono): void {
  for (const [path, name] of Object.entries(PAGES)) {
    const page = file(name);
    api.get(path, (c) => c.html(page, 200, { "content-security-policy": POLICY, "cache-control": "no-cache" }));
  }
  serve("style.css", "text/css; charset=utf-8");
  for (const name of SCRIPTS) serve(name, "text/javascript; charset=utf-8");

  function serve(name: string, type: string): void {
    const text = file(name);
    api.get(`/pages/${name}`, (c) => c.body(text, 200, { "content-type": type, "cache-control": "no-cache" }));
  }
}
