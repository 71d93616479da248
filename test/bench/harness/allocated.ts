import { PerformanceObserver } from "node:perf_hooks";
import { setImmediate } from "node:timers/promises";
import { getHeapStatistics } from "node:v8";

/** A young generation so large that nothing is collected while something is counted: then all that is in use is all that was allocated. */
export const FLAGS = ["--expose-gc", "--min-semi-space-size=256", "--max-semi-space-size=256"];

export const hasRoom = (): boolean => FLAGS.every((flag) => process.execArgv.includes(flag));

/** Bytes of one call: in V8's heap, and what lies outside of it, as buffers do. */
export interface Allocated {
  readonly heap: number;
  readonly outside: number;
}

let collections = 0;
new PerformanceObserver((list) => (collections += list.getEntries().length)).observe({ entryTypes: ["gc"] });

/** How often garbage was collected so far; told a turn or two later. */
export async function collected(): Promise<number> {
  for (let turn = 0; turn < 3; turn++) await setImmediate();
  return collections;
}

/** What one call allocates, as the mean of many; less what awaiting it does. */
export async function allocated(calls: number, call: () => unknown): Promise<Allocated> {
  const [all, nothing] = [await counted(calls, call), await counted(calls, () => undefined)];
  return { heap: all.heap - nothing.heap, outside: all.outside - nothing.outside };
}

/** A count during which garbage was collected is none, and is taken again. */
async function counted(calls: number, call: () => unknown): Promise<Allocated> {
  for (let tries = 0; tries < 5; tries++) {
    // Of the young alone, which is quick. The second one waits until the buffers that the first one found are freed.
    for (let time = 0; time < 2; time++) global.gc?.({ type: "minor" });
    const earlier = await collected();
    const before = getHeapStatistics();
    for (let index = 0; index < calls; index++) await call();
    const after = getHeapStatistics();
    if ((await collected()) > earlier) continue;
    const { used_heap_size: heap, external_memory: outside } = before;
    return { heap: (after.used_heap_size - heap) / calls, outside: (after.external_memory - outside) / calls };
  }
  throw new Error(`garbage was collected during each of five counts of ${calls} calls`);
}
