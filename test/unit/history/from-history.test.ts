import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Account, AnyAggregate, User, fromHistory, isDomainError, systemActor } from "denizen";
import type { DomainEvent, Result } from "denizen";
import { codeOf } from "../../support/codes.js";
import { planets } from "../../support/planets.js";
import { anyValue, hostileValues } from "../values/hostile.js";
import { arrange, signedUp, world } from "../accounts/world.js";

/** Somebody with a life, a planet, and everything that was announced of them. */
async function lived() {
  const on = world();
  const heard: DomainEvent[] = [];
  on.application.bus.subscribe("*", (event) => heard.push(event));
  const ada = await signedUp(on, "ada");
  await arrange(on, ada.id, (account) => account.grant("admin", "red")._unsafeUnwrap());
  await using uow = on.application.unitOfWork();
  const user = (await uow.users.get(ada.id))._unsafeUnwrap();
  user.rename("Ada Lovelace")._unsafeUnwrap();
  const planet = (await uow.planets.create({ name: "Mars" }))._unsafeUnwrap();
  planet.capture("Phobos");
  (await uow.commit())._unsafeUnwrap();
  const system = on.application.as(systemActor("tests")._unsafeUnwrap());
  const history = (await system.queries.history({ limit: 100 }))._unsafeUnwrap().items;
  return { on, ada, heard, history, planet, user };
}

const reasonOf = (answer: Result<unknown, { readonly code: string; readonly reason: string }>): string => answer._unsafeUnwrapErr().reason;

describe("an aggregate from its history", () => {
  test("is what was loaded, from the history of everything and from what subscribers heard, in any order", async () => {
    const { ada, history, heard, planet, user, on } = await lived();
    await using uow = on.application.unitOfWork();
    const account = (await uow.accounts.get(ada.id))._unsafeUnwrap();
    for (const events of [history, heard, [...heard].reverse(), [...heard, ...history]]) {
      const made = [User.fromHistory(events), Account.fromHistory(events), fromHistory(planets, events)].map((one) => one._unsafeUnwrap());
      for (const [index, loaded] of [user, account, planet].entries()) {
        const one = made[index] ?? expect.unreachable();
        expect([one.id, one.version, AnyAggregate.stateOf(one)]).toEqual([loaded.id, loaded.version, AnyAggregate.stateOf(loaded)]);
      }
    }
    expect(User.fromHistory(heard)._unsafeUnwrap()).toBeInstanceOf(User);
  });

  test("can be asked what it would do, and writes nothing", async () => {
    const { history, user, on, ada } = await lived();
    const made = User.fromHistory(history)._unsafeUnwrap();
    expect(made.rename("Somebody else").isOk()).toBe(true);
    expect(made.name?.display).toBe("Somebody else");
    expect(AnyAggregate.pendingOf(made)).toMatchObject([{ type: "name-changed", publisher: { version: user.version + 1 } }]);
    await using uow = on.application.unitOfWork();
    expect(uow.owns(made)).toBe(false);
    // The compiler refuses it too.
    expect(codeOf(uow.users.add(made as never))).toBe("invalid-argument");
    expect(Account.fromHistory(history)._unsafeUnwrap().suspend().isOk()).toBe(true);
    expect((await uow.accounts.get(ada.id))._unsafeUnwrap().status).toBe("active");
    expect((await uow.users.get(ada.id))._unsafeUnwrap().name?.display).toBe("Ada Lovelace");
  });

  test("knows the roles of the host's", async () => {
    const { history, on } = await lived();
    const hierarchy = { rules: { user: {}, admin: { protected: true } } };
    expect(Account.fromHistory(history, hierarchy)._unsafeUnwrap().isProtected).toBe(true);
    expect(Account.fromHistory(history)._unsafeUnwrap().isProtected).toBe(false);
    expect(on.heard).toContain("role-granted");
  });

  test("is none when it has gaps, or is several, or none at all", async () => {
    const { history, on } = await lived();
    const own = history.filter(({ publisher }) => publisher.kind === "user").reverse();
    const at = (index: number): DomainEvent => own[index] ?? expect.unreachable();
    expect(reasonOf(User.fromHistory([]))).toBe("it has no event");
    expect(reasonOf(User.fromHistory(history.filter(({ publisher }) => publisher.kind !== "user")))).toBe("it has no event");
    expect(reasonOf(User.fromHistory(own.slice(1)))).toBe("version 1 is missing");
    expect(reasonOf(User.fromHistory(own.toSpliced(1, 1)))).toBe("version 2 is missing");
    expect(User.fromHistory(own.slice(0, 2))._unsafeUnwrap().version).toBe(2);
    expect(reasonOf(User.fromHistory([...own, { ...at(0), id: "another" }]))).toBe("version 1 is two events");
    expect(reasonOf(User.fromHistory([at(0), { ...at(1), type: "user-promoted" }]))).toBe("version 2 is no event that it can have");
    expect(reasonOf(User.fromHistory([at(0), { ...at(1), type: "toString" }]))).toBe("version 2 is no event that it can have");
    const bob = await signedUp(on, "bob");
    const system = on.application.as(systemActor("tests")._unsafeUnwrap());
    const both = (await system.queries.history({ limit: 100 }))._unsafeUnwrap().items;
    expect(reasonOf(User.fromHistory(both))).toBe("its events are several aggregates'");
    expect(
      User.fromHistory(both.filter(({ subject }) => subject === bob.id))
        .map(({ id }) => id)
        ._unsafeUnwrap(),
    ).toBe(bob.id);
  });

  test("is none of what its definition throws over", async () => {
    const { history } = await lived();
    const broken = {
      ...planets,
      evolve: (): never => {
        throw new Error("broken");
      },
    };
    expect(reasonOf(fromHistory(broken, history))).toBe("its definition threw: broken");
    expect(codeOf(fromHistory({ ...planets, from: broken.evolve }, history))).toBe("history-invalid");
  });
});

