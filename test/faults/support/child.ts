import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import type { WorkerPlan, WriterPlan } from "./plans.js";

/** A process of the test's own. */
export interface Child {
  readonly name: string;
  /** What it has said so far, a line each; half a line was not said. */
  readonly said: readonly string[];
  /** Answers once it says this. Rejects when it ends before. */
  says(line: string): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  /** Its exit code; null when a signal ended it. */
  readonly ended: Promise<number | null>;
}

export interface Plans {
  readonly worker: WorkerPlan;
  readonly writer: WriterPlan;
}

const root = fileURLToPath(new URL("../../../", import.meta.url));
const built = new Map<keyof Plans, Promise<string>>();

/** Bundled once: a process that is killed again and again has to be back at once. */
async function bundle(program: keyof Plans): Promise<string> {
  const outfile = `${root}node_modules/.cache/denizen-faults/${program}.mjs`;
  await build({
    entryPoints: [`${root}test/faults/programs/${program}.ts`],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    packages: "external",
    sourcemap: "inline",
    absWorkingDir: root,
  });
  return outfile;
}

export async function start<Program extends keyof Plans>(program: Program, plan: Plans[Program]): Promise<Child> {
  const file = built.get(program) ?? bundle(program);
  built.set(program, file);
  const path = await file;
  const child = spawn(process.execPath, ["--enable-source-maps", path, JSON.stringify(plan)], { stdio: ["pipe", "pipe", "inherit"] });
  const said: string[] = [];
  const waiting = new Set<() => void>();
  let rest = "";
  child.stdout.setEncoding("utf8");
  child.stdout.on("data", (text: string) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) said.push(line);
    waiting.forEach((look) => look());
  });
  const ended = once(child, "close").then(([code]): number | null => (typeof code === "number" ? code : null));
  return {
    name: plan.name,
    said,
    says: (line) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (!said.includes(line)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
        void ended.then((code) => reject(new Error(`${plan.name} ended with ${code} before it said "${line}"`)));
      }),
    signal: (signal) => void child.kill(signal),
    ended,
  };
}
