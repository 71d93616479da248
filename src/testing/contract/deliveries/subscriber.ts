import type {
  Batch,
  From,
  Renewal,
  Replay,
  Resettled,
  Retaken,
  RetakeRequest,
  StoredEvent,
  SubscriberStatus,
  Taken,
  TakenEvent,
  TakeRequest,
} from "denizen/ports";
import { check, fail, okOf } from "../../assertions.js";
import { eventually } from "../world.js";
import type { World } from "../world.js";
import { FAILED, handled } from "./handled.js";

/** Milliseconds: longer than any case takes, */
export const HOUR = 3_600_000;
/** and over before one has tried a few times. */
export const MOMENT = 40;

/** More events than a log has that only contracts have written. */
const ALL = 100_000;
/** After so many something is wrong that does not end. */
const ROUNDS = 5000;

/** How a worker of a case works: which events fail, and how long those wait then. */
export interface Work {
  readonly failing?: readonly StoredEvent[];
  readonly delay?: number | null;
  readonly worker?: string;
  readonly limit?: number;
  readonly types?: readonly string[];
}

/** A durable subscriber that is one case's own, and the shortest way to say what workers do for it. */
export class Subscriber {
  readonly world: World;
  readonly name: string;

  constructor(world: World) {
    this.world = world;
    this.name = `contract-${world.id()}`;
  }

