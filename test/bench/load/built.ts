import { execFileSync } from "node:child_process";
import { cpSync, existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

/** Beside the package and not in its node_modules, where nobody could import it by its name. */
const OUT = join(ROOT, ".data", "built");

/** Compiles the package, unless what was compiled before is newer than all that it is made of. */
export function buildPackage(): void {
  const built = join(ROOT, "dist", "index.d.ts");
  if (existsSync(built) && SOURCES.every((source) => newestIn(join(ROOT, source)) < statSync(built).mtimeMs)) return;
  execFileSync("npm", ["run", "build"], { cwd: ROOT, stdio: ["ignore", "ignore", "inherit"], shell: process.platform === "win32" });
}

const SOURCES = ["src", "adapters", "tsup.config.ts", "package.json"];

function newestIn(path: string): number {
  const within = statSync(path).isDirectory() ? readdirSync(path, { recursive: true, encoding: "utf8" }) : [];
  return Math.max(...[path, ...within.map((name) => join(path, name))].map((each) => statSync(each).mtimeMs));
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
