import { answered } from "../../answered.js";
import { stopwatch } from "../../kernel/stopwatch.js";
import type { DeliveryError, PublisherKey } from "../../ports/deliveries.js";
import type { Position } from "../../ports/store.js";
import { LOST } from "./cut.js";
import type { Running } from "./handle.js";
import { leaseOf } from "./lease.js";
import type { Lessee } from "./lease.js";

/** A lease, and what runs under it. */
export interface Hold {
  readonly token: string;
  readonly of: { readonly partition: number } | { readonly publisher: PublisherKey; readonly first: Position };
  readonly running: Set<Running>;
  /** What is done under it from here on counts for nothing: another worker has it now, or what it needs is broken. */
  lost: boolean;
  /** Until when it surely is this worker's: milliseconds of the hand's own stopwatch. After that somebody may have taken over. */
  until: number;
}

/** What a worker holds of one subscriber; renewed for as long as it holds anything. */
export class Hand {
  readonly #lessee: Lessee;
  readonly #holds = new Set<Hold>();
  readonly #elapsed = stopwatch();
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(lessee: Lessee) {
    this.#lessee = lessee;
  }

  /** Milliseconds since there is this hand, by a clock that nobody sets. */
  get now(): number {
    return this.#elapsed() * 1000;
  }

  hold(token: string, of: Hold["of"], until: number): Hold {
    const hold: Hold = { token, of, running: new Set(), lost: false, until };
    this.#holds.add(hold);
    const { engine, lease } = this.#lessee;
    engine.durable.busy.add(this);
    this.#timer ??= setInterval(() => {
      this.#renew().catch(() => undefined);
    }, lease / 3);
    return hold;
  }

  release(hold: Hold): void {
    this.#holds.delete(hold);
    if (this.#holds.size > 0) return;
    this.#lessee.engine.durable.busy.delete(this);
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Ends every handler that is running. */
  cut(failure: DeliveryError): void {
    for (const hold of this.#holds) cut(hold, failure);
  }

  /** Makes all leases last longer. Those that are another's by now are lost; when the store does not answer, they end in time. */
  async #renew(): Promise<void> {
    const { engine, subscriber, lease } = this.#lessee;
    const holds = [...this.#holds];
    const until = this.now + lease;
    const renewed = await answered(() =>
      engine.store.deliveries.renew({
        ...leaseOf(this.#lessee),
        subscriber: subscriber.name,
        partitions: holds.flatMap(({ token, of }) => ("partition" in of ? { partition: of.partition, token } : [])),
        publishers: holds.flatMap(({ token, of }) => ("publisher" in of ? { ...of, token } : [])),
      }),
    );
    if (renewed.isErr()) return;
    const kept = new Set([...renewed.value.partitions, ...renewed.value.publishers].map(nameOf));
    for (const hold of holds) {
      // One that was given back meanwhile is nobody's loss.
      if (kept.has(nameOf({ token: hold.token, ...hold.of })) || !this.#holds.has(hold)) {
        hold.until = until;
        continue;
      }
      hold.lost = true;
      cut(hold, LOST);
    }
  }
}

type Claim = { readonly token: string } & ({ readonly partition: number } | { readonly first: Position });

/** A token alone is no name: what is taken at once may have the same. Nor is a partition: what was lost may have been taken again. */
const nameOf = (claim: Claim): string => `${claim.token} ${"partition" in claim ? claim.partition : claim.first}`;

function cut({ running }: Hold, failure: DeliveryError): void {
  for (const handler of [...running]) handler.cut(failure);
}
