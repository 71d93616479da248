import { execFileSync } from "node:child_process";
import { cpSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

/** Beside the package and not in its node_modules, where nobody could import it by its name. */
const OUT = join(ROOT, ".data", "built");

export function buildPackage(): void {
  execFileSync("npm", ["run", "build"], { cwd: ROOT, stdio: ["ignore", "ignore", "inherit"], shell: process.platform === "win32" });
}

/** Compiles an app as its users would: JavaScript that imports the package. Answers its folder. */
export async function builtApp(name: string): Promise<string> {
  rmSync(OUT, { recursive: true, force: true });
  for (const folder of [name, "support"]) {
    const from = join(ROOT, "examples", folder);
    const files = readdirSync(from, { recursive: true, encoding: "utf8" });
    // Configurations and pages are used as they are.
    cpSync(from, join(OUT, folder), { recursive: true, filter: (path) => !path.endsWith(".ts") });
    await build({
      entryPoints: files.filter((file) => file.endsWith(".ts")).map((file) => join(from, file)),
      outdir: join(OUT, folder),
      outbase: from,
      format: "esm",
      platform: "node",
      target: "es2022",
      logLevel: "error",
    });
  }
  return join(OUT, name);
}
