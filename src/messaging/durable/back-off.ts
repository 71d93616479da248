import type { Random } from "../../kernel/random.js";

/**
 * Milliseconds to wait after so many failures: twice as long each time up to the longest, and up to half of it less, at random,
 * so that those who failed together do not all come back together.
 */
export function backOff(
  failures: number,
  { first, longest }: { readonly first: number; readonly longest: number },
  random: Random,
): number {
  // Beyond 2^50 every wait is the longest, and numbers stay exact.
  const whole = Math.min(longest, first * 2 ** Math.min(Math.max(failures, 1) - 1, 50));
  const [high = 0, low = 0] = random.bytes(2);
  return Math.round(whole * (1 - (high * 256 + low) / 65_536 / 2));
}
