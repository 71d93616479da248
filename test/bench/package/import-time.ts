import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { interleaved, median } from "../harness/measure.js";

export interface Cost {
  /** Milliseconds on the clock. */
  readonly time: number;
  /** Milliseconds of CPU, all threads together: other programs on the same cores change it little. */
  readonly cpu: number;
}

/** What one import costs in a process of its own. */
async function importing(module: string): Promise<Cost> {
  const script = `
    const [began, before] = [performance.now(), process.cpuUsage()];
    await import(${JSON.stringify(module)});
    const [time, { user, system }] = [performance.now() - began, process.cpuUsage(before)];
    console.log(JSON.stringify({ time, cpu: (user + system) / 1000 }));`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script]);
  // Written by the lines above.
  return JSON.parse(stdout) as Cost;
}

/** What modules cost, by name, more than an empty one does: medians of rounds in which all take their turn. */
export async function importCosts<Name extends string>(
  rounds: number,
  modules: Readonly<Record<Name, string>>,
): Promise<Readonly<Record<Name, Cost>>> {
  const contestants = Object.entries<string>(modules).map(([name, module]) => [name, () => importing(module)] as const);
  const all = await interleaved<string, Cost>(rounds, {
    ...Object.fromEntries(contestants),
    [EMPTY]: () => importing("data:text/javascript,"),
  });
  const empty = all[EMPTY] ?? [];
  const less = (figures: readonly Cost[], figure: keyof Cost): number =>
    median(figures.map((cost, round) => cost[figure] - (empty[round]?.[figure] ?? NaN)));
  const costs = contestants.map(([name]) => [name, { time: less(all[name] ?? [], "time"), cpu: less(all[name] ?? [], "cpu") }]);
  // The names that were given.
  return Object.fromEntries(costs) as Readonly<Record<Name, Cost>>;
}

const EMPTY = "an empty module";
