import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";

// Sections run in the project's folder. They are no dependencies of the project's: who installs it never has them.
const FOLDER = `${process.cwd()}/test/bench/contestants`;
const resolveIn = createRequire(`${FOLDER}/package.json`).resolve;

/** Installs the other contestants, in a folder of their own, when they are not there, or not in the version that is asked for. */
export async function installPeers(): Promise<void> {
  const { dependencies } = manifestIn(FOLDER);
  if (Object.entries(dependencies ?? {}).every(([name, version]) => installed(name) === version)) return;
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  await promisify(execFile)(npm, ["ci", "--prefix", FOLDER], { cwd: FOLDER, shell: process.platform === "win32" });
}

/** One of them. `Module` says what the caller uses of it. */
export async function peer<Module>(name: string): Promise<Module> {
  // What it exports nobody checks before it is called.
  return (await import(pathToFileURL(resolveIn(name)).href)) as Module;
}

export const versionOf = (name: string): string => `${name} ${installed(name) ?? "?"}`;

interface Manifest {
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

// Written by npm.
const manifestIn = (folder: string): Manifest => JSON.parse(readFileSync(`${folder}/package.json`, "utf8")) as Manifest;

function installed(name: string): string | undefined {
  const folder = `${FOLDER}/node_modules/${name}`;
  return existsSync(folder) ? manifestIn(folder).version : undefined;
}
