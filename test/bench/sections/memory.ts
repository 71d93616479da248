import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { printHeap } from "../memory/heap.js";
import type { Answer, Ask } from "../memory/memory-process.js";
import { printTransactions } from "../memory/transactions.js";
import { interleaved, isShort, median, microseconds, milliseconds, printTable, ratios, spread } from "../harness/measure.js";
import { atLeast, judged, targetText } from "../harness/targets.js";
import { FEW } from "../scale/world.js";

/** Who is there from the beginning: as good as nobody, and everybody. */
const SIZES = isShort ? [800, 20_000] : [800, 1_000_000];
const TARGET = atLeast(0.9);
const WARM = isShort ? 300 : 2000;
const [ROUNDS, BATCH] = isShort ? [4, 100] : [10, 200];

const PAGES = [
  "accounts by openedAt, after the middle",
  `profiles of a verified e-mail, which ${FEW} have`,
  "accounts by offset, in the middle, counted",
];

/** A memory store with so many users in a process of its own: their heap is nobody else's to collect. */
async function processOf(size: number) {
  const path = fileURLToPath(new URL("./memory-process.mjs", import.meta.url));
  const child = fork(path, [String(size)], { execArgv: ["--expose-gc", "--max-old-space-size=16384"] });
  const next = <Kind extends Answer["kind"]>(kind: Kind) =>
    new Promise<Extract<Answer, { readonly kind: Kind }>>((resolve, reject) => {
      child.once("exit", (code) => reject(new Error(`the process of ${size} users ended with ${code ?? "a signal"}`)));
      child.once("message", (message: Answer) => {
        child.removeAllListeners("exit");
        // Whoever asks knows what is answered.
        if (message.kind === kind) resolve(message as Extract<Answer, { readonly kind: Kind }>);
      });
    });
  const { seconds, bytes } = await next("ready");
  const cpuOf = async (operation: string, calls: number): Promise<number> => {
    const measured = next("measured");
    child.send({ operation, calls } satisfies Ask);
    return (await measured).cpu;
  };
  return { size, seconds, bytes, cpuOf, [Symbol.dispose]: () => child.disconnect() };
}

const label = (size: number): string => size.toLocaleString("en").replaceAll(",", " ");

await printHeap();
await printTransactions();

using few = await processOf(SIZES[0] ?? 0);
using many = await processOf(SIZES[1] ?? 0);
printTable(
  ["signed up in memory, without a session", "seconds", "heap, bytes of a user"],
  [[label(many.size), many.seconds.toFixed(1), Math.round(many.bytes)]],
);

const rows = [];
for (const operation of ["sign-up", "log-in", "session check", "create", "read by e-mail"]) {
  const cpu = (calls: number) => ({ few: () => few.cpuOf(operation, calls), many: () => many.cpuOf(operation, calls) });
  await interleaved(1, cpu(WARM));
  const figures = await interleaved(ROUNDS, cpu(BATCH));
  const compared = ratios(figures.few, figures.many);
  const shown = judged(`CPU in memory, ${operation}, with ${label(many.size)} users`, median(compared), spread(compared), TARGET);
  rows.push([operation, microseconds(median(figures.few)), microseconds(median(figures.many)), shown]);
}
printTable(["CPU in memory; users:", label(few.size), label(many.size), `speed, ${targetText(TARGET)}`], rows);

const pages = [];
for (const page of PAGES) {
  const figures = await interleaved(1, { few: () => few.cpuOf(page, 5), many: () => many.cpuOf(page, 1) });
  pages.push([page, milliseconds(median(figures.few) / 1000), milliseconds(median(figures.many) / 1000)]);
}
printTable(["CPU of a page of 20 in memory; users:", label(few.size), label(many.size)], pages);
