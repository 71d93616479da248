import { afterEach, describe, expect, expectTypeOf, test, vi } from "vitest";
import { Application, ConfigurationError, domainError, err, errAsync, newRoot, ok, okAsync } from "denizen";
import type { DomainError } from "denizen";
import { memory } from "denizen/memory";
import { codeOf } from "../../support/codes.js";
import { galaxy, nameOf, planet } from "../../support/galaxy.js";
import { audits, PhoneAudit, planets } from "../../support/planets.js";

const refusal = domainError("too-hot", "too hot for life");

describe("a subscriber inside the transaction", () => {
  test("is called for each event of its type, in order of registration, the application's before the unit's", async () => {
    const { application } = galaxy();
    const log: string[] = [];
    application.inTransaction.subscribe("planet-formed", () => log.push("first"));
    application.inTransaction.subscribe("*", ({ type }) => log.push(`* ${type}`));
    await using uow = application.unitOfWork();
    uow.subscribe("planet-formed", ({ payload }) => log.push(`unit ${payload.name}`));
    application.inTransaction.subscribe("planet-formed", () => log.push("last of the application"));
    const mars = (await uow.planets.create({ name: "Mars" }))._unsafeUnwrap();
    mars.capture("Phobos");
    expect((await uow.commit()).isOk()).toBe(true);
    expect(log).toEqual(["first", "* planet-formed", "last of the application", "unit Mars", "* moon-captured"]);
  });

  test("hears nothing any more when it has ended its subscription", async () => {
    const { application } = galaxy();
    const log: string[] = [];
    const end = application.inTransaction.subscribe("planet-formed", () => log.push("heard"));
    await planet(application, "Mars");
    end();
    end();
    await planet(application, "Venus");
    expect(log).toEqual(["heard"]);
  });

  test("of one unit does not hear of another", async () => {
    const { application } = galaxy();
    const log: string[] = [];
    await using uow = application.unitOfWork();
    uow.subscribe("planet-formed", () => log.push("heard"));
    await planet(application, "Mars");
    expect(log).toEqual([]);
  });

  test("gets the event whole: who asked, where, and in which commit", async () => {
    const { application } = galaxy();
    const events: object[] = [];
    await using uow = application.unitOfWork();
    uow.subscribe("moon-captured", (event) => events.push(event));
    const mars = (await uow.planets.create({ name: "Mars" }))._unsafeUnwrap();
    mars.capture("Phobos");
    const { commitId } = (await uow.commit())._unsafeUnwrap();
    expect(events).toEqual([
      {
        id: expect.any(String),
        type: "moon-captured",
        version: 1,
        occurredAt: "2026-01-01T00:00:00.000Z",
        publisher: { kind: "planet", id: mars.id, version: 2 },
        subject: null,
        payload: { moon: "Phobos" },
        metadata: { actor: "anonymous", tenant: "default", commitId, correlationId: commitId, causationId: null, trace: null },
      },
    ]);
    expect(Object.isFrozen(events[0])).toBe(true);
  });

  test.each([
    ["an err", () => err(refusal)],
    ["a promise of an err", async () => err(refusal)],
    ["a ResultAsync of an err", () => errAsync(refusal)],
  ])("that answers %s rolls everything back, and its reason reaches the caller", async (_, answer) => {
    const { application, store } = galaxy();
    const announced: string[] = [];
    application.bus.subscribe("*", ({ type }) => announced.push(type));
    await using uow = application.unitOfWork();
    uow.subscribe("planet-formed", answer);
    const mars = (await uow.planets.create({ name: "Mars" }))._unsafeUnwrap();
    expect((await uow.commit())._unsafeUnwrapErr()).toMatchObject({ code: "vetoed", subscriber: "dynamic", reason: refusal });
    expect(await nameOf(application, mars.id)).toBeUndefined();
    expect((await store.history("default", { kind: "planet", id: mars.id }))._unsafeUnwrap()).toEqual([]);
    expect(announced).toEqual([]);
    expect(codeOf(await uow.commit())).toBe("unit-closed");
    await planet(application, "Mars");
  });

  test.each([
    [
      "throws",
      () => {
        throw new Error("a bug");
      },
    ],
    ["rejects", () => Promise.reject(new Error("a bug"))],
  ])("that %s rolls everything back, and what it threw is the cause", async (_, handler) => {
    const { application } = galaxy();
    await using uow = application.unitOfWork();
    uow.subscribe("planet-formed", handler);
    const mars = (await uow.planets.create({ name: "Mars" }))._unsafeUnwrap();
    const error = (await uow.commit())._unsafeUnwrapErr();
    expect(error).toMatchObject({ code: "vetoed", reason: { code: "subscriber-threw", message: "a bug", cause: new Error("a bug") } });
    expect(await nameOf(application, mars.id)).toBeUndefined();
  });

  test("that throws something that is no error rolls back as well", async () => {
    const { application } = galaxy();
    const things: readonly unknown[] = [
      undefined,
      null,
      0,
      "text",
      {},
      new Proxy(
        {},
        {
          get: () => {
            throw new Error("hostile");
          },
        },
      ),
    ];
    for (const thrown of things) {
      await using uow = application.unitOfWork();
      uow.subscribe("planet-formed", () => Promise.reject(thrown));
      expect((await uow.planets.create({ name: "Mars" })).isOk()).toBe(true);
      expect((await uow.commit())._unsafeUnwrapErr()).toMatchObject({ code: "vetoed", reason: { code: "subscriber-threw" } });
    }
  });

  test("that never answers is given up after its time, and the transaction with it", async () => {
    const application = new Application({ store: memory({ lockTimeout: 50 }), aggregates: { planets }, subscriberTimeout: 20 });
    await using uow = application.unitOfWork();
    uow.subscribe("planet-formed", () => new Promise(() => undefined));
    expect((await uow.planets.create({ name: "Mars" })).isOk()).toBe(true);
    expect((await uow.commit())._unsafeUnwrapErr()).toMatchObject({ code: "vetoed", reason: { code: "subscriber-timed-out" } });
    await using other = application.unitOfWork();
    expect((await other.planets.create({ name: "Mars" })).isOk()).toBe(true);
    expect(codeOf(await other.commit())).toBe("ok");
  });

  test("that answers too late changes nothing any more", async () => {
    const application = new Application({ store: memory(), aggregates: { planets }, subscriberTimeout: 10 });
    const late: string[] = [];
    await using uow = application.unitOfWork();
    uow.subscribe("planet-formed", async (_, unit) => {
      await new Promise((resolve) => setTimeout(resolve, 40));
      late.push(codeOf(await unit.planets.create({ name: "Venus" })));
    });
    expect((await uow.planets.create({ name: "Mars" })).isOk()).toBe(true);
    expect(codeOf(await uow.commit())).toBe("vetoed");
    await vi.waitFor(() => expect(late).toEqual(["unit-closed"]));
  });

  test.each([
    ["ok", () => ok(undefined)],
    ["a ResultAsync of ok", () => okAsync(1)],
    ["nothing", () => undefined],
    ["a number", () => 7],
    ["null", () => null],
    ["a proxy", () => new Proxy({}, {})],
  ])("that answers %s lets it pass", async (_, handler) => {
    const { application } = galaxy();
    await using uow = application.unitOfWork();
    uow.subscribe("planet-formed", handler);
    expect((await uow.planets.create({ name: "Mars" })).isOk()).toBe(true);
    expect(codeOf(await uow.commit())).toBe("ok");
  });

  test("the first refusal ends it: nobody after it is called", async () => {
    const { application } = galaxy();
    const log: string[] = [];
    await using uow = application.unitOfWork();
    uow.subscribe("planet-formed", () => err(refusal));
    uow.subscribe("planet-formed", () => log.push("never"));
    uow.subscribe("moon-captured", () => log.push("never"));
    (await uow.planets.create({ name: "Mars" }))._unsafeUnwrap().capture("Phobos");
    expect(codeOf(await uow.commit())).toBe("vetoed");
    expect(log).toEqual([]);
  });

  test("may change further aggregates in the same commit, and hears of those changes in turn", async () => {
    const { application, store } = galaxy();
    const log: string[] = [];
    application.inTransaction.subscribe("phone-added", (event, unit) =>
      unit.audits.add(new PhoneAudit(newRoot(audits)).note(event.payload.phone, event.publisher.id)),
    );
    application.inTransaction.subscribe("phone-audited", (event) => log.push(event.payload.phone));
    await using users = application.users();
    const user = (await users.create({ name: "Ada", phones: ["+34600123456"] }))._unsafeUnwrap();
    const { commitId } = (await users.save(user))._unsafeUnwrap();
    expect(log).toEqual(["+34600123456"]);
    await using uow = application.unitOfWork();
    const audit = (await uow.audits.find({ kind: "user", key: user.id, shared: true }))._unsafeUnwrap();
    const history = (await store.history("default", { kind: "phone-audit", id: audit.id }))._unsafeUnwrap();
    expect(history.map(({ metadata }) => metadata.commitId)).toEqual([commitId]);
  });

  test("may change the very aggregate that it hears of", async () => {
    const { application } = galaxy();
    await using uow = application.unitOfWork();
    uow.subscribe("planet-formed", async (event, unit) => {
      (await unit.planets.get(event.publisher.id))._unsafeUnwrap().capture("Phobos");
    });
    const mars = (await uow.planets.create({ name: "Mars" }))._unsafeUnwrap();
    expect(codeOf(await uow.commit())).toBe("ok");
    expect([mars.moons, mars.version]).toEqual([["Phobos"], 2]);
    mars.capture("Deimos");
    expect(codeOf(await uow.commit())).toBe("ok");
  });

  test("reads inside the transaction what this commit has written", async () => {
    const { application } = galaxy();
    const found: (string | undefined)[] = [];
    await using uow = application.unitOfWork();
    uow.subscribe("planet-formed", async (event, unit) => {
      const inside = await unit.planets.find({ kind: "name", key: event.payload.name.toLowerCase() });
      found.push(inside.map(({ name }) => name).unwrapOr(undefined), await nameOf(application, event.publisher.id));
    });
    expect((await uow.planets.create({ name: "Mars" })).isOk()).toBe(true);
    expect(codeOf(await uow.commit())).toBe("ok");
    expect(found).toEqual(["Mars", undefined]);
  });

  test("a veto of a later round takes the earlier ones back with it", async () => {
    const { application, store } = galaxy();
    const id = await planet(application, "Mars");
    const before = (await store.history("default", { kind: "planet", id }))._unsafeUnwrap();
    await using uow = application.unitOfWork();
    uow.subscribe("planet-renamed", async (event, unit) => {
      (await unit.planets.get(event.publisher.id))._unsafeUnwrap().capture("Phobos");
      expect((await unit.planets.create({ name: "Venus" })).isOk()).toBe(true);
    });
    uow.subscribe("moon-captured", () => err(refusal));
    expect((await uow.planets.get(id))._unsafeUnwrap().rename("Ares").isOk()).toBe(true);
    expect(codeOf(await uow.commit())).toBe("vetoed");
    expect((await store.history("default", { kind: "planet", id }))._unsafeUnwrap()).toEqual(before);
    expect(await nameOf(application, id)).toBe("Mars");
    await planet(application, "Ares");
    await planet(application, "Venus");
  });

  test("that fails by a taken identifier gives the error that names it", async () => {
    const { application } = galaxy();
    await planet(application, "Venus");
    await using uow = application.unitOfWork();
    uow.subscribe("planet-formed", (event, unit) => (event.payload.name === "Mars" ? unit.planets.create({ name: "Venus" }) : undefined));
    expect((await uow.planets.create({ name: "Mars" })).isOk()).toBe(true);
    expect(codeOf(await uow.commit())).toBe("planet-name-taken");
    await planet(application, "Mars");
  });

  test("subscribers that answer each other for ever are told so, and nothing is written", async () => {
    const { application } = galaxy();
    await using uow = application.unitOfWork();
    uow.subscribe("moon-captured", async (event, unit) => {
      (await unit.planets.get(event.publisher.id))._unsafeUnwrap().capture("another");
    });
    const mars = (await uow.planets.create({ name: "Mars" }))._unsafeUnwrap();
    mars.capture("Phobos");
    expect(codeOf(await uow.commit())).toBe("subscriber-loop");
    expect(await nameOf(application, mars.id)).toBeUndefined();
  });

  test("cannot commit the unit in which it is called", async () => {
    const { application } = galaxy();
    const codes: string[] = [];
    await using uow = application.unitOfWork();
    uow.subscribe("planet-formed", async () => {
      codes.push(codeOf(await uow.commit()));
    });
    expect((await uow.planets.create({ name: "Mars" })).isOk()).toBe(true);
    expect(codeOf(await uow.commit())).toBe("ok");
    expect(codes).toEqual(["unit-busy"]);
  });

  test("on memory there is no transaction to write to", async () => {
    const { application } = galaxy();
    await using uow = application.unitOfWork();
    uow.subscribe("planet-formed", (_, unit) => {
      expectTypeOf(unit.tx).toBeNever();
      expect(unit.tx).toBeUndefined();
    });
    expect((await uow.planets.create({ name: "Mars" })).isOk()).toBe(true);
    expect(codeOf(await uow.commit())).toBe("ok");
  });
});

