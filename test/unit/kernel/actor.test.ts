import { describe, expect, test } from "vitest";
import { isActor, systemActor } from "denizen";

describe("an actor", () => {
  test("of the system is made of a plain name, and is frozen", () => {
    const actor = systemActor("nightly-import")._unsafeUnwrap();
    expect(actor).toEqual({ kind: "system", id: "nightly-import" });
    expect(Object.isFrozen(actor)).toBe(true);
    expect(isActor(actor)).toBe(true);
  });

  test.each(["", " ", "a b", "a:b", "é", "x".repeat(65), "\ud800", "a\n", undefined, null, 1, {}])("is not made of %o", (name) => {
    expect(systemActor(name)).toMatchObject({ error: { code: "invalid-argument" } });
  });

  test("cannot be forged: a copy of one is none", () => {
    const actor = systemActor("import")._unsafeUnwrap();
    for (const forged of [
      { ...actor },
      structuredClone(actor),
      JSON.parse(JSON.stringify(actor)),
      Object.create(actor),
      new Proxy(actor, {}),
      null,
      "system:import",
    ]) {
      expect(isActor(forged)).toBe(false);
    }
  });
});
