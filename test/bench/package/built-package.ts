import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

/** What an application imports, by its name, and the file that it gets. */
export interface EntryPoint {
  readonly name: string;
  readonly file: string;
}

/** The entry points of package.json's `exports` that are code, the core first, in a `dist` that is as new as the sources. */
export async function builtPackage(): Promise<readonly EntryPoint[]> {
  if (!existsSync("dist/index.d.ts") || (await newest("dist")) < Math.max(await newest("src"), await newest("adapters"))) {
    await run("npm", ["run", "build"], { shell: process.platform === "win32" });
  }
  // The tests of the package see to its shape.
  const { exports } = JSON.parse(await readFile("package.json", "utf8")) as { readonly exports: Exports };
  return Object.entries(exports).flatMap(([path, target]) =>
    typeof target === "string" ? [] : [{ name: path.replace(".", "denizen"), file: target.import.default.replace("./", "") }],
  );
}

type Exports = Readonly<Record<string, string | { readonly import: { readonly default: string } }>>;

/** When the newest file of a folder was written. */
async function newest(folder: string): Promise<number> {
  const files = await readdir(folder, { recursive: true });
  const times = await Promise.all(files.map(async (file) => (await stat(`${folder}/${file}`)).mtimeMs));
  return Math.max(...times);
}
