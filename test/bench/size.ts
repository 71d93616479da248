import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import type { Metafile } from "esbuild";
import { interleaved, isShort, median, printTable } from "./measure.js";

const run = promisify(execFile);
const ENTRY = "dist/index.js";
const OUTDIR = "node_modules/.cache/denizen-bench/core";

/** The entry with everything that it imports at once; what it loads lazily stays outside. */
async function bundleCore(
  minify: boolean,
): Promise<{ readonly file: string; readonly bytes: number; readonly gzip: number; readonly parts: ReadonlyMap<string, number> }> {
  const { metafile } = await build({
    entryPoints: [ENTRY],
    outdir: `${OUTDIR}-${minify ? "minified" : "plain"}`,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "es2022",
    minify,
    metafile: true,
    logLevel: "error",
  });
  const [file] = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint === ENTRY) ?? [];
  if (file === undefined) throw new Error("esbuild has made no entry");
  const files = [...reachable(metafile, file)];
  const code = await Promise.all(files.map((path) => readFile(path)));
  const all = Buffer.concat(code);
  return { file, bytes: all.length, gzip: gzipSync(all, { level: 9 }).length, parts: partsOf(metafile, files) };
}

/** Bytes by package. */
function partsOf({ outputs }: Metafile, files: readonly string[]): ReadonlyMap<string, number> {
  const parts = new Map<string, number>();
  for (const file of files) {
    for (const [input, { bytesInOutput }] of Object.entries(outputs[file]?.inputs ?? {})) {
      const name = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1] ?? "denizen";
      parts.set(name, (parts.get(name) ?? 0) + bytesInOutput);
    }
  }
  return parts;
}

function reachable({ outputs }: Metafile, file: string, found = new Set<string>()): Set<string> {
  found.add(file);
  for (const { path, kind } of outputs[file]?.imports ?? []) {
    if (kind === "import-statement" && path in outputs && !found.has(path)) reachable({ inputs: {}, outputs }, path, found);
  }
  return found;
}

/** Milliseconds that one import takes in a process of its own. */
const importTime = (module: string) => async (): Promise<number> => {
  const script = `const began = performance.now(); await import(${JSON.stringify(module)}); console.log(performance.now() - began);`;
  const { stdout } = await run(process.execPath, ["--input-type=module", "-e", script]);
  return Number(stdout);
};

if (!existsSync(ENTRY)) await run("npm", ["run", "build"]);

const [plain, minified] = [await bundleCore(false), await bundleCore(true)];
const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1)} kB`;
printTable(
  ["denizen, with its dependencies, without what it loads lazily", "bytes", "gzip", "target"],
  [
    ["bundled", kilobytes(plain.bytes), kilobytes(plain.gzip), ""],
    ["bundled and minified", kilobytes(minified.bytes), kilobytes(minified.gzip), "≤ 20 kB"],
    ...[...minified.parts].map(([name, bytes]) => [`of these ${name}`, kilobytes(bytes), "", ""]),
  ],
);

const url = (file: string): string => pathToFileURL(file).href;
const figures = await interleaved(isShort ? 9 : 25, {
  "an empty module": importTime("data:text/javascript,"),
  "denizen, bundled": importTime(url(minified.file)),
  "denizen, from dist and node_modules": importTime(url(ENTRY)),
  zod: importTime("zod"),
  "drizzle-orm/postgres-js": importTime("drizzle-orm/postgres-js"),
});
const empty = median(figures["an empty module"]);
const own = median(figures["denizen, bundled"]) - empty;
printTable(
  ["import in a fresh process", "ms", "less the empty module", "to denizen, bundled", "target"],
  Object.entries(figures).map(([name, all]) => {
    const less = median(all) - empty;
    const target = name === "denizen, bundled" ? "≤ 15 ms" : "";
    return [name, median(all).toFixed(1), less.toFixed(1), `${(less / own).toFixed(1)}x`, target];
  }),
);
