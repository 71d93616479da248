import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { memory } from "denizen/memory";
import type { Batch, Replay, Retaken, Store, StoredEvent } from "denizen/ports";
import { manyPlanets, Planet } from "../../src/testing/contract/deliveries/planet.js";
import { HOUR, idsOf, Subscriber } from "../../src/testing/contract/deliveries/subscriber.js";
import type { Work } from "../../src/testing/contract/deliveries/subscriber.js";
import { claimsOf } from "../../src/testing/contract/deliveries/waiting.js";
import { later, World } from "../../src/testing/contract/world.js";
import { open } from "../support/drivers.js";
import type { Opened } from "../support/drivers.js";

/** One step of one of two workers, or of somebody who publishes, replays, discards or pauses. */
type Step = { readonly act: number; readonly worker: number; readonly planet: number; readonly word: number };

const step: fc.Arbitrary<Step> = fc.record({ act: fc.nat(16), worker: fc.nat(1), planet: fc.nat(3), word: fc.nat(3) });

/** Everything that is played on a store: the same publishers for all histories, each in a partition of its own. */
interface Stage {
  readonly world: World;
  readonly planets: readonly Planet[];
}

const DELAYS = [0, null, HOUR, 0];

/** Plays a history and writes down everything that can be seen of it. */
async function play(stage: Stage, run: number, steps: readonly Step[]): Promise<readonly string[]> {
  const subscriber = new Subscriber(stage.world);
  await subscriber.enlist();
  const player = new Player(stage, subscriber, run);
  for (const one of steps) await player.perform(one);
  await player.finish();
  await subscriber.forget();
  return player.seen;
}

class Player {
  readonly world: World;
  readonly planets: readonly Planet[];
  readonly subscriber: Subscriber;
  readonly seen: string[] = [];
  readonly #published: StoredEvent[] = [];
  readonly #hands: [Batch[], Batch[]] = [[], []];
  readonly #tries: [Retaken[], Retaken[]] = [[], []];
  readonly #run: number;
  readonly #types: readonly string[];
  /** When everything of this history occurs, and nothing of an earlier one. */
  readonly #time: string;

  constructor({ world, planets }: Stage, subscriber: Subscriber, run: number) {
    this.world = world;
    this.planets = planets;
    this.subscriber = subscriber;
    this.#run = run;
    this.#types = [`type-${run}`];
    this.#time = later(run * 3600);
  }

