import { describe, expect, test } from "vitest";
import type { ResultAsync, Worker } from "denizen";
import type { Deliveries } from "denizen/ports";
import { durableOn, form, sleep, until } from "../../support/durable.js";
import type { Galaxy } from "../../support/durable.js";

const broken = (): never => {
  throw new Error("the port is broken");
};

/** An application whose store has other deliveries. A rejection that nobody handles fails the run. */
async function brokenOn(change: (deliveries: Deliveries) => Partial<Deliveries>): Promise<Galaxy> {
  const world = await durableOn("memory");
  return world.another(({ deliveries, ...store }) => ({ ...store, deliveries: { ...deliveries, ...change(deliveries) } }));
}

describe("a worker survives", () => {
  test("a store that throws when a batch is settled, early or at last: its events come again when the lease is over", async () => {
    let throws = 2;
    const application = await brokenOn(({ settle }) => ({ settle: (settled) => (throws-- > 0 ? broken() : settle(settled)) }));
    const heard = new Map<string, number>();
    application.durable.subscribe("names", "planet-formed", async ({ payload: { name } }) => {
      heard.set(name, (heard.get(name) ?? 0) + 1);
      // Partitions that are done are given back meanwhile.
      if (name === "slow") await sleep(120);
    });
    for (const name of ["slow", "p0", "p1", "p2", "p3"]) await form(application, name);
    await using worker = application.worker({ lease: 200, poll: 20 });
    await until(() => throws <= 0 && heard.size === 5 && Math.min(...heard.values()) > 1);
    await worker.stop();
    expect((await application.durable.status())._unsafeUnwrap()).toMatchObject([{ lag: 0, waiting: 0, delivered: 5 }]);
  });

  test("a store that throws when a try is written", async () => {
    let throws = 1;
    const application = await brokenOn(({ resettle }) => ({ resettle: (tried) => (throws-- > 0 ? broken() : resettle(tried)) }));
    let tries = 0;
    application.durable.subscribe(
      "names",
      "planet-formed",
      () => {
        if (++tries < 2) throw new Error("down");
      },
      { backOff: { first: 0 } },
    );
    await form(application, "Mars");
    await using worker = application.worker({ lease: 200, poll: 20 });
    await until(() => tries === 3);
    await worker.stop();
    expect((await application.durable.status())._unsafeUnwrap()).toMatchObject([{ waiting: 0, delivered: 1 }]);
  });

  test.each(["take", "renew", "enlist"] as const)("a store that throws when it is asked to %s", async (call) => {
    let throws = 3;
    const application = await brokenOn((deliveries) => ({
      // Whichever it is, it is asked what it answers.
      [call]: (...asked: never[]) => (throws-- > 0 ? broken() : (deliveries[call] as (...asked: never[]) => unknown)(...asked)),
    }));
    let heard = 0;
    application.durable.subscribe("names", "planet-formed", async () => {
      await sleep(150);
      heard++;
    });
    await form(application, "Mars");
    await using worker = application.worker({ lease: 300, poll: 1 });
    await until(() => heard === 1);
    await worker.stop();
    expect(heard).toBe(1);
  });

  test("a clock that throws", async () => {
    let isBroken = false;
    await using world = await durableOn("memory", { clock: { now: () => (isBroken ? broken() : Date.now()) } });
    const { application } = world;
    let heard = 0;
    application.durable.subscribe("names", "planet-formed", () => heard++);
    await using worker = application.worker({ poll: 5 });
    await sleep(20);
    isBroken = true;
    await sleep(20);
    isBroken = false;
    await form(application, "Mars");
    await until(() => heard === 1);
    expect(heard).toBe(1);
    await worker.stop();
  });
});

test.each<[string, () => unknown]>([
  ["at once", broken],
  ["later", async () => broken()],
])("a reporter of failures that fails %s hurts nobody", async (_, fails) => {
  // A host's compiler lets it pass, too: what answers a promise is said to answer nothing.
  await using world = await durableOn("memory", { onError: fails });
  const { application } = world;
  application.durable.subscribe("names", "*", broken, { attempts: 1 });
  await form(application, "Mars");
  expect((await application.durable.settled())._unsafeUnwrap()).toEqual({ deadLetters: 1 });
});

describe("where a port throws", () => {
  type Door = (application: Galaxy, worker: Worker) => ResultAsync<unknown, { readonly code: string }>;
  const input = { subscriber: "names", event: "e" };
  const timed: Readonly<Record<string, Door>> = {
    status: ({ durable }) => durable.status(),
    replay: ({ durable }) => durable.replay(input),
    settled: ({ durable }) => durable.settled(),
    drain: (_, worker) => worker.drain(),
    sweep: ({ retention }) => retention.sweep(),
  };
  const doors: typeof timed = {
    ...timed,
    deadLetters: ({ durable }) => durable.deadLetters(),
    discard: ({ durable }) => durable.discard(input),
    pause: ({ durable }) => durable.pause("names"),
    resume: ({ durable }) => durable.resume("names"),
    forget: ({ durable }) => durable.forget("names"),
  };

  test.each(Object.entries(doors))("%s answers store-failed: the store", async (_, door) => {
    const world = await durableOn("memory");
    const deliveries = new Proxy(world.world.store.deliveries, { get: () => broken });
    const application = await world.another((store) => ({ ...store, deliveries, retention: { sweep: broken } }));
    application.durable.subscribe("names", "*", () => undefined);
    expect((await door(application, application.worker({ manual: true })))._unsafeUnwrapErr().code).toBe("store-failed");
  });

  test.each(Object.entries(timed))("%s answers store-failed: the clock", async (_, door) => {
    let isBroken = false;
    const { application } = await durableOn("memory", { clock: { now: () => (isBroken ? broken() : Date.now()) } });
    application.durable.subscribe("names", "*", () => undefined);
    const worker = application.worker({ manual: true });
    isBroken = true;
    expect((await door(application, worker))._unsafeUnwrapErr().code).toBe("store-failed");
  });
});
