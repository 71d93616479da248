import { spawn } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { startPostgres } from "../../examples/support/postgres.js";
import { raw } from "./database.js";
import { isShort } from "./measure.js";

/** Each in a process of its own, so that no one finds the heap and the compiled code of another. */
const SECTIONS = {
  "round-trips": "Round trips of an operation, counted on the wire",
  "accounts-round-trips": "Round trips of accounts and sessions, counted on the wire",
  cpu: "Own CPU of an operation, and heap of a user",
  "accounts-cpu": "Own CPU of accounts and sessions",
  throughput: "Throughput at 8 connections",
  "accounts-throughput": "Throughput of accounts and sessions at 8 connections",
  "log-in": "A log-in with argon2, one caller",
  alike: "What the time tells of a log-in or a sign-up",
  "hash-gate": "Other requests while log-ins take all cores",
  size: "The core entry: size and import",
  delivery: "Durable events: how many a second",
  "delivery-latency": "Durable events: from the commit to the handler",
  "wake-up": "What telling the workers costs the writers",
};

/** What sections start as processes of their own. */
const PROCESSES = ["worker-process"];

/** `npm run bench -- cpu size`: these alone. */
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !Object.hasOwn(SECTIONS, name));
if (unknown.length > 0) throw new Error(`there is no ${unknown.join(", ")}; there are ${Object.keys(SECTIONS).join(", ")}`);
const sections = Object.entries(SECTIONS).filter(([name]) => asked.length === 0 || asked.includes(name));

const path = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));

await using server = await startPostgres();
const client = raw(server.url, 1);
const [row] = await client<{ server_version: string }[]>`show server_version`;
await client.end();

console.log(`# Bench\n
\`${isShort ? "BENCH_SHORT=1 " : ""}npm run bench\` on ${availableParallelism()} cores, Node ${process.versions.node}, PostgreSQL ${row?.server_version ?? "?"} on loopback.
Contestants take turns; figures are medians of the rounds, and ratios medians of the rounds' ratios. Below 15 % is noise.\n`);

// Compiled as the package is, and not by tsx, whose names for every function cost what is measured here.
const built = path("../../node_modules/.cache/denizen-bench");
await build({
  entryPoints: [...sections.map(([name]) => name), ...PROCESSES].map((name) => path(`./${name}.ts`)),
  outdir: built,
  outExtension: { ".js": ".mjs" },
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "es2022",
  packages: "external",
  tsconfig: path("../../tsconfig.json"),
  logLevel: "error",
});

for (const [name, title] of sections) {
  console.log(`## ${title}\n`);
  const child = spawn(process.execPath, ["--expose-gc", `${built}/${name}.mjs`], {
    cwd: path("../.."),
    env: { ...process.env, DATABASE_URL: server.url },
    stdio: "inherit",
  });
  const [code] = (await once(child, "exit")) as [number | null];
  if (code !== 0) {
    console.log(`**${name}: a count is not what it has to be, or it failed.**\n`);
    process.exitCode = 1;
  }
}
