import { expect, test } from "vitest";
import { okAsync } from "denizen";
import type { Renewal, Renewed } from "denizen/ports";
import { Hand } from "../../../src/messaging/durable/hand.js";
import type { Lessee } from "../../../src/messaging/durable/lease.js";

const publisher = { tenant: "default", kind: "planet", id: "mars" };

/** Which of a hand's holds are lost when the store says that these are kept. */
async function lostOf(kept: (renewal: Renewal) => Renewed): Promise<readonly boolean[]> {
  let renewals = 0;
  const renew = (renewal: Renewal) => {
    renewals++;
    return okAsync(kept(renewal));
  };
  const engine = { store: { deliveries: { renew } }, durable: { busy: new Set() }, clock: { now: () => Date.now() } };
  // As much of it as a hand touches.
  const hand = new Hand({ engine, subscriber: { name: "subscriber" }, worker: "worker", lease: 15 } as unknown as Lessee);
  const holds = [
    hand.hold("1", { partition: 3 }, 0),
    hand.hold("1", { partition: 7 }, 0),
    hand.hold("2", { partition: 3 }, 0),
    hand.hold("1", { publisher, first: "3.1" }, 0),
    hand.hold("2", { publisher, first: "3.1" }, 0),
  ];
  await expect.poll(() => renewals).toBeGreaterThan(1);
  for (const hold of holds) hand.release(hold);
  return holds.map(({ lost }) => lost);
}

const second = ({ token }: { readonly token: string }): boolean => token === "2";

test.each<readonly [string, (renewal: Renewal) => Renewed, readonly boolean[]]>([
  ["all", (renewal) => renewal, [false, false, false, false, false]],
  ["none", () => ({ partitions: [], publishers: [] }), [true, true, true, true, true]],
  [
    "the newer ones",
    ({ partitions, publishers }) => ({ partitions: partitions.filter(second), publishers: publishers.filter(second) }),
    [true, true, false, true, false],
  ],
  [
    "one of those with the same token",
    ({ partitions }) => ({ partitions: partitions.slice(1, 2), publishers: [] }),
    [true, false, true, true, true],
  ],
])("of leases with the same token, or on the same thing, a hand keeps those that the store has renewed: %s", async (_, kept, lost) => {
  expect(await lostOf(kept)).toEqual(lost);
});
