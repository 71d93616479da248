import { stopwatch } from "../../kernel/stopwatch.js";
import type { DeliveryError, Lease, PublisherKey } from "../../ports/deliveries.js";
import type { Position, Store } from "../../ports/store.js";
import { LOST } from "./cut.js";
import type { Running } from "./handle.js";

/** A lease, and what runs under it. */
export interface Hold {
  readonly token: string;
  readonly of: { readonly partition: number } | { readonly publisher: PublisherKey; readonly first: Position };
  readonly running: Set<Running>;
  /** Another worker has it now: what is done under it from here on counts for nothing. */
  lost: boolean;
  /** Until when it surely is this worker's: milliseconds of the hand's own stopwatch. After that somebody may have taken over. */
  until: number;
}

/** What a worker holds of one subscriber. */
export class Hand {
  readonly #holds = new Set<Hold>();
  readonly #elapsed = stopwatch();

  /** Milliseconds since there is this hand, by a clock that nobody sets. */
  get now(): number {
    return this.#elapsed() * 1000;
  }

  hold(token: string, of: Hold["of"], until: number): Hold {
    const hold: Hold = { token, of, running: new Set(), lost: false, until };
    this.#holds.add(hold);
    return hold;
  }

  release(hold: Hold): void {
    this.#holds.delete(hold);
  }

  /** Ends every handler that is running. */
  cut(failure: DeliveryError): void {
    for (const hold of this.#holds) cut(hold, failure);
  }

  /** Makes all leases last longer. Those that are another's by now are lost; when the store does not answer, they end in time. */
  async renew({ deliveries }: Store<unknown>, subscriber: string, lease: Lease): Promise<void> {
    const holds = [...this.#holds];
    if (holds.length === 0) return;
    const until = this.now + lease.duration;
    const renewed = await deliveries.renew({
      ...lease,
      subscriber,
      partitions: holds.flatMap(({ token, of }) => ("partition" in of ? { partition: of.partition, token } : [])),
      publishers: holds.flatMap(({ token, of }) => ("publisher" in of ? { ...of, token } : [])),
    });
    if (renewed.isErr()) return;
    const [partitions, publishers] = [new Set(renewed.value.partitions), new Set(renewed.value.publishers)];
    for (const hold of holds) {
      const kept = "partition" in hold.of ? partitions.has(hold.of.partition) : publishers.has(hold.of.first);
      // One that was given back meanwhile is nobody's loss.
      if (kept || !this.#holds.has(hold)) {
        hold.until = until;
        continue;
      }
      hold.lost = true;
      cut(hold, LOST);
    }
  }
}

function cut({ running }: Hold, failure: DeliveryError): void {
  for (const handler of [...running]) handler.cut(failure);
}
