/** The longest that a timer of the platform can wait, in milliseconds. */
export const LONGEST_WAIT = 2 ** 31 - 1;

export const isWhole = (value: unknown, least: number, most: number): value is number =>
  typeof value === "number" && Number.isInteger(value) && value >= least && value <= most;