describe("declared subscribers", () => {
  const declared = () =>
    new Application({
      store: memory(),
      aggregates: { planets },
      subscribers: (on) => [
        on("planet-formed", async (event) => (event.payload.name === "Sun" ? err(refusal) : ok(undefined))),
        on("moon-captured", (event) => (event.payload.moon === "" ? errAsync(domainError("nameless", "a moon has a name")) : ok(1))),
        on("*", () => undefined),
      ],
    });

  test("veto with a reason that the compiler knows", async () => {
    await using uow = declared().unitOfWork();
    expect((await uow.planets.create({ name: "Sun" })).isOk()).toBe(true);
    const error = (await uow.commit())._unsafeUnwrapErr();
    expect(error).toMatchObject({ code: "vetoed", subscriber: "declared", reason: refusal });
    if (error.code === "vetoed" && error.subscriber === "declared") {
      expectTypeOf(error.reason.code).toEqualTypeOf<
        | "too-hot"
        | "nameless"
        | "account-protected"
        | "last-role-holder"
        | "subscriber-threw"
        | "subscriber-timed-out"
        | "transaction-broken"
      >();
    }
    if (error.code === "vetoed" && error.subscriber === "dynamic") expectTypeOf(error.reason).toEqualTypeOf<DomainError>();
  });

  test("let pass what they do not refuse", async () => {
    await using uow = declared().unitOfWork();
    expect((await uow.planets.create({ name: "Mars" })).isOk()).toBe(true);
    expect(codeOf(await uow.commit())).toBe("ok");
  });
});

