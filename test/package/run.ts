import { execFile } from "node:child_process";

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program in a folder, to whatever end. */
export function run(program: string, args: readonly string[], cwd: string): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(program, args, { cwd, env: environment(), maxBuffer: 2 ** 26 }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : typeof error.code === "number" ? error.code : 1, stdout, stderr }),
    );
  });
}

/** What a program writes that ends well. */
export async function output(program: string, args: readonly string[], cwd: string): Promise<string> {
  const { code, stdout, stderr } = await run(program, args, cwd);
  if (code !== 0) throw new Error(`${program} ${args.join(" ")} ended with ${code}\n${stdout}\n${stderr}`);
  return stdout;
}

/**
 * A program of an npm package that is fetched for the occasion. Some npm 11 have to be told that its install script may run, and some
 * end without a word when they are told so while it is not there yet.
 */
export async function fetched(spec: string, program: string, args: readonly string[], cwd: string): Promise<string> {
  const fetch = (...options: readonly string[]): Promise<Ended> =>
    run("npx", ["--yes", ...options, "-p", spec, "--", program, "--version"], cwd);
  const { code } = await fetch();
  const options = code === 0 ? [] : [`--allow-scripts=${program}`];
  return output("npx", ["--yes", ...options, "-p", spec, "--", program, ...args], cwd);
}

/** Without what the test runner has put there for itself. */
function environment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(VITEST|NODE_ENV$|NODE_OPTIONS$)/.test(name)));
}
