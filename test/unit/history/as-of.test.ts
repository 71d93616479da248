import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { AnyAggregate, Application } from "denizen";
import { memory } from "denizen/memory";
import { fastHasher, fixedClock } from "denizen/testing";
import { codeOf } from "../../support/codes.js";
import { planets } from "../../support/planets.js";
import { newName, PASSWORD } from "../../support/secured.js";
import { worldOn } from "../../support/worlds.js";
import type { Place, World } from "../../support/worlds.js";
import { hostileValues } from "../values/hostile.js";

const MINUTE = 60_000;
const at = (minute: number): string => `2026-01-01T00:0${minute}:00.000Z`;

describe.each<Place>(["memory", "node-postgres"])("an aggregate as it was, on %s", (place) => {
  let world: World;
  beforeAll(async () => {
    world = await worldOn(place);
  });
  afterAll(() => world.close());

  const start = () => {
    const clock = fixedClock();
    return { clock, application: new Application({ store: world.store, clock, passwordHasher: fastHasher(), aggregates: { planets } }) };
  };

  /** Formed at minute 1 as …-a, renamed at minute 2 to …-b with a moon, destroyed at minute 3. */
  async function planet({ application, clock }: ReturnType<typeof start>) {
    const name = newName("planet");
    await using uow = application.unitOfWork();
    clock.advance(MINUTE);
    const made = (await uow.planets.create({ name: `${name}-a` }))._unsafeUnwrap();
    expect(codeOf(await uow.commit())).toBe("ok");
    clock.advance(MINUTE);
    made.capture("moon");
    made.rename(`${name}-b`)._unsafeUnwrap();
    expect(codeOf(await uow.commit())).toBe("ok");
    clock.advance(MINUTE);
    made.destroy();
    expect(codeOf(await uow.commit())).toBe("ok");
    return { id: made.id, name };
  }

  test("is the fold of its events up to a version", async () => {
    const on = start();
    const { id, name } = await planet(on);
    await using uow = on.application.unitOfWork();
    const was = async (version: number) => (await uow.planets.asOf(id, { version }))._unsafeUnwrap();
    expect([await was(1), await was(2), await was(3)].map((one) => [one.version, one.name, one.moons])).toEqual([
      [1, `${name}-a`, []],
      [2, `${name}-a`, ["moon"]],
      [3, `${name}-b`, ["moon"]],
    ]);
    expect((await was(3)).id).toBe(id);
    expect(Object.isFrozen(AnyAggregate.stateOf(await was(3)))).toBe(true);
  });

  test("is the fold of its events up to a time, the instant itself included", async () => {
    const on = start();
    const { id, name } = await planet(on);
    await using uow = on.application.unitOfWork();
    const was = async (time: string | Date) => (await uow.planets.asOf(id, { time })).map((one) => one.name).unwrapOr("not-found");
    expect([
      await was(at(0)),
      await was(at(1)),
      await was("2026-01-01T00:01:59.999Z"),
      await was(at(2)),
      await was(new Date(at(2))),
    ]).toEqual(["not-found", `${name}-a`, `${name}-a`, `${name}-b`, `${name}-b`]);
  });

  test("was not there before its first event, beyond its last version, and once it was removed", async () => {
    const on = start();
    const { id } = await planet(on);
    await using uow = on.application.unitOfWork();
    for (const when of [{ version: 4 }, { version: 5 }, { time: at(0) }, { time: at(3) }, { time: at(9) }]) {
      expect((await uow.planets.asOf(id, when))._unsafeUnwrapErr()).toMatchObject({ code: "not-found", kind: "planet" });
    }
    expect(codeOf(await uow.planets.asOf("nobody", { version: 1 }))).toBe("not-found");
    expect(codeOf(await uow.users.asOf(id, { version: 1 }))).toBe("not-found");
    await using there = on.application.tenant("elsewhere").unitOfWork();
    expect(codeOf(await there.planets.asOf(id, { version: 1 }))).toBe("not-found");
  });

  test("goes by versions where a clock went back", async () => {
    const { application, clock } = start();
    await using uow = application.unitOfWork();
    const made = (await uow.planets.create({ name: newName("planet") }))._unsafeUnwrap();
    for (const minute of [5, 3, 9]) {
      clock.set(at(minute));
      made.rename(`${made.id}-${minute}`)._unsafeUnwrap();
    }
    expect(codeOf(await uow.commit())).toBe("ok");
    const was = async (time: string) => (await uow.planets.asOf(made.id, { time }))._unsafeUnwrap().version;
    expect([await was(at(0)), await was(at(2)), await was(at(3)), await was(at(5)), await was(at(9))]).toEqual([1, 1, 3, 3, 4]);
  });

  test("is in no unit: what it records is never written, and no unit saves it", async () => {
    const on = start();
    const { id } = await planet(on);
    const other = await planet(on);
    await using uow = on.application.unitOfWork();
    const was = (await uow.planets.asOf(other.id, { version: 3 }))._unsafeUnwrap();
    expect((await uow.planets.asOf(other.id, { version: 3 }))._unsafeUnwrap()).not.toBe(was);
    was.rename("changed")._unsafeUnwrap();
    expect([was.name, uow.owns(was)]).toEqual(["changed", false]);
    expect((await uow.commit())._unsafeUnwrap().position).toBeNull();
    expect(codeOf(uow.planets.add(was))).toBe("invalid-argument");
    expect(codeOf(await uow.planets.get(id, { removed: true }))).toBe("ok");
    expect((await uow.planets.asOf(other.id, { version: 3 }))._unsafeUnwrap().name).toBe(`${other.name}-b`);
  });

  test("of a user has neither his secrets nor a way to change or to prove them", async () => {
    const { application } = start();
    await using users = application.users();
    const email = `${newName()}@example.com`;
    const ada = (await users.create({ name: "Ada", emails: [email], password: PASSWORD }))._unsafeUnwrap();
    expect(codeOf(await users.save(ada))).toBe("ok");
    const was = (await users.unit.users.asOf(ada.id, { version: 3 }))._unsafeUnwrap();
    expect([was.name?.display, was.primaryEmail, was.credentials.length]).toEqual(["Ada", email, 1]);
    expect(codeOf(await was.verify({ password: PASSWORD }))).toBe("unit-closed");
    expect(codeOf(await was.setPassword("another horse battery staple"))).toBe("ok");
    expect(codeOf(was.remove())).toBe("ok");
    expect([codeOf(await users.save(was)), codeOf(users.remove(was)), codeOf(users.erase(was))]).toEqual(
      Array(3).fill("foreign-aggregate"),
    );
    expect(codeOf(await users.save(ada))).toBe("ok");
    await using after = application.users();
    expect(codeOf(await after.verify({ email }, { password: PASSWORD }))).toBe("ok");
  });

  test("is read beside what the unit has changed and not committed", async () => {
    const { application } = start();
    await using uow = application.unitOfWork();
    const name = newName("planet");
    const made = (await uow.planets.create({ name }))._unsafeUnwrap();
    expect(codeOf(await uow.planets.asOf(made.id, { version: 1 }))).toBe("not-found");
    expect(codeOf(await uow.commit())).toBe("ok");
    made.rename(`${name}-later`)._unsafeUnwrap();
    expect((await uow.planets.asOf(made.id, { version: 1 }))._unsafeUnwrap().name).toBe(name);
    expect(codeOf(await uow.planets.asOf(made.id, { version: 2 }))).toBe("not-found");
    expect(made.name).toBe(`${name}-later`);
  });

  test("is asked for by one of both, and by nothing else", async () => {
    const { application } = start();
    await using uow = application.unitOfWork();
    const wrong: readonly unknown[] = [
      ...hostileValues,
      {},
      { version: 1, time: at(1) },
      ...[0, -1, 1.5, Number.NaN, Infinity, "1", 2 ** 53, null].map((version) => ({ version })),
      ...["", "now", "yesterday", 1, null, new Date(Number.NaN), "x".repeat(1000)].map((time) => ({ time })),
    ];
    for (const when of wrong) expect(codeOf(await uow.planets.asOf("any", when as { version: number }))).toBe("invalid-argument");
    for (const id of hostileValues.filter((value) => typeof value !== "string"))
      expect(codeOf(await uow.planets.asOf(id as string, { version: 1 }))).toBe("invalid-argument");
    await uow[Symbol.asyncDispose]();
    expect(codeOf(await uow.planets.asOf("any", { version: 1 }))).toBe("unit-closed");
  });
});

describe("a history that makes no aggregate", () => {
  test("is a failure of the store's, named", async () => {
    const store = memory();
    const writing = new Application({ store, aggregates: { planets } });
    await using uow = writing.unitOfWork();
    const made = (await uow.planets.create({ name: "Mars" }))._unsafeUnwrap();
    expect(codeOf(await uow.commit())).toBe("ok");
    const { "planet-formed": _, ...others } = planets.events;
    // A release that has forgotten an event, and one whose fold throws.
    for (const broken of [
      { ...planets, events: others as typeof planets.events },
      {
        ...planets,
        evolve: (): never => {
          throw new Error("broken");
        },
      },
    ]) {
      const application = new Application({ store, aggregates: { planets: broken } });
      await using reading = application.unitOfWork();
      expect((await reading.planets.asOf(made.id, { version: 1 }))._unsafeUnwrapErr()).toMatchObject({
        code: "store-failed",
        detail: "history of planet",
      });
    }
  });
});
