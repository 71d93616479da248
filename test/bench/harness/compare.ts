import { cpuPerCall, interleaved, isShort, median, microseconds, printTable, ratios, times } from "./measure.js";
import { judged, targetText } from "./targets.js";
import type { Target } from "./targets.js";

/** Operations as calls without arguments. */
export type Calls = Readonly<Record<string, () => Promise<unknown>>>;

interface Contest<Side> {
  readonly denizen: Side;
  readonly floor: Side;
}

/** The JIT's own threads count as well, so what they compile must be compiled before: some thousand calls. */
export const WARM = isShort ? 600 : 2000;

/** CPU of this process for one call of each operation: denizen's beside the floor's. */
export async function compareCpu(title: string, { denizen, floor }: Contest<Calls>): Promise<void> {
  const [rounds, batch] = isShort ? [6, 60] : [10, 100];
  const rows = [];
  for (const [operation, ours] of Object.entries(denizen)) {
    const byHand = callOf(floor, operation);
    await interleaved(1, { denizen: () => cpuPerCall(WARM, ours), floor: () => cpuPerCall(WARM, byHand) });
    const figures = await interleaved(rounds, { denizen: () => cpuPerCall(batch, ours), floor: () => cpuPerCall(batch, byHand) });
    const ratio = median(ratios(figures.denizen, figures.floor));
    rows.push([operation, microseconds(median(figures.denizen)), microseconds(median(figures.floor)), times(ratio)]);
  }
  printTable([title, "denizen", "by hand", "ratio"], rows);
}

/** Calls a second of all callers together: denizen's beside the floor's. */
export async function compareRates(
  title: string,
  { denizen, floor }: Contest<readonly Calls[]>,
  { rounds, calls, targets = {} }: { readonly rounds: number; readonly calls: number; readonly targets?: Readonly<Record<string, Target>> },
): Promise<void> {
  const rows = [];
  for (const operation of Object.keys(denizen[0] ?? {})) {
    const run = (callers: readonly Calls[], count: number) => () =>
      rate(
        count,
        callers.map((caller) => callOf(caller, operation)),
      );
    await interleaved(1, { denizen: run(denizen, 2 * calls), floor: run(floor, 2 * calls) });
    const figures = await interleaved(rounds, { denizen: run(denizen, calls), floor: run(floor, calls) });
    const [ours, byHand] = [Math.round(median(figures.denizen)), Math.round(median(figures.floor))];
    const [ratio, target] = [median(ratios(figures.denizen, figures.floor)), targets[operation]];
    rows.push([operation, ours, byHand, judged(`${title}: ${operation}, to the floor`, ratio, times(ratio), target), targetText(target)]);
  }
  printTable([title, "denizen /s", "by hand /s", "ratio", "target"], rows);
}

/** Calls a second of all callers together. */
export async function rate(calls: number, callers: readonly (() => Promise<unknown>)[]): Promise<number> {
  const began = performance.now();
  await Promise.all(
    callers.map(async (call) => {
      for (let index = 0; index < calls; index++) await call();
    }),
  );
  return (calls * callers.length * 1000) / (performance.now() - began);
}

function callOf(calls: Calls, operation: string): () => Promise<unknown> {
  const call = calls[operation];
  if (call === undefined) throw new Error(`nobody has measured ${operation}`);
  return call;
}
