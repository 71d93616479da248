import "../../vitest.exit-code.js";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { startPostgres } from "../../examples/support/postgres.js";
import { raw } from "./harness/database.js";
import { isShort, printTable } from "./harness/measure.js";
import { VERDICTS } from "./harness/targets.js";
import type { Verdict } from "./harness/targets.js";

/** Each in a process of its own, so that no one finds the heap and the compiled code of another. */
const SECTIONS = {
  "round-trips": "Round trips of an operation, counted on the wire",
  "accounts-round-trips": "Round trips of accounts and sessions, counted on the wire",
  cpu: "Own CPU of an operation",
  "accounts-cpu": "Own CPU of accounts and sessions",
  throughput: "Throughput at 8 connections",
  "unit-of-work": "A unit of work beside other ways to write one",
  "better-auth": "Sign-up, log-in and session check beside better-auth",
  "accounts-throughput": "Throughput of accounts and sessions at 8 connections",
  "log-in": "A log-in with argon2, one caller",
  alike: "What the time tells of a log-in or a sign-up",
  "hash-gate": "Other requests while log-ins take all cores",
  weight: "Every entry point: size and import",
  "type-check": "What a consumer's compiler does",
  memory: "The memory store beside plain Maps, and with a million users",
  allocations: "Memory that an operation allocates",
  scale: "The same work with 0, 100 000 and 1 000 000 users",
  delivery: "Durable events: how many a second",
  "delivery-latency": "Durable events: from the commit to the handler",
  "wake-up": "What telling the workers costs the writers",
};

/** What sections start as processes of their own, and what lets them end with the code that they set. */
const PROCESSES = ["delivery/worker-process", "memory/memory-process", "../../vitest.exit-code"];

/** `npm run bench -- cpu weight`: these alone. */
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
  entryPoints: [...sections.map(([name]) => `sections/${name}`), ...PROCESSES].map((name) => path(`./${name}.ts`)),
  outdir: built,
  entryNames: "[name]",
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

/** What a section has left of its targets. */
function verdictsIn(file: string): readonly Verdict[] {
  const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n") : [];
  // Written by `judged`.
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as Verdict);
}

const took: (readonly [string, number])[] = [];
const verdicts: (readonly [string, Verdict])[] = [];
for (const [name, title] of sections) {
  console.log(`## ${title}\n`);
  const began = performance.now();
  const file = `${built}/${name}.verdicts`;
  rmSync(file, { force: true });
  const child = spawn(
    process.execPath,
    ["--expose-gc", "--import", pathToFileURL(`${built}/vitest.exit-code.mjs`).href, `${built}/${name}.mjs`],
    {
      cwd: path("../.."),
      env: { ...process.env, DATABASE_URL: server.url, [VERDICTS]: file },
      stdio: "inherit",
    },
  );
  const [code] = (await once(child, "exit")) as [number | null];
  if (code !== 0) {
    console.log(`**${name}: a count is not what it has to be, or it failed.**\n`);
    process.exitCode = 1;
  }
  verdicts.push(...verdictsIn(file).map((verdict) => [name, verdict] as const));
  took.push([name, Math.round((performance.now() - began) / 1000)]);
}
if (verdicts.length > 0) {
  const missed = verdicts.filter(([, { met }]) => !met).length;
  console.log(`## Targets: ${verdicts.length - missed} met, ${missed} missed\n`);
  printTable(
    ["figure", "section", "measured", "target"],
    verdicts.map(([section, { figure, shown, target, met }]) => [figure, section, met ? shown : `**${shown}**`, target]),
  );
}
printTable(["section", "seconds"], took);