describe("what cannot be subscribed to inside a transaction", () => {
  test.each([
    ["a proof's trace", "proof-failed"],
    ["a proof's success", "proof-succeeded"],
    ["an event that nobody records", "planet-exploded"],
    ["nothing", undefined],
    ["an object", Object.create(null)],
    ["a symbol", Symbol("s")],
  ])("%s", (_, type) => {
    const { application } = galaxy();
    expect(() => application.inTransaction.subscribe(type as never, () => undefined)).toThrow(ConfigurationError);
    expect(() => application.unitOfWork().subscribe(type as never, () => undefined)).toThrow(ConfigurationError);
    expect(() => application.users().subscribe(type as never, () => undefined)).toThrow(ConfigurationError);
  });

  test("a handler that is no function", () => {
    const { application } = galaxy();
    expect(() => application.inTransaction.subscribe("planet-formed", "handler" as never)).toThrow(ConfigurationError);
    expect(() => application.bus.subscribe("planet-formed", undefined as never)).toThrow(ConfigurationError);
    expect(() => application.bus.subscribe("nothing" as never, () => undefined)).toThrow(ConfigurationError);
  });

  test("and the compiler says so of the traces of proofs, which the bus announces", () => {
    const { application } = galaxy();
    // @ts-expect-error -- a refusal is kept although the call fails, so no transaction can veto it
    expect(() => application.inTransaction.subscribe("proof-failed", () => undefined)).toThrow(ConfigurationError);
    application.bus.subscribe("proof-failed", (event) => expectTypeOf(event.payload.method).toBeString());
  });
});

