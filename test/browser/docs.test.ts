import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { resources } from "../examples/client.js";
import { startApp } from "./app.js";
import { pageOf, startBrowser } from "./browser.js";

const opened = resources();
let browser: Browser;

beforeAll(async () => {
  browser = opened.use(await startBrowser());
});
afterAll(() => opened.close());

/** A route of each that takes nothing, and what it answers. */
const ROUTES = {
  "user-api": { route: "GET /", answer: '"public": true' },
  "accounts-api": { route: "GET /api/v1/health", answer: "200" },
  "planets-api": { route: "GET /api/v1/planets", answer: '"code": "not-authenticated"' },
  "signup-api": { route: "GET /health", answer: "200" },
} as const;

describe.each(Object.entries(ROUTES))("the documentation of %s", (name, { route, answer }) => {
  test("shows every route, and calls one", async () => {
    await using app = await startApp(name);
    const { page, complaints } = await pageOf(browser, app.url);
    await page.goto("/docs/");
    await page.locator(".opblock").first().waitFor();
    const { paths } = (await (await fetch(`${app.url}/openapi.json`)).json()) as { paths: Record<string, Record<string, unknown>> };
    const documented = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const shown = await page.locator(".opblock-summary").evaluateAll((blocks: readonly { readonly innerText: string }[]) =>
      // Long paths are broken by spaces of no width.
      blocks.map(({ innerText }) => innerText.replaceAll("\u200b", "").split("\n").slice(0, 2).join(" ")),
    );
    expect([...new Set(shown)].sort()).toEqual(documented.sort());

    const block = page
      .locator(".opblock")
      .filter({ has: page.locator(`[data-path="${route.split(" ")[1]}"]`) })
      .first();
    await block.locator(".opblock-summary-control").click();
    await block.getByRole("button", { name: "Try it out" }).click();
    await block.getByRole("button", { name: "Execute" }).click();
    await block.locator(".live-responses-table").waitFor();
    expect(await block.locator(".live-responses-table").innerText()).toContain(answer);
    expect(complaints).toEqual([]);
    await page.context().close();
  });
});
