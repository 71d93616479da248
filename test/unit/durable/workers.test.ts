import { describe, expect, test } from "vitest";
import { okAsync } from "denizen";
import type { Delivery } from "denizen";
import type { Taken } from "denizen/ports";
import type { Galaxy } from "../../support/durable.js";
import { complete, durableOn, eager, form, rename, sleep, until } from "../../support/durable.js";
import { places } from "../../support/worlds.js";

describe.each(places)("workers on %s", (place) => {
  test("deliver what is committed while they run, within moments", async () => {
    await using world = await durableOn(place);
    const { application } = world;
    const heard: string[] = [];
    application.durable.subscribe("names", "planet-formed", ({ payload }) => heard.push(payload.name));
    await using worker = application.worker({ poll: 60_000 });
    await form(application, "Mars");
    await until(() => heard.length === 1);
    await form(application, "Venus");
    await until(() => heard.length === 2);
    expect(heard).toEqual(["Mars", "Venus"]);
    await worker.stop();
    await form(application, "Ceres");
    await sleep(50);
    expect(heard).toHaveLength(2);
  });

  test("share the load, and none has what another has", async () => {
    await using world = await durableOn(place);
    const { application } = world;
    const others = [await world.another(), await world.another(), application];
    const running = new Set<string>();
    const shares = others.map(() => 0);
    const heard: string[] = [];
    let overlaps = 0;
    for (const [index, other] of others.entries()) {
      other.durable.subscribe(
        "names",
        ["planet-formed", "planet-renamed"],
        async ({ publisher, payload }) => {
          if (running.has(publisher.id)) overlaps++;
          running.add(publisher.id);
          shares[index] = (shares[index] ?? 0) + 1;
          // Whoever is connected first waits for the others.
          await until(() => Math.min(...shares) > 0);
          await sleep(2);
          running.delete(publisher.id);
          heard.push(`${publisher.id}:${payload.name}`);
        },
        { ...eager, concurrency: 2 },
      );
    }
    const ids = await Promise.all(Array.from({ length: 30 }, (_, index) => form(application, `p${index}`)));
    await Promise.all(ids.map((id, index) => rename(application, id, ...["1", "2", "3"].map((suffix) => `p${index}-${suffix}`))));
    await using first = others[0]?.worker({ batch: 10, poll: 20 });
    await using second = others[1]?.worker({ batch: 10, poll: 20 });
    await using third = others[2]?.worker({ batch: 10, poll: 20 });
    await until(() => heard.length >= 120);
    await Promise.all([first?.stop(), second?.stop(), third?.stop()]);
    expect(heard).toHaveLength(120);
    expect(overlaps).toBe(0);
    expect(Math.min(...shares)).toBeGreaterThan(0);
    for (const [index, id] of ids.entries()) {
      const names = heard.filter((each) => each.startsWith(id)).map((each) => each.split(":")[1]);
      expect(names).toEqual([`p${index}`, `p${index}-1`, `p${index}-2`, `p${index}-3`]);
    }
  });

  test("that are stopped end what they have begun, and leave the rest to others at once", async () => {
    await using world = await durableOn(place);
    const { application } = world;
    const [begun, ended]: [string[], string[]] = [[], []];
    application.durable.subscribe(
      "names",
      "planet-formed",
      async ({ payload }) => {
        begun.push(payload.name);
        await sleep(30);
        ended.push(payload.name);
      },
      { concurrency: 2 },
    );
    for (let index = 0; index < 10; index++) await form(application, `p${index}`);
    const worker = application.worker({ lease: 60_000, poll: 10 });
    await until(() => begun.length > 0);
    await worker.stop();
    expect(ended).toEqual(begun);
    expect(ended.length).toBeLessThan(10);
    await using next = application.worker({ poll: 10 });
    await until(() => ended.length === 10);
    await next.stop();
    expect(new Set(ended).size).toBe(10);
    expect(ended).toHaveLength(10);
  });

  test("cut off what does not end within the grace, which is not counted as a try", async () => {
    await using world = await durableOn(place);
    const { application } = world;
    const attempts: number[] = [];
    application.durable.subscribe("names", "planet-formed", async (_, { attempt, signal }) => {
      attempts.push(attempt);
      if (attempts.length === 1) await new Promise((resolve) => signal.addEventListener("abort", resolve));
    });
    await form(application, "Mars");
    const worker = application.worker({ grace: 20 });
    await until(() => attempts.length === 1);
    await worker.stop();
    (await application.durable.settled())._unsafeUnwrap();
    expect(attempts).toEqual([1, 1]);
  });

  test("take over from one that has died, whose late answer counts for nothing", async () => {
    await using world = await durableOn(place);
    const { application } = world;
    let isStopped = false;
    const nothing: Taken = { batches: [], due: false, wait: null, heldBack: false };
    const other = await world.another(({ deliveries, ...store }) => ({
      ...store,
      deliveries: {
        ...deliveries,
        take: (request) => (isStopped ? okAsync(nothing) : deliveries.take(request)),
        // A process that is stopped, or whose event loop hangs, renews nothing and does not know it.
        renew: (renewal) => okAsync(renewal),
      },
    }));
    const heard: string[] = [];
    const late: boolean[] = [];
    let release: () => void = () => undefined;
    const hung = new Promise<void>((resolve) => (release = resolve));
    const handler =
      (name: string, wait: Promise<void>) =>
      async (event: { readonly publisher: { readonly id: string } }, delivery: Delivery<Galaxy["$types"]>) => {
        heard.push(name);
        await wait;
        await using uow = delivery.unitOfWork();
        (await uow.planets.get(event.publisher.id))._unsafeUnwrap().capture(name);
        late.push((await uow.commit())._unsafeUnwrap().repeated !== undefined);
      };
    other.durable.subscribe("moons", "planet-formed", handler("dead", hung), { timeout: 60_000 });
    application.durable.subscribe("moons", "planet-formed", handler("alive", Promise.resolve()));
    const id = await form(application, "Mars");
    const lease = 1000;
    const dead = other.worker({ lease, poll: 10 });
    await until(() => heard.length === 1);
    isStopped = true;
    await using alive = application.worker({ poll: 10 });
    const began = performance.now();
    await until(() => late.length === 1);
    expect(performance.now() - began).toBeLessThan(2 * lease);
    expect(heard).toEqual(["dead", "alive"]);
    release();
    await until(() => late.length === 2);
    expect(late).toEqual([false, true]);
    await dead.stop();
    await alive.stop();
    await using uow = application.unitOfWork();
    expect((await uow.planets.get(id))._unsafeUnwrap().moons).toEqual(["alive"]);
    const [status] = (await application.durable.status())._unsafeUnwrap();
    expect(status).toMatchObject({ waiting: 0, delivered: 1 });
  });

  test("are stopped by an AbortSignal, also by one that is aborted already", async () => {
    await using world = await durableOn(place);
    const { application } = world;
    const heard: string[] = [];
    application.durable.subscribe("names", "planet-formed", ({ payload }) => heard.push(payload.name));
    const controller = new AbortController();
    const worker = application.worker({ signal: controller.signal, poll: 10 });
    controller.abort();
    expect((await worker.drain())._unsafeUnwrapErr().code).toBe("worker-stopped");
    await worker.stop();
    const late = application.worker({ signal: AbortSignal.abort(), poll: 10 });
    await form(application, "Mars");
    await sleep(50);
    await late.stop();
    expect(heard).toEqual([]);
  });

  test("drain at most as many as they are told, and say when there is more to do", async () => {
    await using world = await durableOn(place);
    const { application } = world;
    const heard: string[] = [];
    application.durable.subscribe(
      "names",
      "planet-formed",
      ({ payload }) => {
        if (payload.name === "p4" && !heard.includes("p4")) {
          heard.push("p4");
          throw new Error("once");
        }
        heard.push(payload.name);
      },
      { backOff: { first: 60_000 } },
    );
    for (let index = 0; index < 5; index++) await form(application, `p${index}`);
    await complete(world.world.store);
    await using worker = application.worker({ manual: true });
    expect(heard).toEqual([]);
    const some = (await worker.drain({ limit: 2 }))._unsafeUnwrap();
    expect([heard.length, some.next]).toEqual([2, 0]);
    const rest = (await worker.drain())._unsafeUnwrap();
    expect(some.delivered + rest.delivered).toBe(4);
    expect(rest.next).toBeGreaterThan(20_000);
    expect(rest.next).toBeLessThanOrEqual(60_000);
    expect((await worker.drain({ limit: 0 }))._unsafeUnwrapErr().code).toBe("invalid-argument");
  });

  test("do nothing for a subscriber that is paused, and go on when it is resumed", async () => {
    await using world = await durableOn(place);
    const { application } = world;
    const heard: string[] = [];
    application.durable.subscribe("names", "planet-formed", ({ payload }) => heard.push(payload.name));
    await using worker = application.worker({ poll: 60_000 });
    await form(application, "Mars");
    await until(() => heard.length === 1);
    (await application.durable.pause("names"))._unsafeUnwrap();
    await form(application, "Venus");
    await sleep(100);
    expect(heard).toEqual(["Mars"]);
    (await application.durable.resume("names"))._unsafeUnwrap();
    await until(() => heard.length === 2);
    expect(heard).toEqual(["Mars", "Venus"]);
    expect((await application.durable.pause("nobody"))._unsafeUnwrapErr().code).toBe("subscriber-unknown");
    await worker.stop();
  });
});
