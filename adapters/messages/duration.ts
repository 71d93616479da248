const [SECOND, MINUTE, HOUR, DAY] = [1000, 60_000, 3_600_000, 86_400_000];

/** Milliseconds in words, in the largest unit that says them exactly enough: `10 minutes`, `24 horas`, `7 days`. */
export function duration(milliseconds: number, locale: string): string {
  const say = (unit: string, length: number): string =>
    new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "long" }).format(Math.round(milliseconds / length));
  if (milliseconds < MINUTE) return say("second", SECOND);
  // The clock has gone on a little between what is counted from and what is counted to.
  const minutes = Math.round(milliseconds / MINUTE) * MINUTE;
  if (minutes >= 2 * DAY && minutes % DAY === 0) return say("day", DAY);
  return minutes % HOUR === 0 ? say("hour", HOUR) : say("minute", MINUTE);
}
