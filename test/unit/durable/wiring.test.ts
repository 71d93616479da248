import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { AggregateRoot, Application, ConfigurationError, defineAggregate, event, ok } from "denizen";
import type { EventDefinition, ResultAsync } from "denizen";
import { memory } from "denizen/memory";
import { fixedClock } from "denizen/testing";
import { durableOn, form, rename, sleep, until } from "../../support/durable.js";

const application = () => new Application({ store: memory(), onError: () => undefined });

describe("wiring", () => {
  test.each<[string, readonly unknown[], RegExp]>([
    ["a name that is none", ["a b", "user-created", () => undefined], /name must be 1 to 64/],
    ["no type", ["a", [], () => undefined], /at least one event type/],
    ["a type that nobody records", ["a", "user-exploded", () => undefined], /no event type "user-exploded"/],
    ["no handler", ["a", "user-created", "handler"], /handler must be a function/],
    ["options that are none", ["a", "user-created", () => undefined, 1], /options must be an object/],
    ["a start that is none", ["a", "user-created", () => undefined, { from: "yesterday" }], /from must be/],
    ["no tries", ["a", "user-created", () => undefined, { attempts: 0 }], /attempts must be a whole number/],
    ["waits that are none", ["a", "user-created", () => undefined, { backOff: 500 }], /backOff must be an object/],
    ["a wait that is none", ["a", "user-created", () => undefined, { backOff: { first: -1 } }], /backOff.first must be/],
  ])("refuses %s", (_, input, problem) => {
    const { durable } = application();
    expect(() => durable.subscribe(...(input as Parameters<typeof durable.subscribe>))).toThrow(problem);
    expect(() => durable.subscribe(...(input as Parameters<typeof durable.subscribe>))).toThrow(ConfigurationError);
  });

  test("refuses a second subscriber of a name, until the first is taken away", () => {
    const { durable } = application();
    const end = durable.subscribe("a", "user-created", () => undefined);
    expect(() => durable.subscribe("a", "user-created", () => undefined)).toThrow(/a already/);
    end();
    expect(() => durable.subscribe("a", "*", () => undefined)).not.toThrow();
  });

  test("takes away a subscriber once, and never another of its name", () => {
    const wired = application();
    const end = wired.durable.subscribe("a", "user-created", () => undefined);
    end();
    wired.durable.subscribe("a", "*", () => undefined);
    end();
    expect(() => wired.worker({ manual: true, subscribers: ["a"] })).not.toThrow();
  });

  test("a worker that has nothing in hand holds no timer", async () => {
    vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
    const wired = application();
    let during = 0;
    wired.durable.subscribe("a", "user-created", async () => {
      during = vi.getTimerCount();
    });
    const worker = wired.worker({ manual: true });
    const before = vi.getTimerCount();
    (await wired.commands.signUp({ name: "Ada", username: "ada" }))._unsafeUnwrap();
    (await worker.drain())._unsafeUnwrap();
    expect([before, during > 0, vi.getTimerCount()]).toEqual([0, true, 0]);
    vi.useRealTimers();
  });

  test.each<[string, unknown, RegExp]>([
    ["of unknown subscribers", { subscribers: ["nobody"] }, /no durable subscriber nobody/],
    ["without events", { batch: 0 }, /batch must be/],
    ["whose lease is too short", { lease: 1 }, /lease must be/],
    ["whose signal is none", { signal: {} }, /signal must be an AbortSignal/],
    ["that stop on what is no signal", { stopOn: ["SIGKILL"] }, /stopOn must be/],
    ["of nothing", null, /object of options/],
  ])("refuses workers %s", (_, options, problem) => {
    expect(() => application().worker(options as never)).toThrow(problem);
  });

  test("whatever the doors are given, they answer", async () => {
    const { durable, retention } = application();
    const doors: readonly ((input: never) => ResultAsync<unknown, unknown>)[] = [
      (input) => durable.replay(input),
      (input) => durable.discard(input),
      (input) => durable.pause(input),
      (input) => durable.resume(input),
      (input) => durable.forget(input),
    ];
    await fc.assert(
      fc.asyncProperty(fc.anything(), async (input) => {
        for (const door of doors) expect((await door(input as never)).isErr()).toBe(true);
        expect(typeof (await durable.deadLetters(input as never)).isErr()).toBe("boolean");
        expect(typeof (await durable.settled(input as never)).isErr()).toBe("boolean");
        expect(typeof (await retention.sweep(input as never)).isErr()).toBe("boolean");
      }),
    );
  });
});

