import { fileURLToPath } from "node:url";
import type { Local } from "../../examples/support/local.js";
import { resources } from "../examples/client.js";
import { running, runToEnd } from "../examples/processes.js";
import { freshDatabase } from "../support/database.js";

/** An app with all of its processes, on a database of its own, as a developer starts it; `settings` are on top of his. */
export async function startApp(name: string, settings: Readonly<Record<string, string>> = {}) {
  const folder = fileURLToPath(new URL(`../../examples/${name}/`, import.meta.url));
  // Every app says in this file how it runs on a developer's machine.
  const { local } = (await import(`../../examples/${name}/local.ts`)) as { readonly local: Local };
  const opened = resources();
  const database = opened.use(await freshDatabase());
  const environment = { ...local.environment(), PORT: "0", ...settings, DATABASE_URL: database.url };
  await runToEnd(folder, "migrate", environment);
  const [server] = await Promise.all(local.processes.map(async (process) => opened.use(await running(folder, process, environment))));
  return { url: server?.said ?? "", [Symbol.asyncDispose]: () => opened.close() };
}
