import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { TestProject } from "vitest/node";
import { fetched } from "./run.js";

declare module "vitest" {
  export interface ProvidedContext {
    /** A project that has installed the tarball and every peer. */
    consumer: string;
    tarball: string;
  }
}

interface Manifest {
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
}

const root = fileURLToPath(new URL("../../", import.meta.url));
const run = promisify(execFile);

/** Builds, packs, and installs what was packed into a project of its own. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "denizen-package-"));
  await run("npm", ["run", "build"], { cwd: root });
  const { stdout } = await run("npm", ["pack", "--json", "--pack-destination", folder], { cwd: root });
  const tarball = join(folder, nameOfPack(JSON.parse(stdout)));

  const consumer = join(folder, "consumer");
  await cp(join(root, "test/package/fixtures"), consumer, { recursive: true });
  const dependencies = { denizen: `file:${tarball}`, ...(await peers()) };
  await writeFile(join(consumer, "package.json"), JSON.stringify({ name: "consumer", private: true, dependencies }));
  await run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund"], { cwd: consumer });

  // Before the files run side by side: two `npx` that fetch the same Node trip over one another.
  for (const version of ["22", "24"]) await fetched(`node@${version}`, "node", ["--version"], consumer);

  project.provide("consumer", consumer);
  project.provide("tarball", tarball);
  return () => rm(folder, { recursive: true, force: true });
}

/** The peers in the versions that are installed here. */
async function peers(): Promise<Readonly<Record<string, string>>> {
  const { peerDependencies } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as Manifest;
  const installed = Object.keys(peerDependencies).map(async (name) => {
    const { version } = JSON.parse(await readFile(join(root, "node_modules", name, "package.json"), "utf8")) as { version: string };
    return [name, version] as const;
  });
  return Object.fromEntries(await Promise.all(installed));
}

/** npm answers with a list, and from version 12 on with an object by package. */
function nameOfPack(answer: unknown): string {
  const [pack] = Object.values(answer as Record<string, { filename: string }>);
  if (pack === undefined) throw new Error("npm pack packed nothing");
  return pack.filename;
}
