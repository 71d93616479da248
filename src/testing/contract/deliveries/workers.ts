import type { StoredEvent } from "denizen/ports";
import { equal } from "../../assertions.js";
import type { Group } from "../case.js";
import { read } from "../log.js";
import { race } from "../world.js";
import { handled } from "./handled.js";
import { manyPlanets, Planet } from "./planet.js";
import { idsOf, subscribed } from "./subscriber.js";

export const workers: Group = {
  "eight that take at once share partitions and events: none is given twice": subscribed(async (world, subscriber) => {
    const planets = await manyPlanets(world);
    const ids: string[] = [];
    for (let round = 0; round < 3; round++) {
      for (const planet of planets.slice(0, 8)) await planet.publish(2);
      const taken = await race(8, (index) => subscriber.take({ worker: `worker ${index}`, limit: 12 }));
      const batches = taken.flatMap((one) => one.batches);
      equal(new Set(batches.map(({ partition }) => partition)).size, batches.length, "the number of partitions");
      ids.push(...taken.flatMap((one) => idsOf(subscriber.own(one))));
      const { delivered } = await subscriber.status();
      await race(8, (index) => subscriber.settle(taken[index]?.batches ?? [], { worker: `worker ${index}` }));
      equal((await subscriber.status()).delivered - delivered, batches.flatMap(({ events }) => events).length);
    }
    ids.push(...idsOf(await subscriber.deliver()));
    equal([...ids].sort(), idsOf(await read(world)).toSorted(), "everything, once");
  }),

  "eight that work at once deliver everything once, and each publisher's events in order": subscribed(async (world, subscriber) => {
    const planets = await manyPlanets(world, 30);
    const events = new Map(planets.map(({ id }) => [id, [] as StoredEvent[]]));
    const more = planets.flatMap((planet) => [planet, planet, planet]);
    for (const planet of more.slice(0, 40)) await planet.publish(2);
    const delivered: StoredEvent[] = [];
    const work = async (worker: string): Promise<void> => {
      for (let round = 0; round < 1000; round++) {
        const taken = await subscriber.take({ worker, limit: 15 });
        // What others hold is theirs to deliver.
        if (taken.batches.length === 0) return;
        delivered.push(...handled(taken.batches, [], 0).delivered);
        await subscriber.settle(taken.batches, { worker });
      }
    };
    await race(8, (index) => work(`worker ${index}`));
    await work("the last one");
    for (const event of delivered) events.get(event.publisher.id)?.push(event);
    for (const { id } of planets) {
      const versions = events.get(id)?.map(({ publisher }) => publisher.version) ?? [];
      equal(
        versions,
        (await world.history(id)).map(({ publisher }) => publisher.version),
        "the versions of a publisher's events",
      );
    }
  }),

  "eight that retake at once share publishers: none is given twice": subscribed(async (world, subscriber) => {
    const planets = Array.from({ length: 12 }, () => new Planet(world));
    const failing: StoredEvent[] = [];
    for (const planet of planets) failing.push(...(await planet.publish(2)).slice(0, 1));
    await subscriber.deliver({ failing, delay: 0 });
    const retaken = (await race(8, (index) => subscriber.retake({ worker: `worker ${index}`, limit: 4 }))).flat();
    const left = await subscriber.retake({ worker: "the last one" });
    equal([...retaken, ...left].map(({ publisher }) => publisher.id).sort(), planets.map(({ id }) => id).sort());
    for (const { events } of [...retaken, ...left]) equal(events.length, 2, "the number of a publisher's events");
  }),

  "of eight that settle the same batch at once one does": subscribed(async (world, subscriber) => {
    const failing = await new Planet(world).publish(2);
    await new Planet(world).publish(3);
    const { batches } = await subscriber.take();
    await race(8, () => subscriber.settle(batches, { failing, delay: null }));
    const { waiting, deadLetters, delivered } = await subscriber.status();
    equal([waiting, deadLetters, delivered], [1, 1, batches.flatMap(({ events }) => events).length - 2]);
  }),
};
