import { describe, expect, test } from "vitest";
import { okAsync } from "denizen";
import type { Taken, TakeRequest } from "denizen/ports";
import type { Crew } from "../../../src/messaging/durable/crew.js";
import { Pump } from "../../../src/messaging/durable/pump.js";
import type { Call } from "../../../src/messaging/wake.js";
import type { Galaxy } from "../../support/durable.js";
import { durableOn, form, rename, sleep, until } from "../../support/durable.js";
import { places } from "../../support/worlds.js";
import type { World } from "../../support/worlds.js";

/** Whoever waits for the next poll waits longer than any test. */
const poll = 60_000;

/** So many events of one publisher, which are in one partition. */
async function backlog(application: Galaxy, events: number, name = "Mars"): Promise<string> {
  const id = await form(application, name);
  await rename(application, id, ...Array.from({ length: events - 1 }, (_, index) => `${name} ${index}`));
  return id;
}

describe.each(places)("nobody waits for the next poll on %s", (place) => {
  test.each(["at once", "after a while"])("with a backlog of one publisher whose handler answers %s", async (answer) => {
    await using world = await durableOn(place);
    const { application } = world;
    let heard = 0;
    application.durable.subscribe("names", "*", () => {
      heard++;
      return answer === "at once" ? undefined : sleep(1);
    });
    const id = await backlog(application, 20);
    await using worker = application.worker({ batch: 5, poll });
    await until(() => heard === 20);
    expect(heard).toBe(20);
    (await application.durable.replay({ subscriber: "names", publisher: { kind: "planet", id } }))._unsafeUnwrap();
    await until(() => heard === 40);
    expect(heard).toBe(40);
    await worker.stop();
  });

  test("with a backlog of one publisher that is passed over", async () => {
    await using world = await durableOn(place);
    const { application } = world;
    const id = await backlog(application, 20);
    await using uow = application.unitOfWork();
    (await uow.planets.get(id))._unsafeUnwrap().destroy();
    (await uow.commit())._unsafeUnwrap();
    let heard = 0;
    application.durable.subscribe("ends", "planet-destroyed", () => heard++);
    await using worker = application.worker({ batch: 5, poll });
    await until(() => heard === 1);
    expect(heard).toBe(1);
    await worker.stop();
  });

  test("for a try that is due earlier, though nothing else happens", async () => {
    await using world = await durableOn(place);
    const { application } = world;
    let tries = 0;
    application.durable.subscribe(
      "mail",
      "planet-formed",
      async () => {
        await sleep(5);
        if (++tries < 4) throw new Error("down");
      },
      { backOff: { first: 50, longest: 50 } },
    );
    await using worker = application.worker({ poll });
    await form(application, "Mars");
    await until(() => tries === 4);
    expect(tries).toBe(4);
    await worker.stop();
  });
});

test("what was left in a partition that is given back early is not kept waiting by a slow handler in another", async () => {
  await using world = await durableOn("memory");
  const { application } = world;
  let heard = 0;
  let release: () => void = () => undefined;
  const slow = new Promise<void>((resolve) => (release = resolve));
  application.durable.subscribe("names", "*", ({ type, payload }) => {
    if (type === "planet-destroyed") return slow;
    if (type === "planet-renamed" && payload.name === "last") heard++;
    return undefined;
  });
  await using uow = application.unitOfWork();
  (await uow.planets.create({ name: "Venus" }))._unsafeUnwrap().destroy();
  (await uow.commit())._unsafeUnwrap();
  let [events, id] = [2, ""];
  // Until one is in another partition than the slow one.
  do id = await backlog(application, 2, `p${(events += 2)}`);
  while ((await partitionsOf(world.world)) === 1);
  await rename(application, id, "last");
  // All but the last one are taken at once.
  await using worker = application.worker({ batch: events, poll });
  await until(() => heard === 1);
  expect(heard).toBe(1);
  release();
  await worker.stop();
});

