import { describe, expect, test } from "vitest";
import { domainError, err, ok, okAsync } from "denizen";
import { durableOn, eager, form, rename, sleep, until } from "../../support/durable.js";
import { places } from "../../support/worlds.js";

describe.each(places)("durable subscribers on %s", (place) => {
  test("get every event of their types, in order for each publisher", async () => {
    await using world = await durableOn(place);
    const { application } = world;
    const heard: string[] = [];
    application.durable.subscribe("names", ["planet-formed", "planet-renamed"], ({ payload, publisher }) => {
      heard.push(`${publisher.id}:${payload.name}`);
    });
    const ids = await Promise.all(["Mars", "Venus", "Ceres"].map((name) => form(application, name)));
    await Promise.all(ids.map((id, index) => rename(application, id, `a${index}`, `b${index}`, `c${index}`)));
    (await application.durable.settled())._unsafeUnwrap();
    for (const [index, id] of ids.entries()) {
      const names = heard.filter((each) => each.startsWith(id)).map((each) => each.split(":")[1]);
      expect(names).toEqual([["Mars", "Venus", "Ceres"][index], `a${index}`, `b${index}`, `c${index}`]);
    }
    expect(heard).toHaveLength(12);
  });

  test.each<[string, (tries: number) => unknown]>([
    [
      "throws",
      (tries) => {
        if (tries < 3) throw new Error("down");
      },
    ],
    [
      "rejects",
      async (tries) => {
        await sleep(1);
        if (tries < 3) throw new Error("down");
      },
    ],
    ["returns an err", (tries) => (tries < 3 ? err(domainError("smtp-down", "down")) : ok(undefined))],
    ["resolves to an err", async (tries) => (tries < 3 ? err("down") : okAsync(undefined))],
    ["is too slow", (tries) => (tries < 3 ? new Promise(() => undefined) : undefined)],
  ])("are tried again when a handler %s", async (_, answer) => {
    await using world = await durableOn(place);
    const { application } = world;
    const attempts: number[] = [];
    const keys = new Set<string>();
    application.durable.subscribe(
      "mail",
      "planet-formed",
      (event, delivery) => {
        attempts.push(delivery.attempt);
        keys.add(delivery.idempotencyKey);
        expect(delivery.idempotencyKey).toBe(`mail:${event.id}`);
        return answer(attempts.length);
      },
      { ...eager, timeout: 50 },
    );
    await form(application, "Mars");
    (await application.durable.settled())._unsafeUnwrap();
    expect(attempts).toEqual([1, 2, 3]);
    expect(keys.size).toBe(1);
  });

  test("give an event up after so many tries; it holds back what its publisher did later, and nothing else", async () => {
    const reported: unknown[] = [];
    await using world = await durableOn(place, { onError: (error) => reported.push(error) });
    const { application } = world;
    const heard: string[] = [];
    let broken = true;
    application.durable.subscribe(
      "mail",
      ["planet-formed", "planet-renamed"],
      ({ payload: { name } }) => {
        if (broken && name === "Mars") throw new Error("poison");
        heard.push(name);
      },
      { ...eager, attempts: 3 },
    );
    const mars = await form(application, "Mars");
    await form(application, "Venus");
    await rename(application, mars, "Ares", "Nergal");
    expect((await application.durable.settled())._unsafeUnwrap()).toEqual({ deadLetters: 1 });
    expect(heard).toEqual(["Venus"]);
    const { items, next } = (await application.durable.deadLetters({ subscriber: "mail" }))._unsafeUnwrap();
    expect(next).toBeNull();
    expect(items).toMatchObject([
      {
        subscriber: "mail",
        attempts: 3,
        error: { code: "handler-threw", message: "poison" },
        behind: 2,
        event: { type: "planet-formed", payload: { name: "Mars" } },
      },
    ]);
    expect(reported).toEqual([{ code: "handler-threw", message: "poison" }]);
    const [status] = (await application.durable.status())._unsafeUnwrap();
    expect(status).toMatchObject({ subscriber: "mail", lag: 0, deadLetters: 1, delivered: 1, paused: false });

    broken = false;
    expect((await application.durable.replay({ subscriber: "mail", deadLetters: true }))._unsafeUnwrap()).toEqual({ events: 1 });
    (await application.durable.settled())._unsafeUnwrap();
    expect(heard).toEqual(["Venus", "Mars", "Ares", "Nergal"]);
    expect((await application.durable.deadLetters())._unsafeUnwrap().items).toEqual([]);
  });

  test("are listed page by page, also where several gave up the same event", async () => {
    await using world = await durableOn(place);
    const { application } = world;
    const refuse = (): void => {
      throw new Error("never");
    };
    for (const name of ["a", "b", "c"]) application.durable.subscribe(name, "planet-formed", refuse, { attempts: 1 });
    for (const name of ["Mars", "Venus", "Ceres"]) await form(application, name);
    (await application.durable.settled())._unsafeUnwrap();
    for (const limit of [1, 2, 3, 4, 100]) {
      const listed: string[] = [];
      for (let after: string | null | undefined; after !== null;) {
        const page = (await application.durable.deadLetters({ limit, ...(after === undefined ? {} : { after }) }))._unsafeUnwrap();
        listed.push(...page.items.map(({ subscriber, event }) => `${subscriber} ${event.id}`));
        after = page.next;
      }
      expect([listed.length, new Set(listed).size]).toEqual([9, 9]);
    }
  });

  test("go on behind a dead letter that is discarded", async () => {
    await using world = await durableOn(place);
    const { application } = world;
    const heard: string[] = [];
    application.durable.subscribe(
      "mail",
      ["planet-formed", "planet-renamed"],
      ({ payload: { name } }) => {
        if (name === "Mars") throw new Error("poison");
        heard.push(name);
      },
      { ...eager, attempts: 1 },
    );
    await rename(application, await form(application, "Mars"), "Ares");
    (await application.durable.settled())._unsafeUnwrap();
    const [letter] = (await application.durable.deadLetters())._unsafeUnwrap().items;
    const input = { subscriber: "mail", event: letter?.event.id ?? "" };
    (await application.durable.discard(input))._unsafeUnwrap();
    expect((await application.durable.discard(input))._unsafeUnwrapErr().code).toBe("delivery-unknown");
    (await application.durable.settled())._unsafeUnwrap();
    expect(heard).toEqual(["Ares"]);
  });

  test("have their effect once, though the event is delivered again", async () => {
    await using world = await durableOn(place);
    const { application } = world;
    const repeated: boolean[] = [];
    application.durable.subscribe(
      "moons",
      "planet-formed",
      async (event, delivery) => {
        await using uow = delivery.unitOfWork();
        const planet = (await uow.planets.get(event.publisher.id))._unsafeUnwrap();
        planet.capture("Phobos");
        const committed = (await uow.commit())._unsafeUnwrap();
        repeated.push(committed.repeated !== undefined);
        if (repeated.length < 3) throw new Error("after its commit");
      },
      eager,
    );
    const id = await form(application, "Mars");
    (await application.durable.settled())._unsafeUnwrap();
    expect(repeated).toEqual([false, true, true]);
    await using uow = application.unitOfWork();
    const mars = (await uow.planets.get(id))._unsafeUnwrap();
    expect([mars.version, mars.moons]).toEqual([2, ["Phobos"]]);
  });

  test("tell who did it and what caused it in what they do", async () => {
    await using world = await durableOn(place);
    const { application } = world;
    const seen: unknown[] = [];
    application.durable.subscribe("moons", "planet-formed", async (event, delivery) => {
      await using uow = delivery.unitOfWork();
      (await uow.planets.get(event.publisher.id))._unsafeUnwrap().capture("Phobos");
      return await uow.commit();
    });
    application.durable.subscribe("watch", "moon-captured", ({ metadata }) =>
      seen.push([metadata.actor, metadata.causationId, metadata.correlationId]),
    );
    const formed: string[] = [];
    application.bus.subscribe("planet-formed", ({ id }) => formed.push(id));
    await form(application.correlated({ correlationId: "request-1" }) as never, "Mars");
    (await application.durable.settled())._unsafeUnwrap();
    expect(seen).toEqual([["system:moons", formed[0], "request-1"]]);
  });

  test("find their unit closed when they are too late", async () => {
    await using world = await durableOn(place);
    const { application } = world;
    const codes: string[] = [];
    let aborted = 0;
    application.durable.subscribe(
      "slow",
      "planet-formed",
      async (event, delivery) => {
        if (delivery.attempt > 1) return;
        delivery.signal.addEventListener("abort", () => aborted++);
        const uow = delivery.unitOfWork();
        (await uow.planets.get(event.publisher.id))._unsafeUnwrap().capture("Phobos");
        await new Promise((resolve) => delivery.signal.addEventListener("abort", resolve));
        codes.push((await uow.commit())._unsafeUnwrapErr().code, (await delivery.unitOfWork().commit())._unsafeUnwrapErr().code);
      },
      { ...eager, timeout: 500 },
    );
    const id = await form(application, "Mars");
    (await application.durable.settled())._unsafeUnwrap();
    await until(() => codes.length > 0);
    expect(codes).toEqual(["unit-closed", "unit-closed"]);
    expect(aborted).toBe(1);
    await using uow = application.unitOfWork();
    expect((await uow.planets.get(id))._unsafeUnwrap().moons).toEqual([]);
  });

  test("hear what guards publish, and everything with a star", async () => {
    await using world = await durableOn(place);
    const { application } = world;
    const heard: string[] = [];
    application.durable.subscribe("traces", "log-in-failed", ({ type, payload }) => heard.push(`${type}:${payload.cause}`));
    application.durable.subscribe("all", "*", ({ type }) => heard.push(type));
    const refused = await application.commands.logIn({ email: "nobody@example.com", password: "wrong horse battery" });
    expect(refused.isErr()).toBe(true);
    await form(application, "Mars");
    (await application.durable.settled())._unsafeUnwrap();
    expect(heard).toContain("log-in-failed:invalid-credentials");
    expect(heard).toEqual(expect.arrayContaining(["proof-failed", "log-in-failed", "planet-formed"]));
  });
});