describe("the bus after the commit", () => {
  afterEach(() => vi.restoreAllMocks());

  test("hears what was committed, in order, when the commit has answered", async () => {
    const { application } = galaxy();
    const log: string[] = [];
    application.bus.subscribe("planet-formed", ({ payload }) => log.push(`formed ${payload.name}`));
    application.bus.subscribe("*", ({ type }) => log.push(type));
    await using uow = application.unitOfWork();
    (await uow.planets.create({ name: "Mars" }))._unsafeUnwrap().capture("Phobos");
    expect(log).toEqual([]);
    expect(codeOf(await uow.commit())).toBe("ok");
    expect(log).toEqual(["formed Mars", "planet-formed", "moon-captured"]);
  });

  test("a subscriber that throws or rejects is reported, and hurts neither the commit nor the next one", async () => {
    const reported: unknown[] = [];
    const application = new Application({
      store: memory(),
      aggregates: { planets },
      onError: (error, event) => {
        reported.push([String(error), event.type]);
        throw new Error("and the reporter throws too");
      },
    });
    const log: string[] = [];
    application.bus.subscribe("planet-formed", () => {
      throw new Error("thrown");
    });
    application.bus.subscribe("planet-formed", () => Promise.reject(new Error("rejected")));
    application.bus.subscribe("planet-formed", () => log.push("heard"));
    await using uow = application.unitOfWork();
    expect((await uow.planets.create({ name: "Mars" })).isOk()).toBe(true);
    expect(codeOf(await uow.commit())).toBe("ok");
    await vi.waitFor(() => expect(reported).toHaveLength(2));
    expect(reported).toEqual([
      ["Error: thrown", "planet-formed"],
      ["Error: rejected", "planet-formed"],
    ]);
    expect(log).toEqual(["heard"]);
  });

  test("tells the console of failures when there is no onError", async () => {
    const { application } = galaxy();
    const said = vi.spyOn(console, "error").mockImplementation(() => undefined);
    application.bus.subscribe("planet-formed", () => {
      throw new Error("thrown");
    });
    await planet(application, "Mars");
    expect(said).toHaveBeenCalledOnce();
  });

  test("is silent when a subscription has ended", async () => {
    const { application } = galaxy();
    const log: string[] = [];
    const ends = [application.bus.subscribe("planet-formed", () => log.push("one")), application.bus.subscribe("*", () => log.push("all"))];
    application.bus.subscribe("planet-formed", () => log.push("stays"));
    ends.forEach((end) => end());
    ends.forEach((end) => end());
    await planet(application, "Mars");
    expect(log).toEqual(["stays"]);
  });
});
