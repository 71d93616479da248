import { readFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import type { BuildOptions, Metafile } from "esbuild";

export interface Bundle {
  /** The file to import. */
  readonly file: string;
  /** Bytes of what is imported at once, and of the same gzipped. */
  readonly bytes: number;
  readonly gzip: number;
  /** What is loaded when it is needed, gzipped. */
  readonly lazily: number;
  /** Native code. */
  readonly addons: number;
  /** Bytes of what is imported at once, by the file that they come from. */
  readonly inputs: ReadonlyMap<string, number>;
}

/** What a bundler makes of an entry point: one file with everything that it imports at once, and others for what it loads lazily. */
export async function bundle(entry: string, outdir: string, options: BuildOptions): Promise<Bundle> {
  const { metafile } = await build({
    entryPoints: [entry],
    outdir,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "es2022",
    loader: { ".node": "copy" },
    // As it is for a stranger: the project's own `paths` lead to the sources.
    tsconfigRaw: {},
    logLevel: "error",
    ...options,
    metafile: true,
  });
  const [file] = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint === entry) ?? [];
  if (file === undefined) throw new Error(`esbuild has made no ${entry}`);
  const all = Object.keys(metafile.outputs);
  const addons = all.filter((path) => path.endsWith(".node"));
  const atOnce = [...importedBy(metafile, file)];
  const [now, later] = [await read(atOnce), await read(all.filter((path) => !addons.includes(path) && !atOnce.includes(path)))];
  return {
    file,
    bytes: now.length,
    gzip: gzipped(now),
    lazily: later.length === 0 ? 0 : gzipped(later),
    addons: addons.reduce((sum, path) => sum + (metafile.outputs[path]?.bytes ?? 0), 0),
    inputs: inputsOf(metafile, atOnce),
  };
}

const gzipped = (code: Buffer): number => gzipSync(code, { level: 9 }).length;

const read = async (files: readonly string[]): Promise<Buffer> => Buffer.concat(await Promise.all(files.map((path) => readFile(path))));

function importedBy({ outputs }: Pick<Metafile, "outputs">, file: string, found = new Set<string>()): Set<string> {
  found.add(file);
  for (const { path, kind } of outputs[file]?.imports ?? []) {
    if (kind === "import-statement" && path in outputs && !found.has(path)) importedBy({ outputs }, path, found);
  }
  return found;
}

function inputsOf({ outputs }: Metafile, files: readonly string[]): ReadonlyMap<string, number> {
  const inputs = new Map<string, number>();
  for (const file of files) {
    for (const [input, { bytesInOutput }] of Object.entries(outputs[file]?.inputs ?? {})) {
      inputs.set(input, (inputs.get(input) ?? 0) + bytesInOutput);
    }
  }
  return inputs;
}

/** Sums of the bytes under a name that is made of each file's; largest first. */
export function grouped(inputs: ReadonlyMap<string, number>, nameOf: (input: string) => string): readonly (readonly [string, number])[] {
  const sums = new Map<string, number>();
  for (const [input, bytes] of inputs) sums.set(nameOf(input), (sums.get(nameOf(input)) ?? 0) + bytes);
  return [...sums].filter(([, bytes]) => bytes > 0).sort(([, one], [, other]) => other - one);
}

/** The package that a file belongs to; undefined for the project's own. */
export const packageOf = (input: string): string | undefined => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1];
