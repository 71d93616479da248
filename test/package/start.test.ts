import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { freshDatabase } from "../support/database.js";
import { client } from "../examples/client.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { readonly scripts: Record<string, string> };
const started: ChildProcess[] = [];
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "denizen-start-"));
  // PostgreSQL may run as another user.
  await chmod(folder, 0o755);
});

afterAll(async () => {
  await stopPostgres();
  for (const launcher of started) signal(launcher, "SIGKILL");
  await rm(folder, { recursive: true, force: true });
});

/** To a launcher and all that it has started, as Ctrl-C does it. */
function signal({ pid }: ChildProcess, name: NodeJS.Signals): void {
  if (pid !== undefined) whenAlive(() => process.kill(-pid, name));
}

function whenAlive(work: () => boolean): boolean {
  try {
    return work();
  } catch {
    return false;
  }
}

/** The server that a killed launcher leaves behind. */
async function stopPostgres(): Promise<void> {
  if (!isRunning()) return;
  const pid = Number((await readFile(postmaster(), "utf8")).split("\n")[0]);
  if (whenAlive(() => process.kill(pid, "SIGINT"))) await vi.waitFor(() => expect(isRunning()).toBe(false), { timeout: 10_000 });
}

/** A file that is there while PostgreSQL runs. */
const postmaster = () => join(folder, "user-api/postgres/data/postmaster.pid");
const isRunning = () => existsSync(postmaster());

/**
 * What `npm run example:user-api` runs; npm's shell answers Ctrl-C by an exit code of its own. It is `node` that runs it: the command
 * `tsx` kills a process that takes more than 60 ms to hear of Ctrl-C, and PostgreSQL would go on without it.
 */
const [NODE, ...LAUNCHER] = (manifest.scripts["example:user-api"] ?? "").split(" ");

/** Until it has said what to try. */
async function start(environment: Readonly<Record<string, string>> = {}) {
  const launcher = spawn(process.execPath, LAUNCHER, {
    cwd: root,
    detached: true,
    env: { PATH: process.env["PATH"], HOME: process.env["HOME"], PORT: "0", DATA_FOLDER: folder, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  started.push(launcher);
  const exit = once(launcher, "exit") as Promise<[number | null]>;
  let said = "";
  await new Promise<void>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes("/user/deactivate/\n")) resolve();
    };
    launcher.stdout.on("data", read);
    launcher.stderr.on("data", read);
    void exit.then(() => reject(new Error(said)));
  });
  const url = /listening on (\S+)/.exec(said)?.[1] ?? "";
  const ended = async () => (await exit)[0];
  return {
    said,
    url,
    call: client(url),
    interrupted: () => (signal(launcher, "SIGINT"), ended()),
    killed: () => (launcher.kill("SIGKILL"), ended()),
  };
}

const credentials = { email: "john@doe.com", password: "correct horse battery staple" };
const json = { name: "John", surname: "Doe", ...credentials };

test("it makes the tables, says what to try, and ends cleanly by Ctrl-C", async () => {
  expect(NODE).toBe("node");
  const database = await freshDatabase();
  const { said, url, call, interrupted } = await start({ DATABASE_URL: database.url });
  expect(said).toContain(`settings and data of user-api: ${join(folder, "user-api")}\n`);
  expect(said).toContain("Database and User table created successfully.\nusers: 0, active: 0\nlistening on http://127.0.0.1:");
  const commands = said.match(/^ {2}curl .*$/gm) ?? [];
  expect(commands).toHaveLength(4);
  for (const route of ["/user/", "/user/activate/", "/user/signin/", "/user/deactivate/"]) {
    const command = commands.find((line) => line.endsWith(` ${url}${route}`));
    const [, body = ""] = /--json '(.*)'/.exec(command ?? "") ?? [];
    // What it says can be pasted.
    expect((await call("POST", route, { json: JSON.parse(body) })).status).toBe(200);
  }
  expect(await interrupted()).toBe(0);
  await expect(call("GET", "/")).rejects.toThrow();
  await database[Symbol.asyncDispose]();
});

test("its own PostgreSQL keeps users and secrets, serves a second launcher, and outlives one that is killed", async () => {
  const secrets = () => /^KEYS=.*$/m.exec(readFileSync(join(folder, "user-api/.env"), "utf8"))?.[0];
  const first = await start();
  expect((await first.call("POST", "/user/", { json })).status).toBe(200);
  const kept = secrets();
  expect(kept).toMatch(/^KEYS="1:.{44}"$/);

  const second = await start();
  expect(second.url).not.toBe(first.url);
  expect(second.said).toContain("users: 1, active: 0");
  await first.killed();
  await vi.waitFor(() => expect(first.call("GET", "/")).rejects.toThrow(), { timeout: 10_000 });
  expect((await second.call("POST", "/user/activate/", { json: credentials })).status).toBe(200);
  expect(await second.interrupted()).toBe(0);
  expect(isRunning()).toBe(true);
  await stopPostgres();

  const third = await start();
  expect(third.said).toContain("users: 1, active: 1");
  expect((await third.call("POST", "/user/signin/", { json: credentials })).status).toBe(200);
  expect(await third.interrupted()).toBe(0);
  expect(secrets()).toBe(kept);
  expect(isRunning()).toBe(false);
}, 90_000);
