import { interleaved, median, printTable, ratios, spread } from "./measure.js";
import { judged, targetText } from "./targets.js";
import type { Target } from "./targets.js";

/** What a contestant can do: by operation, its figure over so many calls. */
export type Side = Readonly<Record<string, (calls: number) => Promise<number>>>;

export interface Contest {
  readonly title: string;
  /** The first is denizen. */
  readonly sides: Readonly<Record<string, Side>>;
  readonly rounds: number;
  /** Of each side in each round. */
  readonly calls: (operation: string) => number;
  /** Before the first. */
  readonly warm: number;
  readonly show: (figure: number) => string;
  /** What denizen's figure has to be to that of the contestant named next after it. */
  readonly targets?: Readonly<Record<string, Target>>;
}

/** Everything denizen can do, beside everybody who can do it as well: the figures, and how many times theirs denizen's is. */
export async function versus({ title, sides, rounds, calls, warm, show, targets = {} }: Contest): Promise<void> {
  const names = Object.keys(sides);
  const [us = "", rival = ""] = names;
  const rows = [];
  for (const operation of Object.keys(sides[us] ?? {})) {
    const measured = (count: number) =>
      Object.fromEntries(
        names.flatMap((name) => {
          const measure = sides[name]?.[operation];
          return measure === undefined ? [] : [[name, () => measure(count)] as const];
        }),
      );
    await interleaved(1, measured(warm));
    const figures = await interleaved(rounds, measured(calls(operation)));
    const ours = figures[us] ?? [];
    const target = targets[operation];
    const cells = names.map((name) => {
      const theirs = figures[name];
      if (theirs === undefined) return "–";
      if (name === us) return show(median(theirs));
      const all = ratios(ours, theirs);
      const shown = spread(all);
      return `${show(median(theirs))} · ${name === rival ? judged(`${title}: ${operation}, to ${rival}`, median(all), shown, target) : shown}`;
    });
    rows.push([operation, ...cells, targetText(target)]);
  }
  printTable([title, ...names, "target"], rows);
}
