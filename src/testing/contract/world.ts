import { newRoot } from "denizen";
import type { Json, Timestamp } from "denizen";
import { withDeadline } from "denizen/ports";
import type {
  AggregateChange,
  ChangeSet,
  CommitFailure,
  CommitRecord,
  Identifier,
  Lookup,
  Position,
  Store,
  StoredAggregate,
  StoredEvent,
  StoreTransaction,
  VaultChange,
} from "denizen/ports";
import { equal, fail, okOf } from "../assertions.js";

// Ids of denizen's own, so that a store may keep the rows of many runs.
const { facts } = newRoot<unknown, Record<never, never>>({ kind: "contract", events: {}, evolve: (state) => state });

export const AT = "2026-01-01T00:00:00.000Z";

/** So many seconds after `AT`. */
export const later = (seconds: number): Timestamp => new Date(Date.parse(AT) + Math.round(seconds * 1000)).toISOString();

/** One aggregate's part of a change set: the change, and the events that say so. */
export interface Part {
  readonly change: AggregateChange;
  readonly events: readonly StoredEvent[];
}

export interface Details {
  readonly kind?: string;
  readonly state?: Json;
  /** What an update was loaded with: for kinds that a store may keep in tables of their own. */
  readonly before?: Json;
  readonly claimed?: readonly Identifier[];
  readonly released?: readonly Identifier[];
  /** How many events there are of it; one when left out. */
  readonly events?: number;
}

/** A store, a tenant that nobody else uses, and the shortest way to say what is written there. */
export class World {
  readonly store: Store<unknown>;
  readonly tenant: string;

  constructor(store: Store<unknown>, tenant: string = facts.nextId()) {
    this.store = store;
    this.tenant = tenant;
  }

  id(): string {
    return facts.nextId();
  }

  /** What time it really is: stores go by a clock of their own, or by what they are told. */
  now(): Timestamp {
    return facts.now();
  }

  /** The same store, as another tenant sees it. */
  elsewhere(): World {
    return new World(this.store);
  }

  created(id: string, details: Details = {}): Part {
    return this.#part(id, 0, undefined, details);
  }

  updated(id: string, expectedVersion: number, details: Details = {}): Part {
    return this.#part(id, expectedVersion, details.before ?? { name: "before" }, details);
  }

  /** A change set as a unit of work makes it: the aggregates in order, the events as they happened. */
  set(parts: readonly Part[], vault: readonly VaultChange[] = []): ChangeSet {
    const aggregates = parts.map(({ change }) => change).sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
    return { tenant: this.tenant, aggregates, events: parts.flatMap(({ events }) => events), vault, erased: [] };
  }

  record(command?: CommitRecord["command"]): CommitRecord {
    const record = { commitId: this.id(), tenant: this.tenant, at: AT };
    return command === undefined ? record : { ...record, command };
  }

  async commit(...parts: readonly Part[]): Promise<Awaited<ReturnType<Store["commit"]>>> {
    return this.store.commit(this.set(parts), this.record());
  }

  /** Commits what must go well for the case to begin. */
  async given(...parts: readonly Part[]): Promise<Position> {
    return okOf<Position>(await this.commit(...parts), "what the case begins with");
  }

  async begin(): Promise<StoreTransaction<unknown>> {
    return okOf(await this.store.begin(), "begin");
  }

  /** Begins, flushes and commits; where it fails, rolls back. */
  async transact(changes: ChangeSet, record = this.record()): Promise<Awaited<ReturnType<StoreTransaction<unknown>["commit"]>>> {
    const begun = await this.store.begin();
    if (begun.isErr()) return begun.map(() => "");
    const flushed = await begun.value.flush(changes);
    if (flushed.isOk()) return begun.value.commit(record);
    await begun.value.rollback();
    return flushed.map(() => "").mapErr((error): CommitFailure => error);
  }

  async load(lookup: Lookup, limit = 10): Promise<readonly StoredAggregate[]> {
    return okOf(await this.store.load(this.tenant, lookup, { limit }), "load");
  }

  async get(id: string, kind = "planet"): Promise<StoredAggregate | undefined> {
    const [found] = await this.load({ kind, id });
    return found;
  }

  async holders(identifier: Identifier, kind = "planet"): Promise<readonly string[]> {
    return (await this.load({ kind, identifier }, 1000)).map(({ id }) => id);
  }

  async history(id: string, after?: number, kind = "planet"): Promise<readonly StoredEvent[]> {
    return okOf(await this.store.history(this.tenant, { kind, id }, after), "history");
  }

  /** Nothing is left of what was refused: no aggregate, no event. */
  async neverWas(id: string): Promise<void> {
    equal(await this.get(id), undefined, "the aggregate that was refused");
    equal(await this.history(id), [], "the events of what was refused");
  }

  #part(id: string, expectedVersion: number, before: Json | undefined, details: Details): Part {
    const { kind = "planet", state = { name: "planet" }, claimed = [], released = [], events = 1 } = details;
    const version = expectedVersion + events;
    return {
      change: { kind, id, expectedVersion, version, before, after: state, claimed, released },
      events: Array.from({ length: events }, (_, index) => this.event({ kind, id, version: expectedVersion + index + 1 })),
    };
  }

  event(publisher: StoredEvent["publisher"], parts: Partial<StoredEvent> = {}): StoredEvent {
    return {
      id: this.id(),
      type: "planet-changed",
      version: 1,
      occurredAt: AT,
      publisher,
      subject: null,
      payload: { step: publisher.version },
      personal: null,
      metadata: {
        actor: "system:contract",
        tenant: this.tenant,
        commitId: this.id(),
        correlationId: this.id(),
        causationId: null,
        trace: null,
      },
      ...parts,
    };
  }
}

const keyOf = ({ kind, id }: AggregateChange): string => `${kind} ${id}`;

export const unique = (kind: string, key: string): Identifier => ({ kind, key });
export const shared = (kind: string, key: string): Identifier => ({ kind, key, shared: true });

/** Starts that many at once, and waits for all. */
export const race = <Value>(count: number, run: (index: number) => PromiseLike<Value>): Promise<Value[]> =>
  Promise.all(Array.from({ length: count }, async (_, index) => run(index)));

/** What a call has answered by now; undefined while it waits for another transaction, as it may. */
export async function answerSoFar<Value>(call: PromiseLike<Value>): Promise<Value | undefined> {
  const answer = await withDeadline(async () => call, 50);
  return answer.timedOut ? undefined : answer.value;
}

/** Gives a call time to answer, or to begin to wait. */
export async function pause<Value>(call: PromiseLike<Value>): Promise<void> {
  await answerSoFar(call);
}

/** So many milliseconds go by, wherever a store has its time from. */
export const passing = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Asks until there is an answer. For what comes with time, however slow the machine is: there are many tries before it gives up. */
export async function eventually<Value>(what: string, ask: () => Promise<Value | undefined>, tries = 60): Promise<Value> {
  for (let time = 0; time < tries; time++) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await passing(25);
  }
  return fail(`${what} should come with time, and does not`);
}
