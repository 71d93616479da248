import { execFileSync, spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { EventEmitter, on, once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";

type Environment = Readonly<Record<string, string>>;

/** Runs a program of an app to its end; the app is a folder of TypeScript, or of what that was compiled to. */
export async function runToEnd(folder: string, program: string, env: Environment): Promise<void> {
  const child = start(folder, program, env);
  const [code] = (await once(child, "exit")) as [number | null];
  if (code !== 0) throw new Error(`${program} ended with ${code}`);
}

export interface Running {
  readonly name: string;
  /** What it has said when it was ready: a server's address. */
  readonly said: string;
  /** Resident memory in bytes, as the system counts it. */
  memory(): number;
  /** Whether it has ended by itself. */
  hasEnded(): boolean;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts a process of an app, and comes back when it has said that it is ready: a server by its address. */
export async function running(folder: string, name: string, env: Environment): Promise<Running> {
  const child = start(folder, name, env);
  const exit = once(child, "exit");
  const said = await Promise.race([words(child, name === "server" ? /http:\/\/\S+/ : /./), exit.then(() => undefined)]);
  if (said === undefined) throw new Error(`${name} ended before it was ready`);
  // Nobody reads the rest, and the process must not wait for that.
  child.stdout?.resume();
  return {
    name,
    said,
    memory: () => Number(execFileSync("ps", ["-o", "rss=", "-p", String(child.pid)], { encoding: "utf8" })) * 1024,
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGTERM");
      await exit;
    },
  };
}

function start(folder: string, program: string, env: Environment): ChildProcess {
  const compiled = join(folder, `${program}.js`);
  const call = existsSync(compiled) ? [compiled] : ["--import", "tsx", join(folder, `${program}.ts`)];
  return spawn(process.execPath, call, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "inherit"] });
}

async function words({ stdout }: ChildProcess, awaited: RegExp): Promise<string | undefined> {
  let said = "";
  for await (const [part] of on(stdout ?? new EventEmitter(), "data") as AsyncIterable<[Buffer]>) {
    said += part.toString();
    const [found] = awaited.exec(said) ?? [];
    if (found !== undefined) return found;
  }
  return undefined;
}
