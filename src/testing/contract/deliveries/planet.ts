import type { Json } from "denizen";
import type { StoredEvent } from "denizen/ports";
import { okOf } from "../../assertions.js";
import type { Part, World } from "../world.js";

/** A publisher of events, which keeps count of its versions. */
export class Planet {
  readonly id: string;
  readonly #world: World;
  #version: number;

  constructor(world: World, id = world.id(), version = 0) {
    this.#world = world;
    this.id = id;
    this.#version = version;
  }

  /** One commit with so many events, which are alike but for what is given. */
  async publish(count = 1, parts: Partial<StoredEvent> = {}): Promise<readonly StoredEvent[]> {
    return this.publishEach(Array.from({ length: count }, () => parts));
  }

  /** One commit with an event for each. */
  async publishEach(events: readonly Partial<StoredEvent>[]): Promise<readonly StoredEvent[]> {
    const part = this.part(events);
    await this.#world.given(part);
    return part.events;
  }

  /** For a commit of the caller's own. */
  part(events: readonly Partial<StoredEvent>[], state: Json = { name: "planet" }): Part {
    const details = { events: events.length, state };
    const part = this.#version === 0 ? this.#world.created(this.id, details) : this.#world.updated(this.id, this.#version, details);
    this.#version += events.length;
    return { ...part, events: part.events.map((event, index) => ({ ...event, ...events[index] })) };
  }
}

/** So many planets that two of them must be in one partition, each with one event, in one commit. */
export async function manyPlanets(
  world: World,
  count = 65,
  idOf: (index: number) => string = () => world.id(),
): Promise<readonly Planet[]> {
  const planets = Array.from({ length: count }, (_, index) => new Planet(world, idOf(index)));
  okOf(await world.store.commit(world.set(planets.map((planet) => planet.part([{}]))), world.record()), "what the case begins with");
  return planets;
}
