import type { Timestamp } from "denizen/ports";

/** A date and a time of day in words. In UTC, and it says so: where the reader is nobody knows. */
export const instant = (at: Timestamp, locale: string): string =>
  `${new Intl.DateTimeFormat(locale, { dateStyle: "long", timeStyle: "short", timeZone: "UTC" }).format(new Date(at))} UTC`;
