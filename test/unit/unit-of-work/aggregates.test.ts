import { describe, expect, test } from "vitest";
import { Application, defineAggregate, domainError, event, newRoot, ok, AggregateRoot } from "denizen";
import type { Codec, Identifier } from "denizen";
import { memory } from "denizen/memory";
import { codeOf } from "../../support/codes.js";
import { galaxy, nameOf, planet } from "../../support/galaxy.js";
import { audits, PhoneAudit, Planet, planets } from "../../support/planets.js";

describe("aggregates of the host's own", () => {
  test("are created, found by identifier, changed and stored", async () => {
    const { application } = galaxy();
    const id = await planet(application, "Mars");
    await using uow = application.unitOfWork();
    const mars = (await uow.planets.find({ kind: "name", key: "mars" }))._unsafeUnwrap();
    expect([mars.id, mars.name, mars.version]).toEqual([id, "Mars", 1]);
    expect(mars).toBeInstanceOf(Planet);
    expect(mars.rename("Ares").isOk()).toBe(true);
    expect((await uow.commit()).isOk()).toBe(true);
    expect(await nameOf(application, id)).toBe("Ares");
  });

  test("are not created when their rule says no", async () => {
    const { application } = galaxy();
    await using uow = application.unitOfWork();
    expect(codeOf(await uow.planets.create({ name: "" }))).toBe("planet-name-missing");
    expect((await uow.commit())._unsafeUnwrap().position).toBeNull();
  });

  test("may be given an id of the host's own, which is taken once", async () => {
    const { application } = galaxy();
    await using uow = application.unitOfWork();
    const mars = (await uow.planets.create({ name: "Mars" }, { id: "4" }))._unsafeUnwrap();
    expect(mars.id).toBe("4");
    expect((await uow.commit()).isOk()).toBe(true);
    await using other = application.unitOfWork();
    expect((await other.planets.create({ name: "Venus" }, { id: "4" })).isOk()).toBe(true);
    expect((await other.commit())._unsafeUnwrapErr()).toMatchObject({ code: "id-taken", kind: "planet", id: "4" });
  });

  test("an id that the unit has already is refused at once, and no change is lost", async () => {
    const { application } = galaxy();
    await using uow = application.unitOfWork();
    expect((await uow.planets.create({ name: "Mars" }, { id: "4" })).isOk()).toBe(true);
    expect((await uow.planets.create({ name: "Venus" }, { id: "4" }))._unsafeUnwrapErr()).toMatchObject({
      code: "invalid-argument",
      argument: "id",
    });
    const venus = new Planet(newRoot(planets, { id: "4" }));
    venus.form("Venus");
    expect(codeOf(uow.planets.add(venus))).toBe("invalid-argument");
    expect((await uow.commit()).isOk()).toBe(true);
    expect(await nameOf(application, "4")).toBe("Mars");
  });

  test.each(["", "\u0000", "\ud800", "x".repeat(256), 7, null, {}])("an id that is none is refused: %o", async (id) => {
    const { application } = galaxy();
    await using uow = application.unitOfWork();
    expect(codeOf(await uow.planets.create({ name: "Mars" }, { id: id as string }))).toBe("invalid-argument");
    expect(codeOf(await uow.planets.get(id as string))).toBe("invalid-argument");
  });

  test("made outside of a unit are added to one", async () => {
    const { application } = galaxy();
    await using uow = application.unitOfWork();
    const audit = new PhoneAudit(newRoot(audits)).note("+34600123456", "u");
    expect(uow.audits.add(audit)._unsafeUnwrap()).toBe(audit);
    expect(uow.audits.add(audit).isOk()).toBe(true);
    expect((await uow.commit()).isOk()).toBe(true);
    await using other = application.unitOfWork();
    expect((await other.audits.find({ kind: "user", key: "u", shared: true }))._unsafeUnwrap().id).toBe(audit.id);
  });

  test("cannot be added to a repository of another kind, before their first event, or after they were loaded", async () => {
    const { application } = galaxy();
    const id = await planet(application, "Mars");
    await using uow = application.unitOfWork();
    const audit = new PhoneAudit(newRoot(audits)).note("+34600123456", "u");
    expect(codeOf(uow.planets.add(audit as never))).toBe("invalid-argument");
    expect(codeOf(uow.planets.add(new Planet(newRoot(planets))))).toBe("invalid-argument");
    await using other = application.unitOfWork();
    const mars = (await other.planets.get(id))._unsafeUnwrap();
    mars.capture("Phobos");
    expect(codeOf(uow.planets.add(mars))).toBe("invalid-argument");
  });

  test("a taken identifier is the domain error that their definition names", async () => {
    const { application } = galaxy();
    await planet(application, "Mars");
    await using uow = application.unitOfWork();
    expect((await uow.planets.create({ name: "MARS" })).isOk()).toBe(true);
    expect((await uow.commit())._unsafeUnwrapErr()).toEqual(
      domainError("planet-name-taken", "another planet has this name", { name: "mars" }),
    );
  });

  test("an identifier that they gave up is free in the same commit", async () => {
    const { application } = galaxy();
    const id = await planet(application, "Mars");
    await using uow = application.unitOfWork();
    expect((await uow.planets.get(id))._unsafeUnwrap().rename("Ares").isOk()).toBe(true);
    expect((await uow.planets.create({ name: "Mars" })).isOk()).toBe(true);
    expect(codeOf(await uow.commit())).toBe("ok");
  });

  test("several that share an identifier are ambiguous, and one is found", async () => {
    const { application } = galaxy();
    await using uow = application.unitOfWork();
    for (const name of ["Mars", "Earth"]) (await uow.planets.create({ name }))._unsafeUnwrap().capture("Moon");
    (await uow.planets.create({ name: "Jupiter" }))._unsafeUnwrap().capture("Io");
    expect((await uow.commit()).isOk()).toBe(true);
    const find = async (key: string) => {
      await using other = application.unitOfWork();
      return await other.planets.find({ kind: "moon", key, shared: true });
    };
    expect(codeOf(await find("Moon"))).toBe("ambiguous");
    expect((await find("Io"))._unsafeUnwrap().name).toBe("Jupiter");
    expect(codeOf(await find("Titan"))).toBe("not-found");
  });

  test("a removed one is not found any more, by anything, and keeps its identifiers", async () => {
    const { application } = galaxy();
    const id = await planet(application, "Alderaan");
    await using uow = application.unitOfWork();
    (await uow.planets.get(id))._unsafeUnwrap().destroy();
    expect(codeOf(await uow.planets.get(id))).toBe("not-found");
    expect((await uow.commit()).isOk()).toBe(true);
    await using other = application.unitOfWork();
    expect(codeOf(await other.planets.get(id))).toBe("not-found");
    expect(codeOf(await other.planets.get(id, { lock: "update" }))).toBe("not-found");
    expect(codeOf(await other.planets.find({ kind: "name", key: "alderaan" }))).toBe("not-found");
    expect((await other.planets.create({ name: "Alderaan" })).isOk()).toBe(true);
    expect(codeOf(await other.commit())).toBe("planet-name-taken");
  });

  test("a lock holds one against other units until the commit, and the second reads what the first has written", async () => {
    const { application } = galaxy(memory({ lockTimeout: 1000 }));
    const id = await planet(application, "Mars");
    const capture = async (moon: string) => {
      await using uow = application.unitOfWork();
      (await uow.planets.get(id, { lock: "update" }))._unsafeUnwrap().capture(moon);
      return codeOf(await uow.commit());
    };
    const moons = Array.from({ length: 20 }, (_, index) => `moon ${index}`);
    expect(await Promise.all(moons.map(capture))).toEqual(moons.map(() => "ok"));
    await using uow = application.unitOfWork();
    expect((await uow.planets.get(id))._unsafeUnwrap().moons).toHaveLength(20);
  });

  test("a lock on one that was read before and has changed since is a lost race", async () => {
    const { application } = galaxy();
    const id = await planet(application, "Mars");
    await using uow = application.unitOfWork();
    expect((await uow.planets.get(id)).isOk()).toBe(true);
    await using other = application.unitOfWork();
    (await other.planets.get(id))._unsafeUnwrap().capture("Phobos");
    expect((await other.commit()).isOk()).toBe(true);
    expect(codeOf(await uow.planets.get(id, { lock: "update" }))).toBe("concurrency-conflict");
  });

  test("a lock that is not to be had in time is store-busy, and disposing gives one back", async () => {
    const { application } = galaxy();
    const id = await planet(application, "Mars");
    const holder = application.unitOfWork();
    expect((await holder.planets.get(id, { lock: "update" })).isOk()).toBe(true);
    await using uow = application.unitOfWork();
    expect(codeOf(await uow.planets.get(id, { lock: "update" }))).toBe("store-busy");
    await holder[Symbol.asyncDispose]();
    expect(codeOf(await uow.planets.get(id, { lock: "update" }))).toBe("ok");
  });

  test("the state that one hands out cannot be changed but by an event", async () => {
    const { application } = galaxy();
    const id = await planet(application, "Mars");
    const grow = async (capture: boolean) => {
      await using uow = application.unitOfWork();
      const mars = (await uow.planets.get(id))._unsafeUnwrap();
      if (capture) mars.capture("Phobos");
      expect(() => (mars.moons as string[]).push("Deimos")).toThrow(TypeError);
      mars.capture("Luna");
      expect((await uow.commit()).isOk()).toBe(true);
    };
    await grow(false);
    await grow(true);
    await using uow = application.unitOfWork();
    expect((await uow.planets.get(id))._unsafeUnwrap().moons).toEqual(["Luna", "Phobos", "Luna"]);
  });
});

