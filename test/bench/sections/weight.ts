import { pathToFileURL } from "node:url";
import { builtPackage } from "../package/built-package.js";
import type { EntryPoint } from "../package/built-package.js";
import { bundle, grouped, packageOf } from "../package/bundle.js";
import { importCosts } from "../package/import-time.js";
import type { Cost } from "../package/import-time.js";
import { isShort, printTable } from "../harness/measure.js";
import { atMost, judged, targetText } from "../harness/targets.js";

const OUTDIR = "node_modules/.cache/denizen-bench/weight";
/** All that the core may bring along. */
const OF_THE_CORE = ["mitt", "neverthrow", "uuidv7", "zod"];
const LARGEST = atMost(20, " kB");
const LONGEST = atMost(15, " ms");

const kilobytes = (bytes: number): string => (bytes === 0 ? "" : `${(bytes / 1000).toFixed(1)} kB`);
const url = (file: string): string => pathToFileURL(file).href;

/** Its own code, what it is with the packages that it needs, and a bundle with the core as well that can be imported. */
async function bundlesOf({ name, file }: EntryPoint) {
  const into = (kind: string): string => `${OUTDIR}/${kind}/${name}`;
  const [own, whole, alone] = await Promise.all([
    bundle(file, into("own"), { minify: true, packages: "external" }),
    bundle(file, into("whole"), { minify: true, external: ["denizen", "denizen/*"] }),
    // What is CommonJS in it wants a `require` of Node's own.
    bundle(file, into("alone"), {
      minify: true,
      banner: { js: 'import { createRequire as make } from "node:module"; const require = make(import.meta.url);' },
    }),
  ]);
  return { name, file, own, whole, alone };
}

type Bundles = Awaited<ReturnType<typeof bundlesOf>>;

function printSizes(all: readonly Bundles[]): void {
  const rows = all.map(({ name, own, whole }) => {
    const isCore = name === "denizen";
    const packages = grouped(whole.inputs, (input) => packageOf(input) ?? "").map(([from]) => from);
    const others = packages.filter((from) => from !== "").sort();
    if (isCore && others.some((from) => !OF_THE_CORE.includes(from))) process.exitCode = 1;
    return [
      name,
      kilobytes(own.bytes),
      kilobytes(own.gzip),
      kilobytes(own.lazily),
      kilobytes(whole.bytes),
      judged("core entry with its packages, minified, gzip", whole.gzip / 1000, kilobytes(whole.gzip), isCore ? LARGEST : undefined),
      isCore ? targetText(LARGEST) : "",
      kilobytes(whole.lazily),
      kilobytes(whole.addons),
      others.join(", "),
    ];
  });
  const head = ["minified; all but the first without the core", "own code", "gzip", "lazily, gzip"];
  printTable([...head, "with packages", "gzip", "target", "lazily, gzip", "native", "packages, loaded at once"], rows);
}

/** Where the core's bytes come from, by folder of the sources. */
async function printParts(): Promise<void> {
  const into = `${OUTDIR}/parts`;
  const [plain, minified] = [await bundle("src/index.ts", into, {}), await bundle("src/index.ts", into, { minify: true })];
  const folderOf = (input: string): string => packageOf(input) ?? input.replace(/\/[^/]*$/, "");
  const share = (bytes: number): string => `${((100 * bytes) / minified.bytes).toFixed(1)} %`;
  printTable(
    ["the core from its sources, with its packages", "bytes", "share", "gzip"],
    [
      ["not minified", kilobytes(plain.bytes), "", kilobytes(plain.gzip)],
      ["minified", kilobytes(minified.bytes), share(minified.bytes), kilobytes(minified.gzip)],
      ...grouped(minified.inputs, folderOf).map(([folder, bytes]) => [folder, kilobytes(bytes), share(bytes), ""]),
    ],
  );
}

async function printImports([core, ...others]: readonly Bundles[]): Promise<void> {
  if (core === undefined) throw new Error("there is no core");
  const figures = ({ time, cpu }: Cost): readonly string[] => [time.toFixed(1), cpu.toFixed(1)];
  const { bundled, ...rest } = await importCosts(isShort ? 3 : 9, {
    bundled: url(core.alone.file),
    "denizen, from dist and node_modules": url(core.file),
    "zod/mini, which the core takes": "zod/mini",
    zod: "zod",
    "drizzle-orm/postgres-js": "drizzle-orm/postgres-js",
  });
  // What the clock tells beyond the CPU's time is the work of others on a machine that is busy.
  const shown = judged("import of the core, bundled", Math.min(bundled.time, bundled.cpu), bundled.time.toFixed(1), LONGEST);
  const row = ([name, cost]: readonly [string, Cost]) => [name, ...figures(cost), `${(cost.cpu / bundled.cpu).toFixed(1)}x`, ""];
  printTable(
    ["import in a fresh process, less an empty module's", "ms", "ms of CPU", "of CPU, to denizen, bundled", "target"],
    [["denizen, bundled", shown, bundled.cpu.toFixed(1), "1.0x", targetText(LONGEST)], ...Object.entries(rest).map(row)],
  );

  const forms = others.flatMap(({ name, file, alone }) => [
    [`${name}, bundled`, url(alone.file)],
    [`${name}, from dist`, url(file)],
  ]);
  const costs = await importCosts<string>(isShort ? 1 : 2, Object.fromEntries(forms));
  const none: Cost = { time: NaN, cpu: NaN };
  printTable(
    ["import in a fresh process, with what it takes of the core", "bundled: ms", "ms of CPU", "dist and node_modules: ms", "ms of CPU"],
    others.map(({ name }) => [name, ...figures(costs[`${name}, bundled`] ?? none), ...figures(costs[`${name}, from dist`] ?? none)]),
  );
}

const bundles: Bundles[] = [];
for (const entry of await builtPackage()) bundles.push(await bundlesOf(entry));
printSizes(bundles);
await printParts();
await printImports(bundles);