  get #deliveries() {
    return this.world.store.deliveries;
  }

  async enlist(from: From = "now"): Promise<void> {
    okOf(await this.#deliveries.enlist([{ name: this.name, from }], this.world.now()), "enlist");
  }

  /** Waits until everything that is committed can be shown: transactions of others may hold it back. */
  async visible(): Promise<void> {
    const ask = async () => (okOf(await this.#deliveries.take(this.#asking({ limit: 0 }))).heldBack ? undefined : true);
    await eventually("the end of transactions that hold the log back", ask, 400);
  }

  async take(parts: Partial<TakeRequest> = {}): Promise<Taken> {
    await this.visible();
    return okOf(await this.#deliveries.take(this.#asking(parts)), "take");
  }

  /** What is due, and how long it is until something will be; takes nothing. */
  async outlook(worker = "worker"): Promise<Pick<Taken, "due" | "wait">> {
    return this.take({ worker, limit: 0 });
  }

  async retake(parts: Partial<RetakeRequest> = {}): Promise<readonly Retaken[]> {
    return okOf(await this.#deliveries.retake(this.#asking(parts)), "retake");
  }

  /** What is retaken once it is due. */
  async retakenSoon(parts: Partial<RetakeRequest> = {}): Promise<readonly Retaken[]> {
    return eventually("an event that is due", async () => {
      const retaken = await this.retake(parts);
      return retaken.length === 0 ? undefined : retaken;
    });
  }

  /** Those of a take that are the case's. */
  own({ batches }: Pick<Taken, "batches">): readonly TakenEvent[] {
    return batches.flatMap(({ events }) => events).filter(({ event }) => event.metadata.tenant === this.world.tenant);
  }

  /** Writes what became of batches. */
  async settle(batches: readonly Batch[], { failing = [], delay = HOUR, worker = "worker" }: Work = {}): Promise<void> {
    const outcome = handled(batches, failing, delay);
    const settled = { subscriber: this.name, worker, at: this.world.now(), batches: outcome.batches, waiting: outcome.waiting };
    okOf(await this.#deliveries.settle(settled), "settle");
  }

  /** Works until nothing is left, and answers which of the case's events were delivered, in order. */
  async deliver(work: Work = {}): Promise<readonly StoredEvent[]> {
    const { failing = [], worker = "worker", limit = ALL, types = null } = work;
    const delivered: StoredEvent[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const { batches } = await this.take({ worker, limit, types });
      if (batches.length === 0) return delivered;
      delivered.push(...handled(batches, failing, 0).delivered.filter(({ metadata }) => metadata.tenant === this.world.tenant));
      await this.settle(batches, work);
    }
    return fail("the subscriber should come to an end, and is given events again and again");
  }

  /** Says what became of what was retaken: everything up to the first that fails was delivered. */
  async resettle(retaken: readonly Retaken[], { failing = [], delay = HOUR, worker = "worker" }: Work = {}): Promise<void> {
    const settled = { subscriber: this.name, worker, at: this.world.now() };
    for (const { publisher, token, events } of retaken) {
      const index = events.findIndex(({ event }) => failing.some(({ id }) => id === event.id));
      const delivered = index < 0 ? events.length : index;
      const failed = events[delivered];
      const resettled: Resettled = {
        ...settled,
        publisher,
        token,
        first: events[0]?.position ?? fail("what is retaken has a first event"),
        done: events[delivered - 1]?.position ?? null,
        delivered,
        failed: failed === undefined ? null : { position: failed.position, attempts: failed.attempts + 1, delay, error: FAILED },
      };
      okOf(await this.#deliveries.resettle(resettled), "resettle");
    }
  }

  /** Tries what is due, publisher by publisher, until nothing is; answers what was delivered, in order. What fails waits for an hour. */
  async retry(work: Work = {}): Promise<readonly StoredEvent[]> {
    const { failing = [], worker = "worker", limit = ALL } = work;
    const delivered: StoredEvent[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const retaken = await this.retake({ worker, limit });
      if (retaken.length === 0) return delivered;
      for (const { events } of retaken) {
        const index = events.findIndex(({ event }) => failing.some(({ id }) => id === event.id));
        delivered.push(...events.slice(0, index < 0 ? events.length : index).map(({ event }) => event));
      }
      await this.resettle(retaken, work);
    }
    return fail("what waits should come to an end, and is given again and again");
  }

  async renew(renewal: Pick<Renewal, "partitions" | "publishers"> & Partial<Renewal>) {
    return okOf(await this.#deliveries.renew({ ...this.#asking({}), ...renewal }), "renew");
  }

  async replay(selection: Replay["selection"], types: Replay["types"] = null): Promise<number> {
    return okOf(await this.#deliveries.replay({ subscriber: this.name, types, selection, at: this.world.now() }), "replay");
  }

  async discard({ id, metadata }: StoredEvent): Promise<boolean> {
    return okOf(await this.#deliveries.discard(this.name, metadata.tenant, id), "discard");
  }

  async pause(paused: boolean): Promise<boolean> {
    return okOf(await this.#deliveries.pause(this.name, paused), "pause");
  }

  async deadLetters() {
    return okOf(await this.#deliveries.deadLetters({ subscriber: this.name, limit: ALL }), "deadLetters");
  }

  async forget(): Promise<boolean> {
    return okOf(await this.#deliveries.forget(this.name), "forget");
  }

  async found(): Promise<SubscriberStatus | undefined> {
    return okOf(await this.#deliveries.status(this.world.now()), "status").find(({ subscriber }) => subscriber === this.name);
  }

  async status(): Promise<SubscriberStatus> {
    const status = await this.found();
    check(status !== undefined, "the subscriber is known");
    return status;
  }

  #asking<Parts extends object>(parts: Parts) {
    const { name: subscriber, world } = this;
    return { subscriber, worker: "worker", duration: HOUR, at: world.now(), types: null, limit: ALL, ...parts };
  }
}

/** A case with a subscriber of its own, which is forgotten in the end: what nobody handles is kept for ever. */
export const subscribed =
  (run: (world: World, subscriber: Subscriber) => Promise<void>, from: From = "now") =>
  (world: World): Promise<void> =>
    withSubscriber(world, (subscriber) => run(world, subscriber), from);

export async function withSubscriber(world: World, run: (subscriber: Subscriber) => Promise<void>, from: From = "now"): Promise<void> {
  const subscriber = new Subscriber(world);
  // What was committed beside a transaction that is still open comes to those who begin now, too.
  await subscriber.visible();
  await subscriber.enlist(from);
  try {
    await run(subscriber);
  } finally {
    await subscriber.forget();
  }
}

export const idsOf = (events: readonly (StoredEvent | { readonly event: StoredEvent })[]): readonly string[] =>
  events.map((one) => ("event" in one ? one.event.id : one.id));
