/** Started now; answers the seconds since. It goes by no clock, for a clock may be set, and tests do: a duration is never negative. */
export function stopwatch(): () => number {
  const start = performance.now();
  return () => (performance.now() - start) / 1000;
}