  async perform({ act, worker, planet, word }: Step): Promise<void> {
    const { subscriber } = this;
    const name = `worker ${worker}`;
    const hand = this.#hands[worker === 0 ? 0 : 1];
    const tries = this.#tries[worker === 0 ? 0 : 1];
    const work = { failing: this.#published.filter((_, index) => (index + word) % 3 === 0), delay: DELAYS[word] ?? null, worker: name };
    if (act <= 3) await this.#publish(planet, 1 + (word % 2));
    else if (act <= 6) hand.push(...(await this.#take(name, act === 6 && word === 0 ? 0 : HOUR)));
    else if (act <= 8) await this.#settle(hand.splice(0), work);
    else if (act === 9) tries.push(...(await this.#retake(name, word === 0 ? 0 : HOUR)));
    else if (act <= 11) await subscriber.resettle(tries.splice(0), work);
    else if (act === 12) this.#note("replayed", await subscriber.replay(this.#selection(planet, word), this.#types));
    else if (act === 13) this.#note("discarded", await this.#discard(planet + 4 * word));
    else if (act === 14) this.#note("paused", await subscriber.pause(word === 0));
    else if (act === 15) await this.#renew(hand, tries, name);
    else await this.#tell();
  }

  /** Whatever is left is delivered, by whoever comes when all leases are over. */
  async finish(): Promise<void> {
    await this.subscriber.pause(false);
    for (const worker of [0, 1]) {
      for (const act of [7, 10]) await this.perform({ act, worker, planet: 0, word: 3 });
    }
    this.#note(
      "dead letters",
      (await this.subscriber.deadLetters()).map(({ event, attempts, behind }) => [event.id, attempts, behind]),
    );
    await this.#tell();
    await this.subscriber.replay({ kind: "dead-letters" });
    for (let round = 0; round < 3; round++) {
      this.#note("delivered", sorted(idsOf(await this.subscriber.deliver({ types: this.#types }))));
      this.#note("retried", sorted(idsOf(await this.subscriber.retry())));
    }
    await this.#tell();
  }

  #note(what: string, value: unknown): void {
    this.seen.push(`${what}: ${JSON.stringify(value)}`);
  }

  async #publish(planet: number, count: number): Promise<void> {
    const events = Array.from({ length: count }, (_, index) => ({
      id: `run-${this.#run}-${this.#published.length + index}`,
      type: this.#types[0] ?? "",
      occurredAt: this.#time,
    }));
    this.#published.push(...((await this.planets[planet]?.publishEach(events)) ?? []));
  }

  async #take(worker: string, duration: number): Promise<readonly Batch[]> {
    const { batches, due } = await this.subscriber.take({ worker, duration, types: this.#types });
    const events = this.subscriber.own({ batches });
    this.#note("taken", [sorted(events.map(({ event, behind }) => [event.publisher.id, event.id, behind])), due]);
    return batches;
  }

  async #settle(batches: readonly Batch[], work: Work): Promise<void> {
    await this.subscriber.settle(batches, work);
    this.#note("settled", (await this.subscriber.status()).delivered);
  }

  async #retake(worker: string, duration: number): Promise<readonly Retaken[]> {
    const retaken = await this.subscriber.retake({ worker, duration });
    this.#note("retaken", sorted(retaken.map(({ events }) => events.map(({ event, attempts }) => [event.id, attempts]))));
    return retaken;
  }

  #selection(planet: number, word: number): Replay["selection"] {
    if (word === 0) return { kind: "from", from: { time: this.#time } };
    if (word === 1) return { kind: "dead-letters" };
    const { tenant } = this.world;
    if (word === 2) return { kind: "publisher", publisher: { tenant, kind: "planet", id: this.planets[planet]?.id ?? "" } };
    return { kind: "event", tenant, id: this.#published[planet]?.id ?? "unknown" };
  }

  async #discard(index: number): Promise<boolean> {
    const event = this.#published[index];
    return event !== undefined && this.subscriber.discard(event);
  }

  async #renew(hand: readonly Batch[], tries: readonly Retaken[], worker: string): Promise<void> {
    const partitions = hand.map(({ partition, token }) => ({ partition, token }));
    const renewed = await this.subscriber.renew({ worker, partitions, publishers: claimsOf(tries) });
    this.#note("renewed", [renewed.partitions.length, renewed.publishers.length]);
  }

  async #tell(): Promise<void> {
    const { waiting, deadLetters, delivered, paused } = await this.subscriber.status();
    this.#note("status", [waiting, deadLetters, delivered, paused]);
  }
}

/** Publishers come in each store's own order; the events of each, in theirs. */
const sorted = (values: readonly unknown[]): readonly unknown[] =>
  values.map((value) => JSON.stringify(value)).sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : keyOf(one) > keyOf(other) ? 1 : 0));

const keyOf = (value: string): string => value.slice(0, 45);

let opened: Opened;
let stages: readonly [Stage, Stage];

beforeAll(async () => {
  opened = await open("postgres.js");
  stages = await staged(memory(), opened.store);
});
afterAll(() => opened.close());

/** Two stores differ in how they divide the log: four publishers are found that have partitions of their own in both. */
async function staged(one: Store<unknown>, other: Store<unknown>): Promise<readonly [Stage, Stage]> {
  const worlds = [new World(one, "stage"), new World(other, "stage")] as const;
  const first = await partitionsOf(worlds[0], 12);
  const second = await partitionsOf(worlds[1], 12);
  const ids: string[] = [];
  for (const id of first.keys()) {
    if ([first, second].every((partitions) => ids.every((known) => partitions.get(known) !== partitions.get(id)))) ids.push(id);
  }
  const planetsOf = (world: World): readonly Planet[] => ids.slice(0, 4).map((id) => new Planet(world, id, 1));
  return [
    { world: worlds[0], planets: planetsOf(worlds[0]) },
    { world: worlds[1], planets: planetsOf(worlds[1]) },
  ];
}

async function partitionsOf(world: World, count: number): Promise<ReadonlyMap<string, number>> {
  const subscriber = new Subscriber(world);
  await subscriber.enlist();
  await manyPlanets(world, count, (index) => `planet-${index}`);
  const { batches } = await subscriber.take();
  await subscriber.forget();
  return new Map(batches.flatMap(({ partition, events }) => events.map(({ event }) => [event.publisher.id, partition] as const)));
}

test("generated histories of two workers look the same on memory and on PostgreSQL", async () => {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 50 }), async (steps) => {
      run++;
      const inMemory = await play(stages[0], run, steps);
      const inPostgres = await play(stages[1], run, steps);
      expect(inPostgres).toEqual(inMemory);
    }),
    { numRuns: Math.ceil(Number(process.env["HISTORIES"] ?? 500) / 5) },
  );
}, 120_000);