describe("a virtual clock", () => {
  test("lets the waits between tries pass: three hours of a mail server that is down take moments", async () => {
    const clock = fixedClock();
    await using world = await durableOn("memory", { clock });
    const { application } = world;
    const tries: number[] = [];
    const start = clock.now();
    application.durable.subscribe("mail", "planet-formed", () => {
      tries.push(clock.now() - start);
      if (clock.now() - start < 60 * 60_000) throw new Error("down");
    });
    await form(application, "Mars");
    (await application.durable.settled())._unsafeUnwrap();
    expect(tries.length).toBeGreaterThan(10);
    expect(tries.length).toBeLessThan(18);
    const waits = tries.slice(1).map((at, index) => at - (tries[index] ?? 0));
    for (const [index, wait] of waits.entries()) {
      const whole = Math.min(1000 * 2 ** index, 15 * 60_000);
      expect(wait).toBeGreaterThanOrEqual(whole / 2 - 1);
      expect(wait).toBeLessThanOrEqual(whole);
    }
  });

  test("what is not done in time is told, with who has it to do", async () => {
    await using world = await durableOn("memory");
    const { application } = world;
    application.durable.subscribe("mail", "planet-formed", () => {
      throw new Error("down");
    });
    await form(application, "Mars");
    expect((await application.durable.settled({ timeout: 200 }))._unsafeUnwrapErr()).toMatchObject({ code: "unsettled" });
    expect((await application.durable.settled({ timeout: 0 }))._unsafeUnwrapErr().code).toBe("invalid-argument");
  });

  test("is not advanced past what another worker has in hand", async () => {
    const clock = fixedClock();
    const start = clock.now();
    await using world = await durableOn("memory", { clock });
    const { application } = world;
    const heard: string[] = [];
    application.durable.subscribe("names", "planet-formed", async ({ payload }) => {
      heard.push(payload.name);
      await sleep(60);
    });
    await using worker = application.worker({ poll: 60_000 });
    await form(application, "Mars");
    await until(() => heard.length > 0);
    (await application.durable.settled())._unsafeUnwrap();
    await worker.stop();
    expect([heard, clock.now() - start]).toEqual([["Mars"], 0]);
  });

  test("is not advanced again and again on a store that has a clock of its own", async () => {
    const clock = fixedClock();
    const start = clock.now();
    await using world = await durableOn("memory", { clock });
    let takes = 0;
    const now = <Request extends { readonly at: string }>(request: Request): Request => ({ ...request, at: new Date().toISOString() });
    const application = await world.another(({ deliveries, ...store }) => ({
      ...store,
      deliveries: {
        ...deliveries,
        take: (request) => {
          takes++;
          return deliveries.take(now(request));
        },
        retake: (request) => deliveries.retake(now(request)),
        settle: (request) => deliveries.settle(now(request)),
      },
    }));
    let tries = 0;
    application.durable.subscribe(
      "mail",
      "planet-formed",
      () => {
        if (++tries === 1) throw new Error("once");
      },
      { backOff: { first: 400 } },
    );
    await form(application, "Mars");
    (await application.durable.settled())._unsafeUnwrap();
    expect(tries).toBe(2);
    expect(takes).toBeLessThan(50);
    expect(clock.now() - start).toBeLessThan(60_000);
  });

  test("tells of subscribers that answer each other for ever", async () => {
    await using world = await durableOn("memory");
    const { application } = world;
    const echo = ({ publisher }: { readonly publisher: { readonly id: string } }) => rename(application, publisher.id, "again");
    application.durable.subscribe("a", ["planet-formed", "planet-renamed"], echo);
    await form(application, "a");
    expect((await application.durable.settled({ timeout: 50 }))._unsafeUnwrapErr().code).toBe("unsettled");
  });

  test("goes on until subscribers that answer each other are quiet", async () => {
    await using world = await durableOn("memory", { clock: fixedClock() });
    const { application } = world;
    const names: string[] = [];
    application.durable.subscribe("echo", ["planet-formed", "planet-renamed"], async ({ publisher, payload: { name } }) => {
      names.push(name);
      if (name.length < 4) await rename(application, publisher.id, `${name}x`);
    });
    await form(application, "a");
    (await application.durable.settled())._unsafeUnwrap();
    expect(names).toEqual(["a", "ax", "axx", "axxx"]);
  });
});

describe("an event that cannot be read", () => {
  const upcasting = (upcast: (old: object) => object, version: number) =>
    defineAggregate<object>()({
      kind: "thing",
      events: { "thing-made": event<{ size: number }>(version, version === 1 ? {} : { 1: upcast }) },
      evolve: () => ({}),
      from: (root) => new Thing(root),
      create: (thing) => ok(thing.make()),
    });
  class Thing extends AggregateRoot<object, { readonly "thing-made": EventDefinition<{ size: number }, never> }> {
    make(): void {
      this.record("thing-made", { size: 1 });
    }
  }

  test("is a dead letter as it was written, and is delivered in the shape of today when its upcaster works", async () => {
    const store = memory();
    await using old = new Application({ store, aggregates: { things: upcasting(() => ({}), 1) } });
    await using uow = old.unitOfWork();
    (await uow.things.create({}))._unsafeUnwrap();
    (await uow.commit())._unsafeUnwrap();
    let isBroken = true;
    const upcast = ({ size }: { size?: unknown }): object => {
      if (isBroken) throw new Error("no idea");
      return { size: Number(size) * 1000 };
    };
    const reported: unknown[] = [];
    const counted: string[] = [];
    await using application = new Application({
      store,
      aggregates: { things: upcasting(upcast, 2) },
      onError: (error, { version }) => reported.push([error, version]),
      instrumentation: {
        trace: () => undefined,
        span: (_, __, work) => work(),
        count: (name) => counted.push(name),
        record: () => undefined,
      },
    });
    const heard: unknown[] = [];
    application.durable.subscribe("things", "thing-made", ({ payload, version }) => heard.push([payload.size, version]), { attempts: 1 });
    expect((await application.durable.settled())._unsafeUnwrap()).toEqual({ deadLetters: 1 });
    expect(reported).toEqual([[{ code: "event-unreadable", message: "no idea" }, 1]]);
    expect(counted).toContain("denizen.dead_letters");
    const [letter] = (await application.durable.deadLetters())._unsafeUnwrap().items;
    expect(letter).toMatchObject({ error: { code: "event-unreadable", message: "no idea" }, event: { version: 1, payload: { size: 1 } } });
    isBroken = false;
    (await application.durable.replay({ subscriber: "things", deadLetters: true }))._unsafeUnwrap();
    (await application.durable.settled())._unsafeUnwrap();
    expect(heard).toEqual([[1000, 2]]);
  });
});
