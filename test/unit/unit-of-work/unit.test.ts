import { describe, expect, test } from "vitest";
import { attempt, err, domainError, newRoot, ok } from "denizen";
import { codeOf } from "../../support/codes.js";
import { galaxy, nameOf, planet } from "../../support/galaxy.js";
import { Planet, planets } from "../../support/planets.js";
import { watchedStore } from "../../support/watched-store.js";

describe("a unit of work", () => {
  test("opens without asking the store anything", async () => {
    const log: string[] = [];
    const { application } = galaxy(watchedStore(log));
    await using _ = application.unitOfWork();
    expect(log).toEqual([]);
  });

  test("gives the same object for the same id, however it was found", async () => {
    const { application } = galaxy();
    const id = await planet(application, "Mars");
    await using uow = application.unitOfWork();
    const one = (await uow.planets.get(id))._unsafeUnwrap();
    expect((await uow.planets.get(id))._unsafeUnwrap()).toBe(one);
    expect((await uow.planets.find({ kind: "name", key: "mars" }))._unsafeUnwrap()).toBe(one);
    expect((await uow.planets.get(id, { lock: "update" }))._unsafeUnwrap()).toBe(one);
    const [a, b] = await Promise.all([uow.planets.get(id), uow.planets.find({ kind: "name", key: "mars" })]);
    expect(a._unsafeUnwrap()).toBe(b._unsafeUnwrap());
  });

  test("gives the same object for the same id also when two load it at once", async () => {
    const { application } = galaxy();
    const id = await planet(application, "Mars");
    await using uow = application.unitOfWork();
    const [one, other] = await Promise.all([uow.planets.get(id), uow.planets.get(id)]);
    expect(one._unsafeUnwrap()).toBe(other._unsafeUnwrap());
  });

  test("keeps the changes of an object that is found again", async () => {
    const { application } = galaxy();
    const id = await planet(application, "Mars");
    await using uow = application.unitOfWork();
    (await uow.planets.get(id))._unsafeUnwrap().capture("Phobos");
    expect((await uow.planets.find({ kind: "name", key: "mars" }))._unsafeUnwrap().moons).toEqual(["Phobos"]);
  });

  test("disposed without a commit has changed nothing, silently, once or twice", async () => {
    const { application, store } = galaxy();
    const uow = application.unitOfWork();
    const created = (await uow.planets.create({ name: "Mars" }))._unsafeUnwrap();
    await uow[Symbol.asyncDispose]();
    await uow[Symbol.asyncDispose]();
    expect(await nameOf(application, created.id)).toBeUndefined();
    expect((await store.history("default", { kind: "planet", id: created.id }))._unsafeUnwrap()).toEqual([]);
  });

  test("left by an err inside attempt has changed nothing", async () => {
    const { application } = galaxy();
    const ids: string[] = [];
    const answer = await attempt(async function* () {
      await using uow = application.unitOfWork();
      const mars = yield* uow.planets.create({ name: "Mars" });
      ids.push(mars.id);
      yield* mars.rename("");
      yield* uow.commit();
      return ok(mars.id);
    });
    expect(codeOf(answer)).toBe("planet-name-missing");
    expect(await nameOf(application, ids[0] ?? "")).toBeUndefined();
  });

  test("commits again after further changes, each time in a transaction of its own", async () => {
    const log: string[] = [];
    const { application, store } = galaxy(watchedStore(log));
    await using uow = application.unitOfWork();
    const mars = (await uow.planets.create({ name: "Mars" }))._unsafeUnwrap();
    const first = (await uow.commit())._unsafeUnwrap();
    mars.capture("Phobos");
    mars.capture("Deimos");
    const second = (await uow.commit())._unsafeUnwrap();
    expect(log).toEqual(["commit in one", "commit in one"]);
    expect(second.commitId).not.toBe(first.commitId);
    expect(String(second.position) > String(first.position)).toBe(true);
    const history = (await store.history("default", { kind: "planet", id: mars.id }))._unsafeUnwrap();
    expect(history.map(({ type, publisher, metadata }) => [type, publisher.version, metadata.commitId])).toEqual([
      ["planet-formed", 1, first.commitId],
      ["moon-captured", 2, second.commitId],
      ["moon-captured", 3, second.commitId],
    ]);
  });

  test("with nothing to write commits nothing", async () => {
    const log: string[] = [];
    const { application } = galaxy(watchedStore(log));
    await using uow = application.unitOfWork();
    expect((await uow.commit())._unsafeUnwrap().position).toBeNull();
    expect(log).toEqual([]);
  });

  test("is closed by a commit that failed", async () => {
    const { application } = galaxy();
    await planet(application, "Mars");
    await using uow = application.unitOfWork();
    const second = (await uow.planets.create({ name: "MARS" }))._unsafeUnwrap();
    expect(codeOf(await uow.commit())).toBe("planet-name-taken");
    second.form("Venus");
    expect(codeOf(await uow.commit())).toBe("unit-closed");
    expect(codeOf(await uow.planets.get(second.id))).toBe("unit-closed");
  });

  test("is busy for a second commit while one goes on", async () => {
    const { application } = galaxy();
    await using uow = application.unitOfWork();
    expect((await uow.planets.create({ name: "Mars" })).isOk()).toBe(true);
    const codes = (await Promise.all([uow.commit(), uow.commit()])).map(codeOf);
    expect(codes).toEqual(["ok", "unit-busy"]);
    expect(codeOf(await uow.commit())).toBe("ok");
  });

  test("after its end is closed for everything", async () => {
    const { application } = galaxy();
    const id = await planet(application, "Mars");
    const uow = application.unitOfWork();
    const mars = (await uow.planets.get(id))._unsafeUnwrap();
    await uow[Symbol.asyncDispose]();
    mars.capture("Phobos");
    expect(codeOf(await uow.commit())).toBe("unit-closed");
    expect(codeOf(await uow.transaction())).toBe("unit-closed");
    expect(codeOf(await uow.planets.get(id))).toBe("unit-closed");
    expect(codeOf(await uow.planets.find({ kind: "name", key: "mars" }))).toBe("unit-closed");
    expect(codeOf(await uow.planets.create({ name: "Venus" }))).toBe("unit-closed");
    expect(codeOf(uow.planets.add(new Planet(newRoot(planets))))).toBe("unit-closed");
  });

  test("disposed while it commits never says that it committed what is not there", async () => {
    const { application, store } = galaxy();
    const announced: string[] = [];
    application.bus.subscribe("*", (event) => announced.push(event.type));
    for (let round = 0; round < 30; round++) {
      const uow = application.unitOfWork();
      const mars = (await uow.planets.create({ name: `Mars ${round}` }))._unsafeUnwrap();
      uow.subscribe("planet-formed", () => new Promise((resolve) => setTimeout(resolve, round % 3)));
      const committing = uow.commit();
      for (let tick = 0; tick < round; tick++) await Promise.resolve();
      await uow[Symbol.asyncDispose]();
      const committed = await committing;
      const there = (await nameOf(application, mars.id)) !== undefined;
      expect(committed.isOk()).toBe(there);
      expect(announced.length > 0).toBe(there);
      announced.length = 0;
      if (committed.isErr()) expect(committed.error.code).toBe("unit-closed");
      // And nothing is held any more: somebody else may take the name at once.
      if (!there) expect(codeOf(await store.commit(...claiming(`mars ${round}`)))).toBe("ok");
    }
  });

  test("disposed while its subscriber works gives everything back, and the subscriber's changes go nowhere", async () => {
    const { application } = galaxy();
    const uow = application.unitOfWork();
    expect((await uow.planets.create({ name: "Mars" })).isOk()).toBe(true);
    let reached: () => void = () => undefined;
    let goOn: () => void = () => undefined;
    const inside = new Promise<void>((resolve) => (reached = resolve));
    const released = new Promise<void>((resolve) => (goOn = resolve));
    uow.subscribe("planet-formed", async (_, unit) => {
      reached();
      await released;
      return unit.planets.create({ name: "Venus" });
    });
    const committing = uow.commit();
    await inside;
    await uow[Symbol.asyncDispose]();
    goOn();
    expect(["unit-closed", "vetoed"]).toContain(codeOf(await committing));
    await planet(application, "Mars");
    await planet(application, "Venus");
  });

  test("loses the race when somebody else was first, and says which aggregate it is about", async () => {
    const { application } = galaxy();
    const id = await planet(application, "Mars");
    await using one = application.unitOfWork();
    await using other = application.unitOfWork();
    (await one.planets.get(id))._unsafeUnwrap().capture("Phobos");
    (await other.planets.get(id))._unsafeUnwrap().capture("Deimos");
    expect(codeOf(await one.commit())).toBe("ok");
    expect((await other.commit())._unsafeUnwrapErr()).toMatchObject({
      code: "concurrency-conflict",
      aggregates: [{ kind: "planet", id }],
    });
  });

  test("that loads again what another has written gets a new object in a new unit alone", async () => {
    const { application } = galaxy();
    const id = await planet(application, "Mars");
    await using uow = application.unitOfWork();
    const mars = (await uow.planets.get(id))._unsafeUnwrap();
    await using other = application.unitOfWork();
    (await other.planets.get(id))._unsafeUnwrap().capture("Phobos");
    expect((await other.commit()).isOk()).toBe(true);
    expect((await uow.planets.find({ kind: "name", key: "mars" }))._unsafeUnwrap()).toBe(mars);
    expect(mars.moons).toEqual([]);
  });

  test("a throw in the block of an attempt rolls back and passes", async () => {
    const { application } = galaxy();
    const thrown = attempt(async function* () {
      await using uow = application.unitOfWork();
      yield* uow.planets.create({ name: "Mars" });
      yield* uow.transaction();
      if (uow.scope.tenant === "default") throw new Error("a bug");
      return err(domainError("never", "here"));
    });
    await expect((async () => thrown)()).rejects.toThrow("a bug");
    await planet(application, "Mars");
  });
});

/** A change set that claims a planet's name, as a stranger to the unit would. */
function claiming(key: string): Parameters<ReturnType<typeof galaxy>["store"]["commit"]> {
  const at = "2026-01-01T00:00:00.000Z";
  const change = {
    kind: "planet",
    id: key,
    expectedVersion: 0,
    version: 1,
    before: undefined,
    after: { name: key, moons: [], destroyed: true },
    claimed: [{ kind: "name", key }],
    released: [],
  };
  return [
    { tenant: "default", aggregates: [change], events: [], vault: [], erased: [] },
    { commitId: `claim ${key}`, tenant: "default", at },
  ];
}
