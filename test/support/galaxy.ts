import { Application } from "denizen";
import { memory } from "denizen/memory";
import { fastHasher, fixedClock } from "denizen/testing";
import { audits, planets } from "./planets.js";

/** An application with aggregates of the host's own, a clock that stands still and a quick hasher. */
export function galaxy(store = memory({ lockTimeout: 100 })) {
  const [clock, hasher] = [fixedClock(), fastHasher()];
  const application = new Application({ store, clock, passwordHasher: hasher, aggregates: { planets, audits } });
  return { application, store, clock, hasher };
}

export type Galaxy = ReturnType<typeof galaxy>["application"];

/** Creates a planet in a unit of its own, and gives its id. */
export async function planet(application: Galaxy, name: string): Promise<string> {
  await using uow = application.unitOfWork();
  const created = (await uow.planets.create({ name }))._unsafeUnwrap();
  (await uow.commit())._unsafeUnwrap();
  return created.id;
}

/** The name under which a planet is stored; undefined when there is none. */
export async function nameOf(application: Galaxy, id: string): Promise<string | undefined> {
  await using uow = application.unitOfWork();
  return (await uow.planets.get(id)).map(({ name }) => name).unwrapOr(undefined);
}
