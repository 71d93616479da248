import { answered } from "../../answered.js";
import { err, ok } from "../../kernel/result.js";
import type { Result } from "../../kernel/result.js";
import type { Position, StoreError } from "../../ports/store.js";
import type { Crew } from "./crew.js";
import { deliverBatches, sumOf } from "./deliver-batches.js";
import { deliverRetaken } from "./deliver-retaken.js";
import { leaseOf } from "./lease.js";
import { HELD_BACK, Pace } from "./pace.js";
import type { Look } from "./pace.js";

export interface PumpSettings {
  /** Events taken at once. */
  readonly batch: number;
  /** Milliseconds between two looks at the log when nobody rings. */
  readonly poll: number;
}

/** What a drain came to. */
export interface Drain {
  /** Events taken, those that failed among them. */
  readonly taken: number;
  readonly delivered: number;
  /** Milliseconds until something that waits is due, 0 when the drain ended early; null when nothing waits. */
  readonly next: number | null;
}

interface Started extends Look {
  /** What has been started with what was taken; each answers how many were delivered. */
  readonly works: readonly Promise<number>[];
}

/** Moves the events of one subscriber from the log to its handler, in one worker. */
export class Pump {
  readonly #crew: Crew;
  readonly #settings: PumpSettings;
  readonly #works = new Set<Promise<number>>();
  /** Events that were taken and are not settled. */
  #inHand = 0;

  constructor(crew: Crew, settings: PumpSettings) {
    this.#crew = crew;
    this.#settings = settings;
  }

  /** Until the crew is stopping; then everything in hand is settled. Twice as much as a batch is in hand, so that the next is there when one is done. */
  async run(): Promise<void> {
    const { batch, poll } = this.#settings;
    const { signal, hand } = this.#crew;
    const pace = new Pace(poll, () => hand.now);
    while (!this.#crew.stopping()) {
      const room = Math.min(batch, 2 * batch - this.#inHand);
      const wait = room > 0 ? pace.wait(await this.#look(room, { after: pace.after }), room) : poll;
      if (wait > 0 && !this.#crew.stopping()) pace.told(await signal.sleep(wait));
    }
    await Promise.all(this.#works);
  }

  /** Everything that is due now, and at most so many. */
  async drain(limit: number): Promise<Result<Drain, StoreError>> {
    let [taken, delivered] = [0, 0];
    while (taken < limit && !this.#crew.stopping()) {
      const look = await this.#look(Math.min(this.#settings.batch, limit - taken), { most: limit - taken });
      if (look.isErr()) {
        await Promise.all(this.#works);
        return err(look.error);
      }
      const { works, found, wait, heldBack } = look.value;
      if (!found) return ok({ taken, delivered, next: heldBack ? HELD_BACK : wait });
      taken += look.value.taken;
      delivered += sumOf(await Promise.all(works));
    }
    return ok({ taken, delivered, next: 0 });
  }

  /**
   * Takes and starts what there is, so much at most that is new, and `most` at most together with what is to be tried again; nothing of
   * that when only what stands `after` a position is looked at.
   */
  async #look(
    limit: number,
    { most = Infinity, after }: { readonly most?: number; readonly after?: Position | undefined },
  ): Promise<Result<Started, StoreError>> {
    const { engine, subscriber } = this.#crew;
    const { name, types } = subscriber;
    let until = this.#leased;
    const taken = await answered(() =>
      engine.store.deliveries.take({
        ...leaseOf(this.#crew),
        subscriber: name,
        types: types === null ? null : [...types],
        limit,
        ...(after === undefined ? {} : { after }),
      }),
    );
    if (taken.isErr()) return err(taken.error);
    const { batches, due, wait, heldBack, end } = taken.value;
    const count = countOf(batches);
    const works = batches.length === 0 ? [] : [this.#start(count, deliverBatches(this.#crew, batches, until))];
    const look = { wait, heldBack, end };
    const left = Math.min(this.#settings.batch, most - count);
    if (!due || left <= 0) return ok({ ...look, taken: count, found: works.length > 0, works });
    until = this.#leased;
    const retaken = await answered(() => engine.store.deliveries.retake({ ...leaseOf(this.#crew), subscriber: name, limit: left }));
    if (retaken.isErr()) return err(retaken.error);
    const again = countOf(retaken.value);
    if (again > 0) works.push(this.#start(again, deliverRetaken(this.#crew, retaken.value, until)));
    return ok({ ...look, taken: count + again, found: works.length > 0, works });
  }

  /** Until when what is taken next will be leased at least: the store begins to count later. */
  get #leased(): number {
    return this.#crew.hand.now + this.#crew.lease;
  }

  #start(events: number, delivering: Promise<number>): Promise<number> {
    this.#inHand += events;
    const work = delivering
      // Broken wiring: the leases run out, and another look is taken.
      .catch(() => 0)
      .finally(() => {
        this.#inHand -= events;
        this.#works.delete(work);
        // There may be more where these came from: left behind, come meanwhile, or to be tried again before the next poll.
        this.#crew.signal.ring();
      });
    this.#works.add(work);
    return work;
  }
}

const countOf = (taken: readonly { readonly events: readonly unknown[] }[]): number => sumOf(taken.map(({ events }) => events.length));
