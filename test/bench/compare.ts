import { cpuPerCall, interleaved, isShort, median, microseconds, printTable, ratios, times } from "./measure.js";

/** Operations as calls without arguments. */
export type Calls = Readonly<Record<string, () => Promise<unknown>>>;

interface Contest<Side> {
  readonly denizen: Side;
  readonly floor: Side;
}

/** The JIT's own threads count as well, so what they compile must be compiled before: some thousand calls. */
export const WARM = isShort ? 1000 : 6000;

/** CPU of this process for one call of each operation: denizen's beside the floor's. */
export async function compareCpu(title: string, { denizen, floor }: Contest<Calls>): Promise<void> {
  const [rounds, batch] = isShort ? [10, 100] : [20, 250];
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
  { rounds, calls }: { readonly rounds: number; readonly calls: number },
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
    rows.push([operation, ours, byHand, times(median(ratios(figures.denizen, figures.floor)))]);
  }
  printTable([title, "denizen /s", "by hand /s", "ratio"], rows);
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
