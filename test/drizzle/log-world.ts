import { expect } from "vitest";
import type { ResultAsync } from "denizen";
import type { ChangeSet, From, Store, StoredEvent, Taken, TakenEvent } from "denizen/ports";

export const AT = "2026-01-01T00:00:00.000Z";

/** As much of a result as is needed to say that it must be one. */
export async function must<Value, E>(result: ResultAsync<Value, E>): Promise<Value> {
  const answer = await result;
  if (answer.isErr()) expect.fail(`it should have gone well: ${JSON.stringify(answer.error)}`);
  return answer.value;
}

let ids = 0;
const metadata = { actor: "user:writer", tenant: "default", correlationId: "c", causationId: null, trace: null };

export const event = (publisher: StoredEvent["publisher"], parts: Partial<StoredEvent> = {}): StoredEvent => ({
  id: `event ${process.pid} ${++ids}`,
  type: "planet-changed",
  version: 1,
  occurredAt: AT,
  publisher,
  subject: null,
  payload: { number: ids },
  personal: null,
  metadata: { ...metadata, commitId: `commit ${ids}` },
  ...parts,
});

export interface Planet {
  readonly id: string;
  readonly version: number;
}

/** A change set with one event of each of these planets, each at its next version. */
export function changes(...planets: readonly Planet[]): ChangeSet {
  return {
    tenant: "default",
    aggregates: [...planets]
      .sort((one, other) => (one.id < other.id ? -1 : 1))
      .map(({ id, version }) => ({
        ...{ kind: "planet", id, version, expectedVersion: version - 1, claimed: [], released: [] },
        ...{ before: version === 1 ? undefined : {}, after: { version } },
      })),
    events: planets.map(({ id, version }) => event({ kind: "planet", id, version })),
    vault: [],
    erased: [],
  };
}

export const record = () => ({ commitId: `commit ${process.pid} ${++ids}`, tenant: "default", at: AT });

export const commit = (store: Store<unknown>, ...planets: readonly Planet[]) => store.commit(changes(...planets), record());

/** What a guard appends, which has no version. */
export const trace = (store: Store<unknown>, id: string) =>
  store.attempts.settle({
    ...{ tenant: "default", method: "password", counter: `user:${id}`, succeeded: false },
    events: [event({ kind: "user", id, version: null }, { type: "proof-failed" })],
  });

/** `planet 1` → `planet 1.3`: what an event is known by. */
export const nameOf = ({ event: { publisher } }: Pick<TakenEvent, "event">): string => `${publisher.id}.${publisher.version ?? "-"}`;

/** A durable subscriber that handles everything that it is given. */
export class Reader {
  readonly #store: Store<unknown>;
  readonly #name: string;
  readonly #worker: string;

  constructor(store: Store<unknown>, name = "reader", worker = "worker") {
    this.#store = store;
    this.#name = name;
    this.#worker = worker;
  }

  async enlist(from: From = "beginning"): Promise<this> {
    await must(this.#store.deliveries.enlist([{ name: this.#name, from }], AT));
    return this;
  }

  take(limit = 100): Promise<Taken> {
    return must(
      this.#store.deliveries.take({ subscriber: this.#name, worker: this.#worker, duration: 60_000, types: null, limit, at: AT }),
    );
  }

  async settle({ batches }: Taken, waiting: Parameters<Store["deliveries"]["settle"]>[0]["waiting"] = []): Promise<void> {
    const settled = batches.map(({ partition, token, to, events }) => ({ partition, token, to, delivered: events.length }));
    await must(this.#store.deliveries.settle({ subscriber: this.#name, worker: this.#worker, at: AT, batches: settled, waiting }));
  }

  /** What can be shown now, in the order in which it was given. */
  async read(limit = 100): Promise<readonly TakenEvent[]> {
    const events: TakenEvent[] = [];
    for (;;) {
      const taken = await this.take(limit);
      if (taken.batches.length === 0) return events;
      events.push(...taken.batches.flatMap((batch) => batch.events));
      await this.settle(taken);
    }
  }

  /** The same once nothing is held back any more: other databases of the server may do so, too. */
  async readAll(count: number): Promise<readonly TakenEvent[]> {
    const events: TakenEvent[] = [];
    for (let tries = 0; tries < 500 && events.length < count; tries++) {
      events.push(...(await this.read()));
      if (events.length < count) await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return events;
  }
}

/** Versions of every publisher, in the order in which they came. */
export function versionsOf(events: readonly TakenEvent[]): Readonly<Record<string, readonly number[]>> {
  const versions: Record<string, number[]> = {};
  for (const { event } of events) (versions[event.publisher.id] ??= []).push(event.publisher.version ?? 0);
  return versions;
}
