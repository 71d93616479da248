import { AggregateRoot, defineAggregate, event, ok } from "denizen";

export const beaconEvents = { "beacon-flashed": event<{ text: string }>() } as const;
export type BeaconState = { readonly flashes: number };

/** An aggregate that does nothing but publish: its state stays small, however long its history grows. */
export class Beacon extends AggregateRoot<BeaconState, typeof beaconEvents> {
  flash(text: string, times = 1): void {
    for (let time = 0; time < times; time++) this.record("beacon-flashed", { text });
  }
}

export const beacons = defineAggregate<BeaconState>()({
  kind: "beacon",
  events: beaconEvents,
  evolve: (state: BeaconState | undefined) => ({ flashes: (state?.flashes ?? 0) + 1 }),
  from: (root) => new Beacon(root),
  create: (beacon, { text }: { readonly text: string }) => ok(beacon.flash(text)),
});