/** How many partitions have events. */
async function partitionsOf({ store: { deliveries } }: World): Promise<number> {
  const at = new Date().toISOString();
  (await deliveries.forget("probe"))._unsafeUnwrap();
  (await deliveries.enlist([{ name: "probe", from: "beginning" }], at))._unsafeUnwrap();
  const taken = await deliveries.take({ subscriber: "probe", worker: "probe", duration: 1, types: null, limit: 1000, at });
  return taken._unsafeUnwrap().batches.length;
}

describe("whoever knows the end of the log", () => {
  const nothing: Taken = { batches: [], due: false, wait: null, heldBack: false };

  /** What a pump asks for and how long it sleeps, when the store answers so and it is told so in each of its sleeps. */
  async function paceOf(answers: readonly Partial<Taken>[], calls: readonly (Call | undefined)[], took = 0) {
    const [left, told] = [[...answers], [...calls]];
    const after: (string | undefined)[] = [];
    const slept: number[] = [];
    const hand = { now: 0 };
    const take = (request: TakeRequest) => {
      after.push(request.after);
      return okAsync({ ...nothing, ...left.shift() });
    };
    // As much of a crew as a pump needs that takes nothing.
    const crew = {
      engine: { clock: { now: () => 0 }, store: { deliveries: { take } } },
      subscriber: { name: "names", types: null },
      hand,
      signal: {
        sleep: async (milliseconds: number) => {
          slept.push(milliseconds);
          const call = told.shift();
          hand.now += call === undefined ? milliseconds : took;
          return call;
        },
      },
      stopping: () => left.length === 0,
    } as unknown as Crew;
    await new Pump(crew, { batch: 100, poll: 1000 }).run();
    return { after, slept };
  }

  test("looks only at what is new when told of events, and of nothing else", async () => {
    const answers = ["1.0", "2.0", "3.0", "4.0", "5.0"].map((end) => ({ end }));
    const { after } = await paceOf(answers, ["events", "anything", undefined, "events"]);
    expect(after).toEqual([undefined, "1.0", undefined, undefined, "4.0"]);
  });

  test("looks at everything at once where there is no other end, and of a store that tells none", async () => {
    const { after, slept } = await paceOf([{ end: "1.0" }, {}, {}, {}], ["events", "events"]);
    expect([after, slept]).toEqual([
      [undefined, "1.0", undefined, undefined],
      [1000, 1000],
    ]);
  });

  test("looks at everything when it is time to, however often it is told of events", async () => {
    const answers = Array.from({ length: 5 }, () => ({ end: "1.0" }));
    const { after, slept } = await paceOf(
      answers,
      Array.from({ length: 5 }, () => "events" as const),
      400,
    );
    expect([after, slept]).toEqual([
      [undefined, "1.0", "1.0", undefined, "1.0"],
      [1000, 600, 200, 1000],
    ]);
  });

  test("tries again in time what waits, and asks soon for what is held back", async () => {
    const { after, slept } = await paceOf(
      [{ end: "1.0", wait: 300 }, { end: "2.0" }, { end: "3.0", heldBack: true }, { end: "4.0" }],
      ["events", "events"],
      100,
    );
    expect([after, slept]).toEqual([
      [undefined, "1.0", "2.0", undefined],
      [300, 200, 5],
    ]);
  });
});

test("events that are held back are asked for less and less often, until nothing is held back", async () => {
  const nothing: Taken = { batches: [], due: false, wait: null, heldBack: false };
  const looks = [true, true, true, false, true, true].map((heldBack) => ({ ...nothing, heldBack }));
  const slept: number[] = [];
  // As much of a crew as a pump needs that takes nothing.
  const crew = {
    engine: { clock: { now: () => 0 }, store: { deliveries: { take: () => okAsync(looks.shift() ?? nothing) } } },
    subscriber: { name: "names", types: null },
    hand: { now: 0 },
    signal: { sleep: async (milliseconds: number) => void slept.push(milliseconds) },
    stopping: () => looks.length === 0,
  } as unknown as Crew;
  await new Pump(crew, { batch: 100, poll: 1000 }).run();
  expect(slept).toEqual([5, 10, 20, 1000, 5]);
});