interface Star {
  readonly seen: Date;
}
const starEvents = { "star-seen": event<{ at: string; extra?: unknown }>() } as const;
class StarAggregate extends AggregateRoot<Star, typeof starEvents> {
  see(at: string, extra?: unknown): void {
    this.record("star-seen", { at, extra });
  }
  get seen(): Date {
    return this.state.seen;
  }
}
const starsWith = (parts: { readonly codec?: Codec<Star>; readonly identifiers?: (state: Star) => readonly Identifier[] }) =>
  defineAggregate<Star>()({
    kind: "star",
    events: starEvents,
    evolve: (_: Star | undefined, { payload }) => ({ seen: new Date(payload.at) }),
    from: (root) => new StarAggregate(root),
    create: (star, { at, extra }: { readonly at: string; readonly extra?: unknown }) => ok(star.see(at, extra)),
    ...parts,
  });
const codec: Codec<Star> = {
  encode: ({ seen }) => seen.toISOString(),
  decode: (json) => ({ seen: new Date(String(json)) }),
};
const skyOf = (parts: Parameters<typeof starsWith>[0]) =>
  new Application({ store: memory(), aggregates: { stars: starsWith(parts) } }).unitOfWork();

describe("what an aggregate's definition may do wrong", () => {
  test("a state that is not JSON needs a codec, and is refused without one", async () => {
    await using uow = skyOf({});
    expect((await uow.stars.create({ at: "2026-01-01T00:00:00.000Z" })).isOk()).toBe(true);
    expect((await uow.commit())._unsafeUnwrapErr()).toMatchObject({ code: "not-storable", path: "star.seen: a Date" });
    expect(codeOf(await uow.commit())).toBe("unit-closed");
  });

  test("a codec turns it into JSON and back", async () => {
    const application = new Application({ store: memory(), aggregates: { stars: starsWith({ codec }) } });
    await using uow = application.unitOfWork();
    const star = (await uow.stars.create({ at: "2026-01-01T00:00:00.000Z" }))._unsafeUnwrap();
    expect(codeOf(await uow.commit())).toBe("ok");
    star.see("2027-01-01T00:00:00.000Z");
    expect(codeOf(await uow.commit())).toBe("ok");
    await using other = application.unitOfWork();
    expect((await other.stars.get(star.id))._unsafeUnwrap().seen).toEqual(new Date("2027-01-01T00:00:00.000Z"));
  });

  test.each([
    ["a date", new Date(0)],
    ["a function", () => 1],
    ["a bigint", 1n],
    ["half a surrogate pair", "\ud800"],
    [
      "a proxy that throws",
      new Proxy(
        {},
        {
          ownKeys: () => {
            throw new Error("hostile");
          },
        },
      ),
    ],
  ])("a payload that is not JSON is refused: %s", async (_, extra) => {
    await using uow = skyOf({ codec });
    expect((await uow.stars.create({ at: "2026-01-01T00:00:00.000Z", extra })).isOk()).toBe(true);
    expect((await uow.commit())._unsafeUnwrapErr()).toMatchObject({ code: "not-storable" });
  });

  test.each([
    ["a key that is no text", [{ kind: "name", key: 7 }]],
    ["a key that no database keeps", [{ kind: "name", key: "\u0000" }]],
    ["an empty key", [{ kind: "name", key: "" }]],
    ["a key without end", [{ kind: "name", key: "x".repeat(5000) }]],
    ["a kind that is no text", [{ kind: undefined, key: "x" }]],
    ["no identifier at all", [null]],
    ["no list", 7],
  ])("an identifier that cannot be stored is refused: %s", async (_, identifiers) => {
    await using uow = skyOf({ codec, identifiers: () => identifiers as never });
    expect((await uow.stars.create({ at: "2026-01-01T00:00:00.000Z" })).isOk()).toBe(true);
    expect((await uow.commit())._unsafeUnwrapErr()).toMatchObject({ code: "not-storable" });
  });

  test("an identifier that is named twice is claimed once", async () => {
    const application = new Application({
      store: memory(),
      aggregates: {
        stars: starsWith({
          codec,
          identifiers: () => [
            { kind: "name", key: "x" },
            { kind: "name", key: "x" },
          ],
        }),
      },
    });
    const claims: number[] = [];
    await using uow = application.unitOfWork();
    const star = (await uow.stars.create({ at: "2026-01-01T00:00:00.000Z" }))._unsafeUnwrap();
    expect(codeOf(await uow.commit())).toBe("ok");
    claims.push(1);
    await using other = application.unitOfWork();
    expect((await other.stars.find({ kind: "name", key: "x" }))._unsafeUnwrap().id).toBe(star.id);
  });

  test.each(["constructor", "toString", "hasOwnProperty"])("a taken identifier of the kind %s is named plainly", async (kind) => {
    const other = () => domainError("other-taken", "something else is taken");
    const application = new Application({
      store: memory(),
      aggregates: { stars: { ...starsWith({ codec, identifiers: () => [{ kind, key: "x" }] }), taken: { other } } },
    });
    const create = async () => {
      await using uow = application.unitOfWork();
      expect((await uow.stars.create({ at: "2026-01-01T00:00:00.000Z" })).isOk()).toBe(true);
      return await uow.commit();
    };
    expect(codeOf(await create())).toBe("ok");
    expect((await create())._unsafeUnwrapErr()).toMatchObject({ code: "identifier-taken", aggregate: "star", kind, key: "x" });
  });

  test.each(["identifiers", "encode"] as const)("one whose %s throws does not commit, and says so", async (part) => {
    const throws = (): never => {
      throw new Error("a bug of the definition's");
    };
    await using uow = skyOf(part === "encode" ? { codec: { ...codec, encode: throws } } : { codec, identifiers: throws });
    expect((await uow.stars.create({ at: "2026-01-01T00:00:00.000Z" })).isOk()).toBe(true);
    expect((await uow.commit())._unsafeUnwrapErr()).toMatchObject({ code: "not-storable" });
  });
});
