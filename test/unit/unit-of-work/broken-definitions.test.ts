import { describe, expect, test } from "vitest";
import { Application } from "denizen";
import { memory } from "denizen/memory";
import type { Store } from "denizen/ports";
import { planets } from "../../support/planets.js";

const broken = (): never => {
  throw new Error("the definition is broken");
};

describe("a definition of the host's that throws over what is stored", () => {
  test.each(["from", "isRemoved"] as const)("in %s is a typed error, and the unit goes on", async (part) => {
    const store: Store = memory();
    const working = new Application({ store, aggregates: { planets } });
    const uow = working.unitOfWork();
    const planet = (await uow.planets.create({ name: "Mars" }))._unsafeUnwrap();
    expect((await uow.commit()).isOk()).toBe(true);
    const application = new Application({ store, aggregates: { planets: { ...planets, [part]: broken } } });
    await using after = application.unitOfWork();
    expect((await after.planets.get(planet.id))._unsafeUnwrapErr()).toMatchObject({ code: "store-failed", detail: "definition of planet" });
    expect((await after.planets.find({ kind: "name", key: "mars" }))._unsafeUnwrapErr().code).toBe("store-failed");
    expect((await after.users.get("nobody"))._unsafeUnwrapErr().code).toBe("not-found");
  });
});

test("an application is disposed in silence, also when its store does not close", async () => {
  const store: Store = { ...memory(), close: () => Promise.reject(new Error("stuck")) };
  await expect(new Application({ store })[Symbol.asyncDispose]()).resolves.toBeUndefined();
});

test("a port that throws while committing is a typed error, and the unit has ended", async () => {
  let healthy = true;
  let made = 0;
  const ids = { next: () => (healthy ? `id-${++made}` : broken()) };
  const application = new Application({ store: memory(), ids });
  await using uow = application.unitOfWork();
  expect((await uow.users.create({ name: "Ada" })).isOk()).toBe(true);
  healthy = false;
  expect((await uow.commit())._unsafeUnwrapErr().code).toBe("store-failed");
  healthy = true;
  expect((await uow.commit())._unsafeUnwrapErr().code).toBe("unit-closed");
});
