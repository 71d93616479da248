import { fail } from "../../assertions.js";
import type { World } from "../world.js";
import { manyPlanets } from "./planet.js";
import type { Planet } from "./planet.js";
import type { Subscriber } from "./subscriber.js";

/** 65 planets by partition, each with an event that this subscriber has handled. */
async function byPartition(world: World, subscriber: Subscriber): Promise<ReadonlyMap<number, readonly Planet[]>> {
  const planets = await manyPlanets(world);
  const { batches } = await subscriber.take();
  await subscriber.settle(batches);
  return new Map(
    batches.map(({ partition, events }) => {
      const ids = events.map(({ event }) => event.publisher.id);
      return [partition, planets.filter(({ id }) => ids.includes(id))];
    }),
  );
}

/** Publishers each of which is in a partition of its own. */
export async function apart(world: World, subscriber: Subscriber): Promise<readonly [Planet, Planet, ...Planet[]]> {
  const [one, other, ...more] = [...(await byPartition(world, subscriber)).values()].flatMap(([planet]) => planet ?? []);
  if (one === undefined || other === undefined) return fail("65 publishers are in more than one partition");
  return [one, other, ...more];
}

/** Two publishers that share a partition. */
export async function together(world: World, subscriber: Subscriber): Promise<readonly [Planet, Planet]> {
  for (const [one, other] of (await byPartition(world, subscriber)).values()) {
    if (one !== undefined && other !== undefined) return [one, other];
  }
  return fail("two of 65 publishers share one of 64 partitions");
}
