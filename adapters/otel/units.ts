import type { MetricOptions } from "@opentelemetry/api";

/** Of what is counted, as UCUM annotates it: `{command}` for `denizen.commands`. */
export const unitOfCount = (name: string): string => `{${singular(name.slice(name.lastIndexOf(".") + 1))}}`;

const singular = (word: string): string => (word.endsWith("ies") ? `${word.slice(0, -3)}y` : word.replace(/s$/, ""));

// The SDK's own boundaries are for milliseconds: every command would fall into the first.
const DURATION = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const LAG = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 15, 60, 300, 1_800, 3_600, 21_600];

/** By how the name ends: durations and lags are seconds. */
export function histogramOptions(name: string): MetricOptions {
  if (name.endsWith(".duration")) return { unit: "s", advice: { explicitBucketBoundaries: DURATION } };
  return name.endsWith(".lag") ? { unit: "s", advice: { explicitBucketBoundaries: LAG } } : {};
}
