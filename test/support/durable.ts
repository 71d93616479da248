import { Application } from "denizen";
import type { Config } from "denizen";
import { fastHasher } from "denizen/testing";
import { planets } from "./planets.js";
import { worldOn } from "./worlds.js";
import type { Place, World } from "./worlds.js";
import type { TestedTransaction } from "./drivers.js";

type Extra = Pick<Config<TestedTransaction, { planets: typeof planets }, object, object, Record<never, never>, never>, "clock" | "onError">;

const applicationOn = (world: World, extra: Extra) =>
  new Application({ store: world.store, aggregates: { planets }, passwordHasher: fastHasher(), onError: () => undefined, ...extra });

export type Galaxy = ReturnType<typeof applicationOn>;

/** An application with planets, on a store of its own, whose durable subscribers are under test. */
export async function durableOn(place: Place, extra: Extra = {}) {
  const world = await worldOn(place);
  const application = applicationOn(world, extra);
  return {
    world,
    application,
    /** Another process's application on the same data, as far as one process can tell. */
    another: async (change = (store: World["store"]) => store) => applicationOn({ ...world, store: change(await world.another()) }, extra),
    [Symbol.asyncDispose]: () => world.close(),
  };
}

/** Forms a planet; its id. */
export async function form(application: Galaxy, name: string): Promise<string> {
  await using uow = application.unitOfWork();
  const planet = (await uow.planets.create({ name }))._unsafeUnwrap();
  (await uow.commit())._unsafeUnwrap();
  return planet.id;
}

/** Renames it, once for each name, in commits of their own. */
export async function rename(application: Galaxy, id: string, ...names: readonly string[]): Promise<void> {
  for (const name of names) {
    await using uow = application.unitOfWork();
    const planet = (await uow.planets.get(id))._unsafeUnwrap();
    planet.rename(name)._unsafeUnwrap();
    (await uow.commit())._unsafeUnwrap();
  }
}

/** Until everything that is committed can be given: what other databases of the server have open holds it back. */
export async function complete({ deliveries }: World["store"]): Promise<void> {
  const asked = { subscriber: "nobody", worker: "nobody", duration: 1, types: null, limit: 1, at: new Date().toISOString() };
  while ((await deliveries.take(asked))._unsafeUnwrap().heldBack) await sleep(10);
}

/** Retries come at once, and there are many. */
export const eager = { backOff: { first: 1, longest: 5 } } as const;

export const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Until it is so, or a few seconds have passed. */
export async function until(isSo: () => boolean): Promise<void> {
  for (let tries = 0; !isSo() && tries < 1000; tries++) await sleep(10);
}
