import { appendFileSync } from "node:fs";

/** What a figure has to be. */
export interface Target {
  readonly is: "≥" | "≤";
  readonly bound: number;
  readonly unit: string;
}

export const atLeast = (bound: number, unit = "x"): Target => ({ is: "≥", bound, unit });
export const atMost = (bound: number, unit = "x"): Target => ({ is: "≤", bound, unit });

export const targetText = (target: Target | undefined): string =>
  target === undefined ? "" : `${target.is} ${target.bound}${target.unit}`;

/** A line of the table in which all targets are at the end. */
export interface Verdict {
  readonly figure: string;
  readonly shown: string;
  readonly target: string;
  readonly met: boolean;
}

/** Where a section leaves its verdicts, one in a line. */
export const VERDICTS = "BENCH_VERDICTS";

/** A figure as its table shows it: bold where it misses its target. */
export function judged(figure: string, value: number, shown: string, target: Target | undefined): string {
  if (target === undefined) return shown;
  const met = target.is === "≥" ? value >= target.bound : value <= target.bound;
  const file = process.env[VERDICTS];
  if (file !== undefined) appendFileSync(file, `${JSON.stringify({ figure, shown, target: targetText(target), met } satisfies Verdict)}\n`);
  return met ? shown : `**${shown}**`;
}
