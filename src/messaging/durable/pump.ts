import type { Taken } from "../../ports/deliveries.js";
import { leaseOf } from "./crew.js";
import type { Crew } from "./crew.js";
import { deliverBatches } from "./deliver-batches.js";
import { deliverRetaken } from "./deliver-retaken.js";
import { answered } from "./answered.js";
import { Signal } from "./signal.js";

/** Milliseconds before events that an open transaction holds back are asked for again; twice as long each time. */
const HELD_BACK = 5;

export interface PumpSettings {
  /** Events taken at once. */
  readonly batch: number;
  /** Milliseconds between two looks at the log when nobody rings. */
  readonly poll: number;
}

/** Moves the events of one subscriber from the log to its handler, in one worker. */
export class Pump {
  readonly #crew: Crew;
  readonly #settings: PumpSettings;
  readonly #signal = new Signal();
  readonly #works = new Set<Promise<void>>();
  /** Events that were taken and are not settled. */
  #inHand = 0;
  #delivered = 0;
  /** Whether to look again when something in hand is settled: it rang meanwhile, and the event may be in a partition that is leased. */
  #again = false;
  /** Looks in a row that found events held back. */
  #heldBack = 0;
  /** Looks in a row that the store did not answer. */
  #outages = 0;
  /** Milliseconds until there is something more to do, as the store said last; null for nothing. */
  #next: number | null = null;

  constructor(crew: Crew, settings: PumpSettings) {
    this.#crew = crew;
    this.#settings = settings;
  }

  get delivered(): number {
    return this.#delivered;
  }

  ring(): void {
    if (this.#works.size > 0) this.#again = true;
    this.#signal.ring();
  }

  /** Until the crew is stopping; then everything in hand is settled. Twice as much as a batch is in hand, so that the next is there when one is done. */
  async run(): Promise<void> {
    while (!this.#crew.stopping()) {
      const full = this.#inHand >= 2 * this.#settings.batch;
      if (full) this.#again = true;
      const room = Math.min(this.#settings.batch, 2 * this.#settings.batch - this.#inHand);
      const wait = full ? this.#settings.poll : await this.#turn(room);
      if (wait > 0 && !this.#crew.stopping()) await this.#signal.sleep(wait);
    }
    await this.#finish();
  }

  /** Everything that is due now, and at most so many. Answers the milliseconds until something else is; null when nothing waits. */
  async drain(limit: number): Promise<number | null> {
    const end = this.#delivered + limit;
    for (;;) {
      const wait = await this.#turn(Math.min(this.#settings.batch, end - this.#delivered));
      await this.#finish();
      if (this.#delivered >= end || this.#crew.stopping()) return 0;
      if (wait > 0) return this.#next;
    }
  }

  async #finish(): Promise<void> {
    await Promise.all(this.#works);
  }

  /** Takes and starts what there is. Answers how long to wait before the next turn: not at all when there was something. */
  async #turn(limit: number): Promise<number> {
    if (this.#works.size === 0) this.#again = false;
    const until = this.#leased;
    const taken = await this.#take(limit);
    if (taken === undefined) return Math.min(30_000, this.#settings.poll * 2 ** Math.min(this.#outages++, 10));
    this.#outages = 0;
    this.#next = taken.heldBack ? HELD_BACK : taken.wait;
    if (taken.batches.length > 0)
      this.#start(
        taken.batches.reduce((sum, { events }) => sum + events.length, 0),
        () => deliverBatches(this.#crew, taken.batches, until),
      );
    const retaken = taken.due ? await this.#retake(limit) : false;
    if (taken.batches.length > 0 || retaken) {
      this.#heldBack = 0;
      return 0;
    }
    const heldBack = taken.heldBack ? HELD_BACK * 2 ** Math.min(this.#heldBack++, 10) : Infinity;
    return Math.max(1, Math.min(this.#settings.poll, taken.wait ?? Infinity, heldBack));
  }

  /** Until when what is taken next will be leased at least: the store begins to count later. */
  get #leased(): number {
    return this.#crew.hand.now + this.#crew.lease;
  }

  #take(limit: number): Promise<Taken | undefined> {
    const { engine, subscriber } = this.#crew;
    const { types, name } = subscriber;
    const request = { ...leaseOf(this.#crew), subscriber: name, types: types === null ? null : [...types], limit };
    return answered(() => engine.store.deliveries.take(request));
  }

  async #retake(limit: number): Promise<boolean> {
    const { engine, subscriber } = this.#crew;
    const request = { ...leaseOf(this.#crew), subscriber: subscriber.name, limit };
    const until = this.#leased;
    const publishers = await answered(() => engine.store.deliveries.retake(request));
    if (publishers === undefined || publishers.length === 0) return false;
    this.#start(
      publishers.reduce((sum, { events }) => sum + events.length, 0),
      () => deliverRetaken(this.#crew, publishers, until),
    );
    return true;
  }

  #start(events: number, deliver: () => Promise<number>): void {
    this.#inHand += events;
    const work = deliver()
      .then((delivered) => {
        this.#delivered += delivered;
      })
      // A port that throws: the leases run out, and another look is taken.
      .catch(() => undefined)
      .then(() => {
        this.#inHand -= events;
        this.#works.delete(work);
        if (this.#again) this.#signal.ring();
      });
    this.#works.add(work);
  }
}
