/** The short form is for a quick look and for continuous integration: fewer rounds, the same counts. */
export const isShort = process.env["BENCH_SHORT"] === "1";

/** The value that `share` of all (0 to 1) do not exceed. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? NaN;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  const middle = sorted.length >> 1;
  const [low = NaN, high = NaN] = sorted.length % 2 === 0 ? [sorted[middle - 1], sorted[middle]] : [sorted[middle], sorted[middle]];
  return (low + high) / 2;
}

/** A table in Markdown; the first column is text, the others are figures. */
export function printTable(head: readonly string[], rows: readonly (readonly (string | number)[])[]): void {
  const line = (cells: readonly (string | number)[]): string => `| ${cells.join(" | ")} |`;
  console.log([line(head), line(head.map((_, index) => (index === 0 ? "---" : "---:"))), ...rows.map(line)].join("\n") + "\n");
}

export const times = (ratio: number): string => `${ratio.toFixed(2)}x`;

export const milliseconds = (value: number): string => `${value.toFixed(value < 100 ? 1 : 0)} ms`;

export const microseconds = (value: number): string => `${value.toFixed(value < 10 ? 1 : 0)} µs`;

/** Runs contestants in turn, in an order that alternates (A B, B A, …), and gives each one's figures by round. */
export async function interleaved<Name extends string, Figure = number>(
  rounds: number,
  contestants: Readonly<Record<Name, (round: number) => Promise<Figure>>>,
): Promise<Record<Name, readonly Figure[]>> {
  // `entries` forgets which keys it was given.
  const all = Object.entries(contestants) as [Name, (round: number) => Promise<Figure>][];
  const figures = Object.fromEntries(all.map(([name]) => [name, []])) as unknown as Record<Name, Figure[]>;
  for (let round = 0; round < rounds; round++) {
    for (const [name, run] of round % 2 === 0 ? all : all.toReversed()) figures[name].push(await run(round));
  }
  return figures;
}

export const ratios = (ones: readonly number[], others: readonly number[]): readonly number[] =>
  ones.map((one, round) => one / (others[round] ?? NaN));

/** The median of ratios, with the smallest and the largest. */
export const spread = (all: readonly number[]): string =>
  `${times(median(all))} (${Math.min(...all).toFixed(2)}–${Math.max(...all).toFixed(2)})`;

/** Microseconds of this process's CPU for one call, its garbage collection included. */
export async function cpuPerCall(calls: number, call: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  for (let index = 0; index < calls; index++) await call();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / calls;
}
