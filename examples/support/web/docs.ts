import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Env } from "hono";
import { BEARER_SCHEME } from "./bearer.js";

export interface DocsOptions {
  readonly title: string;
  readonly version: string;
  readonly description: string;
}

/** Swagger UI's own files, from its package: the page loads nothing from elsewhere. */
const FILES: Readonly<Record<string, string>> = { "swagger-ui.css": "text/css", "swagger-ui-bundle.js": "text/javascript" };

const SWAGGER_UI = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));

/** A page at `/docs/` that shows every route of an API and can call it, and the document behind it at `/openapi.json`. */
export function serveDocs<E extends Env>(api: OpenAPIHono<E>, { title, version, description }: DocsOptions): void {
  api.openAPIRegistry.registerComponent("securitySchemes", BEARER_SCHEME, { type: "http", scheme: "bearer" });
  api.doc31("/openapi.json", { openapi: "3.1.0", info: { title, version, description } });
  api.get("/docs", (c) => c.redirect("/docs/"));
  api.get("/docs/", (c) => c.html(page(title)));
  api.get("/docs/start.js", (c) => c.body(START, 200, { "content-type": "text/javascript" }));
  for (const [name, type] of Object.entries(FILES)) {
    api.get(`/docs/${name}`, async (c) => {
      const file = await readFile(join(SWAGGER_UI, name));
      return c.body(new Uint8Array(file), 200, { "content-type": type, "cache-control": "max-age=3600" });
    });
  }
}

const START = `window.ui = SwaggerUIBundle({ url: "/openapi.json", dom_id: "#docs", deepLinking: true });\n`;

const page = (title: string): string => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <title>${title}</title>
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="/docs/swagger-ui.css" />
  </head>
  <body>
    <div id="docs"></div>
    <script src="/docs/swagger-ui-bundle.js"></script>
    <script src="/docs/start.js"></script>
  </body>
</html>
`;
