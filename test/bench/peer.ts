import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";

// Sections run in the project's folder. They are no dependencies of the project's: who installs it never has them.
const FOLDER = `${process.cwd()}/test/bench/contestants`;
const resolveIn = createRequire(`${FOLDER}/package.json`).resolve;

/** Installs the other contestants, in a folder of their own, when they are not there. */
export async function installPeers(): Promise<void> {
  if (existsSync(`${FOLDER}/node_modules/.package-lock.json`)) return;
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  await promisify(execFile)(npm, ["ci", "--prefix", FOLDER], { cwd: FOLDER, shell: process.platform === "win32" });
}

/** One of them. `Module` says what the caller uses of it. */
export async function peer<Module>(name: string): Promise<Module> {
  // What it exports nobody checks before it is called.
  return (await import(pathToFileURL(resolveIn(name)).href)) as Module;
}

export function versionOf(name: string): string {
  const { version } = JSON.parse(readFileSync(`${FOLDER}/node_modules/${name}/package.json`, "utf8")) as { readonly version: string };
  return `${name} ${version}`;
}
