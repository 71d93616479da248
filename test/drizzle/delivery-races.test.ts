import { sql } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Batch, Store, TakenEvent, Waiting } from "denizen/ports";
import { open, servers } from "../support/drivers.js";
import type { Opened } from "../support/drivers.js";
import { AT, commit, must } from "./log-world.js";
import { rowsOf } from "./restored.js";

const PUBLISHERS = 60;
const VERSIONS = 8;
const NAME = "subscriber";
const ERROR = { code: "handler-failed", message: "it failed" };

/** Workers that fail at one event in five, as often as they try, and note what was delivered to them. */
class Workers {
  readonly #store: Store<unknown>;
  readonly #duration: number;
  readonly delivered: string[] = [];

  constructor(store: Store<unknown>, duration: number) {
    this.#store = store;
    this.#duration = duration;
  }

  get #lease() {
    return { subscriber: NAME, duration: this.#duration, at: AT, limit: 20 };
  }

  /** Until it has found nothing to do for a while, and nothing is held back: other databases of the server may do so, too. */
  async work(worker: string): Promise<void> {
    for (let idle = 0; idle < 40; idle++) {
      const taken = await must(this.#store.deliveries.take({ ...this.#lease, worker, types: null }));
      if (taken.batches.length > 0) {
        await this.#handle(worker, taken.batches);
        idle = 0;
      }
      if ((await this.#retry(worker)) || taken.heldBack) idle = 0;
      if (idle > 0) await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  async #handle(worker: string, batches: readonly Batch[]): Promise<void> {
    const waiting: Waiting[] = [];
    const settled = batches.map(({ partition, token, to, events }) => {
      const failed = new Set<string>();
      for (const one of events) {
        const { kind, id } = one.event.publisher;
        const isBehind = one.behind || failed.has(id);
        if (!isBehind && this.#handled(one)) continue;
        failed.add(id);
        const publisher = { tenant: "default", kind, id };
        const place = { partition, position: one.position, publisher, eventId: one.event.id };
        waiting.push(isBehind ? { ...place, attempts: 0, delay: 0, error: null } : { ...place, attempts: 1, delay: 5, error: ERROR });
      }
      return { partition, token, to, delivered: 0 };
    });
    await must(this.#store.deliveries.settle({ subscriber: NAME, worker, at: AT, batches: settled, waiting }));
  }

  async #retry(worker: string): Promise<boolean> {
    const retaken = await must(this.#store.deliveries.retake({ ...this.#lease, worker }));
    const settled = { subscriber: NAME, worker, at: AT };
    for (const { publisher, token, events } of retaken) {
      const index = events.findIndex((one) => !this.#handled(one));
      const failing = events[index];
      const resettled = {
        ...settled,
        ...{ publisher, token, delivered: 0, first: events[0]?.position ?? "" },
        done: (index < 0 ? events.at(-1) : events[index - 1])?.position ?? null,
        failed: failing === undefined ? null : { position: failing.position, attempts: failing.attempts + 1, delay: 5, error: ERROR },
      };
      await must(this.#store.deliveries.resettle(resettled));
    }
    return retaken.length > 0;
  }

  #handled({ event: { publisher } }: Pick<TakenEvent, "event">): boolean {
    if (Math.random() < 0.2) return false;
    this.delivered.push(`${publisher.id}.${publisher.version ?? 0}`);
    return true;
  }
}

async function publish(store: Store<unknown>): Promise<void> {
  for (let version = 1; version <= VERSIONS; version++) {
    await Promise.all(
      Array.from({ length: PUBLISHERS / 4 }, (_, group) =>
        must(commit(store, ...Array.from({ length: 4 }, (__, index) => ({ id: `planet ${group * 4 + index}`, version })))),
      ),
    );
  }
}

const everyEvent = Array.from({ length: PUBLISHERS }, (_, id) =>
  Array.from({ length: VERSIONS }, (__, version) => `planet ${id}.${version + 1}`),
).flat();

describe.each(servers)("eight workers on %s, whose handlers fail now and then,", (driver) => {
  let opened: Opened;
  beforeEach(async () => {
    opened = await open(driver, { connections: 12 });
    await must(opened.store.deliveries.enlist([{ name: NAME, from: "beginning" }], AT));
  });
  afterEach(() => opened.close());

  const eight = (workers: Workers) => Promise.all(Array.from({ length: 8 }, (_, worker) => workers.work(`worker ${worker}`)));
  /** Servers count with a second's delay. */
  const deadlocks = async (): Promise<unknown> => {
    await new Promise((resolve) => setTimeout(resolve, 1200));
    const [row] = await rowsOf(
      opened.database,
      "select deadlocks::int as deadlocks from pg_stat_database where datname = current_database()",
    );
    return row?.["deadlocks"];
  };
  const status = async () => (await must(opened.store.deliveries.status(AT)))[0];

  test("deliver everything once, in order, while it is being published", async () => {
    const workers = new Workers(opened.store, 60_000);
    await Promise.all([publish(opened.store), eight(workers)]);
    expect([...workers.delivered].sort()).toEqual([...everyEvent].sort());
    for (let id = 0; id < PUBLISHERS; id++) {
      const own = workers.delivered.filter((name) => name.startsWith(`planet ${id}.`));
      expect(own, `planet ${id}`).toEqual(Array.from({ length: VERSIONS }, (_, version) => `planet ${id}.${version + 1}`));
    }
    expect(await status()).toMatchObject({ lag: 0, waiting: 0, deadLetters: 0 });
    expect(await deadlocks()).toBe(0);
  }, 60_000);

  test("leave nothing behind, whatever is replayed and discarded meanwhile, and although leases end too early", async () => {
    const workers = new Workers(opened.store, 3);
    const { deliveries, log } = opened.store;
    let isOver = false;
    const discarded = new Set<string>();
    const meddle = async (): Promise<void> => {
      while (!isOver) {
        const events = await must(log.read({ tenant: "default", filter: {}, direction: "descending", limit: 500 }));
        const one = events[Math.floor(Math.random() * events.length)]?.event;
        if (one === undefined) continue;
        const publisher = { tenant: "default", kind: one.publisher.kind, id: one.publisher.id };
        const replay = { subscriber: NAME, types: null, at: AT };
        await must(deliveries.replay({ ...replay, selection: { kind: "publisher", publisher } }));
        await must(deliveries.replay({ ...replay, selection: { kind: "event", tenant: "default", id: one.id } }));
        if (await must(deliveries.discard(NAME, "default", one.id))) discarded.add(`${one.publisher.id}.${one.publisher.version ?? 0}`);
        if (Math.random() < 0.1) await must(deliveries.replay({ ...replay, selection: { kind: "from", from: "beginning" } }));
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    };
    const meddling = [meddle(), meddle()];
    await publish(opened.store);
    const working = eight(workers);
    await Promise.race([working, new Promise((resolve) => setTimeout(resolve, 4000))]);
    isOver = true;
    await Promise.all(meddling);
    const calm = new Workers(opened.store, 60_000);
    await Promise.all([working, eight(calm)]);
    expect(await status()).toMatchObject({ lag: 0, waiting: 0, deadLetters: 0 });
    expect(await deadlocks()).toBe(0);
    const delivered = new Set([...workers.delivered, ...calm.delivered, ...discarded]);
    expect(everyEvent.filter((name) => !delivered.has(name))).toEqual([]);
  }, 60_000);
});

describe("an event is put behind one that is being delivered", () => {
  let opened: Opened;
  beforeEach(async () => {
    opened = await open("postgres.js");
  });
  afterEach(() => opened.close());

  const pause = () => new Promise((resolve) => setTimeout(resolve, 150));

  /** The second event is taken; the first one waits, and is being tried. */
  async function given() {
    const { store } = opened;
    const { deliveries } = store;
    const lease = { subscriber: NAME, worker: "worker", duration: 60_000, at: AT, limit: 10 };
    const taken = async () => {
      for (;;) {
        const { batches } = await must(deliveries.take({ ...lease, types: null }));
        const batch = batches[0];
        if (batch !== undefined) return batch;
      }
    };
    const settled = ({ partition, token, to }: Batch, waiting: readonly Waiting[]) =>
      deliveries.settle({ ...{ subscriber: NAME, worker: "worker", at: AT, waiting }, batches: [{ partition, token, to, delivered: 0 }] });
    const waitingOf = ({ partition, events: [one] }: Batch, attempts: number): Waiting => ({
      ...{ partition, position: one?.position ?? "", eventId: one?.event.id ?? "", delay: 0, attempts },
      ...{ publisher: { tenant: "default", kind: "planet", id: "a" }, error: attempts === 0 ? null : ERROR },
    });

    await must(deliveries.enlist([{ name: NAME, from: "beginning" }], AT));
    await must(commit(store, { id: "a", version: 1 }));
    const first = await taken();
    await must(settled(first, [waitingOf(first, 1)]));
    const [retaken] = await must(deliveries.retake(lease));
    await must(commit(store, { id: "a", version: 2 }));
    const second = await taken();
    const position = retaken?.events[0]?.position ?? "";
    return {
      put: () => must(settled(second, [waitingOf(second, 0)])),
      deliver: () =>
        must(
          deliveries.resettle({
            ...{ subscriber: NAME, worker: "worker", at: AT },
            publisher: { tenant: "default", kind: "planet", id: "a" },
            token: retaken?.token ?? "",
            first: position,
            done: position,
            delivered: 1,
            failed: null,
          }),
        ),
      discard: () => must(deliveries.discard(NAME, "default", first.events[0]?.event.id ?? "")),
      next: async () =>
        (await must(deliveries.retake({ ...lease, worker: "other" }))).flatMap(({ events }) =>
          events.map(({ event }) => event.publisher.version),
        ),
    };
  }

  test.each([
    ["put", "deliver"],
    ["deliver", "put"],
    ["put", "discard"],
    ["discard", "put"],
  ] as const)("%s comes first, and %s has begun before it is over: it is due all the same", async (one, other) => {
    const calls = await given();
    const both: PromiseLike<unknown>[] = [];
    await opened.transaction(async (tx) => {
      await tx.execute(sql`select 1 from denizen_deliveries for update`);
      both.push(calls[one]());
      await pause();
      both.push(calls[other]());
      await pause();
    });
    await Promise.all(both);
    expect(await calls.next()).toEqual([2]);
  });
});

test("who delivers an event that another is put before, as after a replay, is fenced off, and it comes in its turn", async () => {
  const opened = await open("postgres.js");
  const { store, database } = opened;
  const { deliveries } = store;
  const lease = { subscriber: NAME, duration: 60_000, at: AT, limit: 10 };
  const publisher = { tenant: "default", kind: "planet", id: "a" };
  const take = async () => (await must(deliveries.take({ ...lease, worker: "taker", types: null }))).batches[0];
  const park = async (batch: Batch | undefined, ...versions: readonly number[]) => {
    const { partition = 0, token = "", to = "", events = [] } = batch ?? {};
    const waiting = events
      .filter(({ event }) => versions.includes(event.publisher.version ?? 0))
      .map(({ position, event }) => ({ partition, position, publisher, eventId: event.id, attempts: 0, delay: 0, error: null }));
    await must(
      deliveries.settle({ subscriber: NAME, worker: "taker", at: AT, batches: [{ partition, token, to, delivered: 0 }], waiting }),
    );
  };
  const retake = async (worker: string) => (await must(deliveries.retake({ ...lease, worker })))[0];
  const deliver = async (worker: string, retaken: Awaited<ReturnType<typeof retake>>) => {
    const [first, last] = [retaken?.events[0]?.position ?? "", retaken?.events.at(-1)?.position ?? ""];
    const ended = { token: retaken?.token ?? "", first, done: last, delivered: 1, failed: null };
    await must(deliveries.resettle({ subscriber: NAME, worker, at: AT, publisher, ...ended }));
  };
  const versions = (retaken: Awaited<ReturnType<typeof retake>>) => retaken?.events.map(({ event }) => event.publisher.version);
  try {
    await must(deliveries.enlist([{ name: NAME, from: "beginning" }], AT));
    await must(commit(store, { id: "a", version: 1 }));
    await must(commit(store, { id: "a", version: 2 }));
    await park(await take(), 2);
    const early = await retake("early");
    expect(versions(early)).toEqual([2]);
    // What a replay leaves behind where the second event is put there at the same moment.
    await database.execute(sql`update denizen_cursors set pos = 0, seq = 0`);
    await park(await take(), 1, 2);
    const late = await retake("late");
    expect(versions(late)).toEqual([1, 2]);
    await deliver("early", early);
    expect((await must(deliveries.status(AT)))[0]).toMatchObject({ waiting: 2, delivered: 0 });
    await deliver("late", late);
    expect((await must(deliveries.status(AT)))[0]).toMatchObject({ waiting: 0, delivered: 1 });
  } finally {
    await opened.close();
  }
});
