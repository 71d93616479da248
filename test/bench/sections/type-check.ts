import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { builtPackage } from "../package/built-package.js";
import { compile } from "../package/compiler.js";
import type { Compiled } from "../package/compiler.js";
import { CONSUMERS, settle } from "../package/consumers.js";
import type { Consumer } from "../package/consumers.js";
import { interleaved, isShort, median, printTable, ratios, times } from "../harness/measure.js";

/** Whose ratios are told. */
const BESIDE: Consumer = "drizzle-orm alone";

const config = (skipLibCheck: boolean, file: string) => ({
  compilerOptions: {
    target: "es2022",
    lib: ["es2023", "esnext.disposable"],
    module: "node20",
    types: ["node"],
    strict: true,
    noEmit: true,
    skipLibCheck,
  },
  files: [file],
});

async function check(folder: string, skipLibCheck: boolean, rounds: number, consumers = CONSUMERS): Promise<void> {
  const contestants = CONSUMERS.map((consumer, index) => {
    const project = join(folder, `tsconfig.${index}.${skipLibCheck ? "skip" : "all"}.json`);
    const run = async (): Promise<Compiled> => {
      await writeFile(project, JSON.stringify(config(skipLibCheck, `${index}/main.ts`)));
      return compile(folder, project);
    };
    return [consumer, run] as const;
  });
  const asked = contestants.filter(([consumer]) => consumers.includes(consumer));
  const figures = await interleaved<string, Compiled>(rounds, Object.fromEntries(asked));
  const beside = figures[BESIDE] ?? [];
  const rows = consumers.map((consumer) => {
    const all = figures[consumer] ?? [];
    const of = (figure: keyof Compiled["figures"]): number => median(all.map(({ figures }) => figures[figure]));
    const others = all[0]?.elsewhere ?? 0;
    if (all.some(({ own, elsewhere }) => own.length > 0 || (skipLibCheck && elsewhere > 0))) process.exitCode = 1;
    for (const finding of new Set(all.flatMap(({ own }) => own))) console.log(finding);
    return [
      consumer,
      of("files"),
      of("types"),
      of("instantiations"),
      `${of("memory").toFixed(0)} MB`,
      `${of("check").toFixed(2)} s`,
      `${of("total").toFixed(2)} s`,
      `${of("cpu").toFixed(2)} s`,
      beside.length === 0 ? "" : times(median(ratios(all.map(cpuOf), beside.map(cpuOf)))),
      others === 0 ? "" : others,
    ];
  });
  const title = `tsc, skipLibCheck: ${String(skipLibCheck)}`;
  const head = [title, "files", "types", "instantiations", "memory", "check", "total", "CPU", `of CPU, to ${BESIDE}`];
  printTable([...head, "findings in drizzle-orm's declarations"], rows);
}

const cpuOf = ({ figures }: Compiled): number => figures.cpu;

await builtPackage();
const folder = await mkdtemp(join(tmpdir(), "denizen-consumer-"));
try {
  await settle(folder);
  await check(folder, true, isShort ? 1 : 2);
  // All of its own declarations, too.
  if (!isShort) await check(folder, false, 1, ["nothing", "denizen in memory"]);
} finally {
  await rm(folder, { recursive: true, force: true });
}
