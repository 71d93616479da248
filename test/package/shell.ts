import { spawn } from "node:child_process";
import { once } from "node:events";
import { delimiter, dirname } from "node:path";

/** Nothing of this process's surroundings but where programs are: settings come from the files that the commands name. */
const environment = (node: string) => ({ PATH: `${dirname(node)}${delimiter}${process.env["PATH"] ?? ""}`, PORT: "0" });

/** Runs lines of a shell as a reader would, in a folder. */
export async function shell(lines: string, cwd: string): Promise<void> {
  const child = spawn("sh", ["-eu", "-c", lines], { cwd, env: environment(process.execPath), stdio: ["ignore", "pipe", "pipe"] });
  const said = collected(child);
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(`${lines}\nended with ${String(code)}\n${said()}`);
}

/** A program that runs until it is told to end. */
export interface Started {
  /** Everything it has written so far. */
  said(): string;
  /** Asks it to end as an operator would, and answers its exit code. */
  end(): Promise<number | null>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Starts a program by a line of a shell, and comes back when it says that it is ready. */
export async function starting(line: string, cwd: string, node: string = process.execPath): Promise<Started> {
  const child = spawn("sh", ["-c", `exec ${line}`], { cwd, env: environment(node), stdio: ["ignore", "pipe", "pipe"] });
  const said = collected(child);
  const ended = once(child, "close") as Promise<[number | null]>;
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    child.kill(signal);
    const [code] = await ended;
    return code;
  };
  await Promise.race([ready(child, said), ended]);
  if (child.exitCode !== null) throw new Error(`${line}\nended with ${String(child.exitCode)}\n${said()}`);
  return { said, end: () => end("SIGTERM"), [Symbol.asyncDispose]: () => end("SIGKILL").then(() => undefined) };
}

interface Talking {
  readonly stdout: NodeJS.ReadableStream;
  readonly stderr: NodeJS.ReadableStream;
}

function collected({ stdout, stderr }: Talking): () => string {
  let said = "";
  for (const stream of [stdout, stderr]) stream.on("data", (part: Buffer) => (said += part.toString()));
  return () => said;
}

/** A server says where it listens; a worker that it sends. */
async function ready({ stdout }: Talking, said: () => string): Promise<void> {
  while (!/^(?:listening on http|sending )/m.test(said())) await once(stdout, "data");
}