describe("from any value", () => {
  const doors: Readonly<Record<string, (value: unknown) => Result<AnyAggregate, unknown>>> = {
    "User.fromHistory": (value) => User.fromHistory(value as []),
    "Account.fromHistory": (value) => Account.fromHistory(value as []),
    fromHistory: (value) => fromHistory(planets, value as []),
    "fromHistory, a definition": (value) => fromHistory(value as typeof planets, []),
  };
  const EVENT = {
    id: "e1",
    type: "user-created",
    version: 1,
    occurredAt: "2026-01-01T00:00:00.000Z",
    publisher: { kind: "user", id: "1", version: 1 },
    subject: "1",
    payload: { name: { display: "Ada" }, attributes: {} },
    metadata: { actor: "anonymous", tenant: "default", commitId: "c", correlationId: "c", causationId: null, trace: null },
  };

  test.each(Object.keys(doors))("%s answers a typed error", (name) => {
    const door = doors[name] ?? expect.unreachable();
    const nonsense: readonly unknown[] = [
      ...hostileValues,
      ...hostileValues.map((value) => [value]),
      ...Object.keys(EVENT).flatMap((key) =>
        hostileValues.map((value) => [{ ...EVENT, publisher: { ...EVENT.publisher, kind: "planet" }, [key]: value }]),
      ),
      new Proxy([], { get: (_, key) => (key === "length" ? Infinity : EVENT) }),
      Object.assign(new Array(2 ** 32 - 1), { 0: undefined }),
      { length: 1, 0: EVENT },
      new Set([EVENT]),
    ];
    for (const value of nonsense) {
      const started = performance.now();
      const answer = door(value);
      if (answer.isErr()) expect(isDomainError(answer.error) && answer.error.code).toBe("history-invalid");
      expect(performance.now() - started).toBeLessThan(500);
    }
    fc.assert(
      fc.property(anyValue, fc.constantFrom(...Object.keys(EVENT), "whole"), (value, key) => {
        const answer = door(key === "whole" ? value : [{ ...EVENT, [key]: value }]);
        expect(answer.isOk() || codeOf(answer)).toSatisfy((code) => code === true || code === "history-invalid");
      }),
    );
  });

  test("a user of nonsense that looks like events throws nothing, whatever he is asked", async () => {
    const payloads = [...hostileValues, 5, "text", { display: 5 }, [[]], { email: 5, primary: "yes" }];
    const types = [
      "name-changed",
      "username-changed",
      "email-added",
      "phone-added",
      "attributes-changed",
      "credential-added",
      "password-changed",
    ];
    for (const type of types) {
      for (const value of payloads) {
        const names = ["name", "username", "skeleton", "email", "phone", "primary", "attributes", "credentialId", "kind", "label"];
        const payload = Object.fromEntries(names.map((name) => [name, value]));
        const second = { ...EVENT, id: "e2", type, publisher: { ...EVENT.publisher, version: 2 }, payload } as DomainEvent;
        const made = User.fromHistory([EVENT, second]);
        if (made.isErr()) continue;
        const user = made.value;
        const answers = [
          user.rename("Ada"),
          await user.setUsername("ada"),
          user.addEmail("ada@example.com"),
          user.makePrimaryEmail("ada@example.com"),
          user.removeEmail("ada@example.com"),
          user.addPhone("+34600123456"),
          user.removeCredential("none"),
          user.remove(),
        ];
        expect(answers.every((answer) => answer.isOk() || isDomainError(answer.error))).toBe(true);
        expect([user.password, user.primaryPhone, user.removedAt]).toHaveLength(3);
      }
    }
  });
});
