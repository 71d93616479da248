import { describe, expect, test } from "vitest";
import { domainError, errAsync } from "denizen";
import type { Galaxy } from "../../support/durable.js";
import { complete, durableOn, form, rename, sleep, until } from "../../support/durable.js";
import { places } from "../../support/worlds.js";

async function formMany(application: Galaxy, planets: number, prefix = "p"): Promise<void> {
  for (let index = 0; index < planets; index++) await form(application, `${prefix}${index}`);
}

describe.each(places)("a drain on %s", (place) => {
  test("takes at most as many as it is told, those that fail among them", async () => {
    await using world = await durableOn(place);
    const { application } = world;
    let tries = 0;
    application.durable.subscribe("names", "planet-formed", () => {
      tries++;
      throw new Error("down");
    });
    await formMany(application, 5);
    await complete(world.world.store);
    await using worker = application.worker({ manual: true });
    expect((await worker.drain({ limit: 2 }))._unsafeUnwrap()).toEqual({ delivered: 0, next: 0 });
    expect(tries).toBe(2);
  });

  test("takes at most as many as it is told, of what is new and what is to be tried again together", async () => {
    await using world = await durableOn(place);
    const { application } = world;
    const events: string[] = [];
    application.durable.subscribe("names", "planet-formed", ({ id }) => events.push(id));
    await formMany(application, 3);
    (await application.durable.settled())._unsafeUnwrap();
    for (const event of events.splice(0)) (await application.durable.replay({ subscriber: "names", event }))._unsafeUnwrap();
    await formMany(application, 2, "q");
    await complete(world.world.store);
    await using worker = application.worker({ manual: true });
    expect((await worker.drain({ limit: 3 }))._unsafeUnwrap()).toEqual({ delivered: 3, next: 0 });
    expect(events).toHaveLength(3);
    expect((await worker.drain())._unsafeUnwrap()).toEqual({ delivered: 2, next: null });
  });

  test("goes on until nothing is left, also of what a later subscriber does and an earlier one hears", async () => {
    await using world = await durableOn(place);
    const { application } = world;
    const heard: string[] = [];
    application.durable.subscribe("a", "planet-renamed", ({ payload }) => heard.push(payload.name));
    application.durable.subscribe("b", "planet-formed", async ({ publisher }) => {
      await rename(application, publisher.id, "Ares");
      await complete(world.world.store);
    });
    await form(application, "Mars");
    await complete(world.world.store);
    await using worker = application.worker({ manual: true });
    expect((await worker.drain())._unsafeUnwrap()).toEqual({ delivered: 2, next: null });
    expect(heard).toEqual(["Ares"]);
  });

  test("counts what it has delivered itself, and not what another does beside it", async () => {
    await using world = await durableOn(place);
    const { application } = world;
    application.durable.subscribe("names", "planet-formed", () => sleep(5));
    await formMany(application, 10);
    await complete(world.world.store);
    await using worker = application.worker({ manual: true });
    const drained = await Promise.all([worker.drain(), worker.drain()]);
    expect(drained.map((each) => each._unsafeUnwrap().delivered).reduce((sum, count) => sum + count)).toBe(10);
  });

  test("that is stopped takes nothing more", async () => {
    await using world = await durableOn(place);
    const { application } = world;
    let begun = 0;
    let release: () => void = () => undefined;
    const slow = new Promise<void>((resolve) => (release = resolve));
    for (const name of ["a", "b"]) {
      application.durable.subscribe(name, "planet-formed", () => {
        begun++;
        return slow;
      });
    }
    await formMany(application, 3);
    await complete(world.world.store);
    const worker = application.worker({ manual: true });
    const draining = worker.drain();
    await until(() => begun === 3);
    const stopping = worker.stop();
    release();
    await stopping;
    expect((await draining)._unsafeUnwrap()).toEqual({ delivered: 3, next: 0 });
    const [, second] = (await application.durable.status())._unsafeUnwrap();
    expect(second).toMatchObject({ subscriber: "b", lag: 3, waiting: 0, delivered: 0 });
  });
});

test.each(["take", "retake"] as const)("a drain, and settled, tell that the store is down when they %s", async (call) => {
  await using world = await durableOn("memory");
  let isDown = false;
  const application = await world.another(({ deliveries, ...store }) => ({
    ...store,
    deliveries: {
      ...deliveries,
      [call]: (request: never) => (isDown ? errAsync(domainError("store-unavailable", "down")) : deliveries[call](request)),
    },
  }));
  application.durable.subscribe(
    "names",
    "planet-formed",
    () => {
      isDown = true;
      throw new Error("down");
    },
    { backOff: { first: 0 } },
  );
  await form(application, "Mars");
  expect((await application.durable.settled())._unsafeUnwrapErr().code).toBe("store-unavailable");
  await using worker = application.worker({ manual: true });
  expect((await worker.drain())._unsafeUnwrapErr().code).toBe("store-unavailable");
});
