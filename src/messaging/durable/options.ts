import { withDefaults } from "../../kernel/defaults.js";
import { field } from "../../kernel/hostile.js";
import { instantIn } from "../../kernel/clock.js";
import type { Timestamp } from "../../kernel/clock.js";
import { isWhole, LONGEST_WAIT } from "../../kernel/whole.js";

/** How one durable subscriber works. Times are milliseconds. */
export interface DurableOptions {
  /**
   * Where it begins when nobody of its name has been seen before: at the beginning of the log (the default, so that nothing is
   * missed), now, or at the first event since a time. One that is added to a running system and must not mail everybody says "now".
   * What was committed while an older transaction is still open comes all the same: nobody can say yet what it stands before.
   */
  readonly from?: "beginning" | "now" | { readonly time: Timestamp | Date };
  /** How often an event is tried before it is a dead letter. Default 20, which with the waits below is three hours. */
  readonly attempts?: number;
  /** The wait after the first failure, twice as long after every further one, up to the longest; each cut by up to half at random. Default 1 s, 15 min. */
  readonly backOff?: { readonly first?: number; readonly longest?: number };
  /** How long a handler may take; then it has failed, and whatever it still does is fenced off. Default 15 s. */
  readonly timeout?: number;
  /** How many handlers run at once in one worker, each for another publisher. Default 10. */
  readonly concurrency?: number;
}

export interface DurableSettings {
  readonly from: "beginning" | "now" | { readonly time: Timestamp };
  readonly attempts: number;
  readonly first: number;
  readonly longest: number;
  readonly timeout: number;
  readonly concurrency: number;
}

const DEFAULTS = { from: "beginning", attempts: 20, timeout: 15_000, concurrency: 10 } as const;
const BACK_OFF = { first: 1000, longest: 15 * 60_000 };

export function durableSettings(options: DurableOptions = {}): DurableSettings {
  const { from, attempts, timeout, concurrency } = withDefaults<Omit<Required<DurableOptions>, "backOff">>(DEFAULTS, options);
  const { first, longest } = withDefaults(BACK_OFF, options.backOff);
  const start = typeof from === "string" ? from : { time: instantIn(from.time) ?? "" };
  return { from: start, attempts, first, longest: Math.max(first, longest), timeout, concurrency };
}

/** What is wrong with the options of a subscriber, whatever they are. */
export function problemsOfDurable(options: unknown): readonly string[] {
  if (options === undefined) return [];
  if (typeof options !== "object" || options === null) return ["its options must be an object"];
  const [from = "beginning", backOff = {}] = [field(options, "from"), field(options, "backOff")];
  return [
    ...(from === "beginning" || from === "now" || instantIn(field(from, "time")) !== undefined
      ? []
      : ['from must be "beginning", "now" or { time }']),
    ...notWhole(options, "attempts", 1, 1000),
    ...notWhole(options, "timeout", 1, LONGEST_WAIT),
    ...notWhole(options, "concurrency", 1, 1000),
    ...(typeof backOff === "object" && backOff !== null ? [] : ["backOff must be an object"]),
    ...notWhole(backOff, "first", 0, LONGEST_WAIT, "backOff."),
    ...notWhole(backOff, "longest", 0, LONGEST_WAIT, "backOff."),
  ];
}

/** Empty when the field is left out or a whole number within the bounds. */
export function notWhole(options: unknown, name: string, least: number, most: number, prefix = ""): readonly string[] {
  const value = field(options, name);
  return value === undefined || isWhole(value, least, most) ? [] : [`${prefix}${name} must be a whole number from ${least} to ${most}`];
}
