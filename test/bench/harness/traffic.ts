import type { Driver } from "./database.js";
import { printTable } from "./measure.js";
import { countingProxy } from "./proxy.js";
import type { CountingProxy, Traffic } from "./proxy.js";
import { atMost, judged, targetText } from "./targets.js";

/** By name; disposed when all have been counted. */
export type Operations = Readonly<Record<string, () => Promise<unknown>>> & AsyncDisposable;

const WARM = 3;
const DRIVERS: readonly Driver[] = ["postgres.js", "node-postgres"];

/**
 * What one operation takes on a warm connection whose statements are prepared. It must take the same each time, but for the bytes:
 * a number has as many as it has digits.
 */
export async function trafficOf(proxy: CountingProxy, operation: () => Promise<unknown>): Promise<Traffic> {
  for (let run = 0; run < WARM; run++) await operation();
  proxy.take();
  await operation();
  const traffic = proxy.take();
  await operation();
  const again = proxy.take();
  const countsOf = (taken: Traffic): string => JSON.stringify({ ...taken, bytes: 0 });
  if (countsOf(traffic) !== countsOf(again)) {
    throw new Error(`not the same twice: ${JSON.stringify(traffic)} ${JSON.stringify(again)}`);
  }
  return traffic;
}

/** Counts every operation on every driver. One round trip more than its target, and the bench has failed. */
export async function countTraffic(
  url: string,
  targets: Readonly<Record<string, number>>,
  operationsOn: (driver: Driver, url: string) => Promise<Operations>,
): Promise<void> {
  const counted = new Map<string, (string | number)[]>();
  for (const driver of DRIVERS) {
    await using proxy = await countingProxy(url);
    await using operations = await operationsOn(driver, proxy.url);
    for (const [name, operation] of Object.entries(operations)) {
      const { roundTrips, statements, parses, bytes } = await trafficOf(proxy, operation);
      const most = targets[name];
      if (most !== undefined && roundTrips > most) process.exitCode = 1;
      const target = most === undefined ? undefined : atMost(most, "");
      const shown = judged(`round trips: ${name}, ${driver}`, roundTrips, String(roundTrips), target);
      counted.set(name, [...(counted.get(name) ?? [name, targetText(target)]), shown, statements, parses, bytes]);
    }
  }
  printTable(
    ["round trips of an operation", "target", ...DRIVERS.flatMap((driver) => [driver, "statements", "parses", "bytes"])],
    [...counted.values()],
  );
}
