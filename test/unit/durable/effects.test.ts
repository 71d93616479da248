import { describe, expect, test } from "vitest";
import { durableOn, eager, form, rename } from "../../support/durable.js";
import { places } from "../../support/worlds.js";

describe.each(places)("what a handler does through its delivery happens once on %s", (place) => {
  test("also where it lost a race and opened another unit", async () => {
    await using world = await durableOn(place);
    const { application } = world;
    const repeated: boolean[] = [];
    let tries = 0;
    application.durable.subscribe(
      "moons",
      "planet-formed",
      async (event, delivery) => {
        tries++;
        for (let round = 0; ; round++) {
          await using uow = delivery.unitOfWork();
          (await uow.planets.get(event.publisher.id))._unsafeUnwrap().capture("Phobos");
          // Somebody else is quicker, the first time.
          if (tries === 1 && round === 0) await rename(application, event.publisher.id, "Ares");
          const committed = await uow.commit();
          if (committed.isErr() && committed.error.code === "concurrency-conflict") continue;
          repeated.push(committed._unsafeUnwrap().repeated !== undefined);
          break;
        }
        if (tries === 1) throw new Error("after its commit");
      },
      eager,
    );
    const id = await form(application, "Mars");
    (await application.durable.settled())._unsafeUnwrap();
    await using uow = application.unitOfWork();
    expect([(await uow.planets.get(id))._unsafeUnwrap().moons, repeated]).toEqual([["Phobos"], [false, true]]);
  });

  test("where it has several commits, each in a unit of its own, and fails between them", async () => {
    await using world = await durableOn(place);
    const { application } = world;
    const closed: string[] = [];
    let tries = 0;
    application.durable.subscribe(
      "moons",
      "planet-formed",
      async (event, delivery) => {
        tries++;
        for (const moon of ["Phobos", "Deimos"]) {
          await using uow = delivery.unitOfWork();
          (await uow.planets.get(event.publisher.id))._unsafeUnwrap().capture(moon);
          (await uow.commit())._unsafeUnwrap();
          closed.push((await uow.commit())._unsafeUnwrapErr().code);
          if (tries === 1) throw new Error("between its commits");
        }
      },
      eager,
    );
    const id = await form(application, "Mars");
    (await application.durable.settled())._unsafeUnwrap();
    await using uow = application.unitOfWork();
    expect((await uow.planets.get(id))._unsafeUnwrap().moons).toEqual(["Phobos", "Deimos"]);
    // The first try says already that a unit has one commit.
    expect(closed).toEqual(["unit-closed", "unit-closed", "unit-closed"]);
  });
});
