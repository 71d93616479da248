import { describe, expect, test } from "vitest";
import { domainError, err, ok, systemActor } from "denizen";
import { codeOf } from "../../support/codes.js";
import { nameOf } from "../../support/galaxy.js";
import { arrange, holding, lives, loggedIn, people, signedUp, stored, world } from "./world.js";

const two = async (accounts = {}) => {
  const on = world(accounts);
  const [ada, bob] = [await holding(on, "ada", "admin"), await signedUp(on, "bob")];
  on.heard.length = 0;
  return { on, ada, bob };
};

describe("commands in a unit of work", () => {
  test("are written together with the host's own aggregates, in one commit", async () => {
    const { on, ada, bob } = await two();
    const done = await ada.doors.transact(async function* ({ uow }) {
      const planet = yield* uow.planets.create({ name: "Mars" });
      yield* uow.commands.suspendAccount({ id: bob.id, reason: "spam" });
      const created = yield* uow.commands.createAccount({ name: "Eve", role: "user" });
      expect(on.heard).toEqual([]);
      return ok({ planet: planet.id, eve: created.userId });
    });
    const { planet, eve } = done._unsafeUnwrap();
    expect(on.heard).toEqual(["planet-formed", "account-suspended", "user-created", "account-opened"]);
    // The units of several applications have planets alike.
    expect(await nameOf(on.application as unknown as Parameters<typeof nameOf>[0], planet)).toBe("Mars");
    expect([await lives(on, bob), (await stored(on, eve))?.state]).toMatchObject([false, { status: "active" }]);
  });

  test.each(["an err of the block's", "a throw", "a refused command", "a veto", "a taken username"])(
    "leave nothing at all after %s",
    async (how) => {
      const { on, ada, bob } = await two();
      if (how === "a veto") on.application.inTransaction.subscribe("account-suspended", () => err(domainError("no", "not on Sundays")));
      const done = await ada.doors.transact(async function* ({ uow }) {
        yield* uow.planets.create({ name: "Mars" }, { id: "mars" });
        yield* uow.commands.suspendAccount({ id: bob.id });
        yield* uow.commands.createAccount({ name: "Eve", role: "user" });
        if (how === "a refused command") yield* uow.commands.grantRole({ id: bob.id, role: "admin" });
        if (how === "a taken username") yield* uow.commands.setUsername({ username: "bob" });
        if (how === "a throw") throw new Error("a bug of the host's");
        return how === "an err of the block's" ? err(domainError("changed-mind", "after all, no")) : ok();
      });
      expect(done.isErr()).toBe(true);
      expect(on.heard).toEqual([]);
      expect([await people(on), await lives(on, bob), await stored(on, "mars")]).toEqual([[2, 2], true, undefined]);
    },
  );

  test("see what the unit has done before them, and nobody else does before the commit", async () => {
    const { on, ada, bob } = await two();
    const eve = await holding(on, "eve", "super-admin");
    await using uow = eve.doors.unitOfWork();
    const { userId } = (await uow.commands.createAccount({ name: "Zoe", role: "user" }))._unsafeUnwrap();
    expect(codeOf(await uow.commands.grantRole({ id: userId, role: "admin" }))).toBe("ok");
    expect(codeOf(await uow.commands.suspendAccount({ id: bob.id }))).toBe("ok");
    expect(codeOf(await uow.commands.activateAccount({ id: bob.id }))).toBe("ok");
    expect([await lives(on, bob), codeOf(await ada.queries.account({ id: userId }))]).toEqual([true, "account-not-found"]);
    expect(codeOf(await uow.commit())).toBe("ok");
    expect((await stored(on, userId))?.state).toMatchObject({ grants: [{ role: "user" }, { role: "admin" }] });
    expect([await lives(on, bob), (await stored(on, bob.id))?.state]).toMatchObject([false, { status: "active", securityVersion: 2 }]);
  });

  test("that were refused leave nothing in the unit for its commit", async () => {
    const { on, ada, bob } = await two({ setAccountPassword: true });
    const job = on.application.as(systemActor("job")._unsafeUnwrap());
    for (const doors of [ada.doors, job]) {
      await using uow = doors.unitOfWork();
      // What the types forbid is part of what is tested.
      const answers = [
        await uow.commands.createAccount({ name: "Eve", role: "emperor" as "user" }),
        await uow.commands.createAccount({ name: "Eve", role: "user", password: "short" }),
        await uow.commands.createAccount({ name: "Eve", role: "user", emails: ["no address"] }),
        await uow.commands.createAccount({ name: "Eve", role: "super-admin" }),
        await uow.commands.grantRole({ id: bob.id, role: "user", scope: "" }),
        await uow.commands.suspendAccount({ id: bob.id, reason: "" }),
        await uow.commands.setAccountPassword({ id: bob.id, password: "short" }),
        await uow.commands.setAccountPassword({ id: "nobody", password: "a third horse battery" }),
      ];
      expect(answers.filter((answer) => answer.isOk())).toEqual([]);
      expect(codeOf(await uow.commit())).toBe("ok");
    }
    expect([on.heard, await people(on)]).toEqual([[], [2, 2]]);
  });

  test("about oneself: the username, and the other sessions, of which the one that asks is spared", async () => {
    const { on, ada } = await two();
    const there = await loggedIn(on, ada.email);
    await using uow = there.doors.unitOfWork();
    expect(codeOf(await uow.commands.setUsername({ username: "countess" }))).toBe("ok");
    expect(codeOf(await uow.commands.revokeOtherSessions())).toBe("ok");
    expect([await lives(on, ada), await lives(on, there)]).toEqual([true, true]);
    expect(codeOf(await uow.commit())).toBe("ok");
    expect([await lives(on, ada), await lives(on, there)]).toEqual([false, true]);
    expect((await there.commands.currentAccount())._unsafeUnwrap().username).toBe("countess");
  });

  test("answer unit-closed when it has ended, and leave a unit that is committing alone", async () => {
    const { ada, bob } = await two();
    const uow = ada.doors.unitOfWork();
    await uow[Symbol.asyncDispose]();
    for (const answer of [
      uow.commands.setUsername({ username: "x1" }),
      uow.commands.revokeOtherSessions(),
      uow.commands.createAccount({ name: "Eve", role: "user" }),
      uow.commands.activateAccount({ id: bob.id }),
      uow.commands.grantRole({ id: bob.id, role: "user" }),
    ]) {
      const closed: { readonly isErr: () => boolean; readonly _unsafeUnwrapErr: () => { readonly code: string } } = await answer;
      expect(closed._unsafeUnwrapErr().code).toBe("unit-closed");
    }
  });

  test("are run again from fresh reads when they lose a race, and one effect is left of each", async () => {
    const { on, ada, bob } = await two();
    const scopes = Array.from({ length: 5 }, (_, index) => `team ${index}`);
    const answers = await Promise.all(scopes.map((scope) => ada.commands.grantRole({ id: bob.id, role: "user", scope })));
    expect(answers.map(codeOf)).toEqual(scopes.map(() => "ok"));
    expect(
      (await ada.queries.account({ id: bob.id }))
        ._unsafeUnwrap()
        .roles.map(({ scope }) => scope)
        .sort(),
    ).toEqual([null, ...scopes].sort());
    expect(on.heard).toEqual(scopes.map(() => "role-granted"));
  });

  test("in a unit of the host's own, which does not run again, tell it that somebody was faster", async () => {
    const { on, ada, bob } = await two();
    await using uow = ada.doors.unitOfWork();
    expect(codeOf(await uow.commands.suspendAccount({ id: bob.id }))).toBe("ok");
    await arrange(on, bob.id, (account) => account.grant("admin")._unsafeUnwrap());
    expect(codeOf(await uow.commit())).toBe("concurrency-conflict");
    expect(await lives(on, bob)).toBe(true);
  });

  test("are no way to prove anything or to start a session", async () => {
    const { ada } = await two();
    const commands: object = ada.doors.unitOfWork().commands;
    for (const name of [
      "signUp",
      "logIn",
      "completeLogIn",
      "refresh",
      "logOut",
      "changePassword",
      "activateOwn",
      "deactivateOwn",
      "revokeSession",
    ]) {
      expect(name in commands).toBe(false);
    }
  });
});

describe("a command that is sent twice", () => {
  test("in a transaction with the host's own aggregates has one effect", async () => {
    const { on, ada } = await two();
    const run = () =>
      ada.doors.transact(
        async function* ({ uow }) {
          yield* uow.planets.create({ name: "Mars" });
          const { userId } = yield* uow.commands.createAccount({ name: "Eve", role: "user" });
          return ok(userId);
        },
        { commandId: "command 1" },
      );
    const first = (await run())._unsafeUnwrap();
    expect((await run())._unsafeUnwrap()).toBe(first);
    expect(on.heard.filter((type) => type === "planet-formed")).toHaveLength(1);
    expect(await people(on)).toEqual([3, 3]);
  });

  test("is known by its actor: another's of the same id is another's", async () => {
    const { on, ada, bob } = await two();
    const job = on.application.as(systemActor("job")._unsafeUnwrap());
    const options = { commandId: "command 1" };
    expect(codeOf(await ada.commands.suspendAccount({ id: bob.id }, options))).toBe("ok");
    expect(codeOf(await job.commands.activateAccount({ id: bob.id }, options))).toBe("ok");
    expect(codeOf(await ada.commands.suspendAccount({ id: bob.id }, options))).toBe("ok");
    expect(on.heard).toEqual(["account-suspended", "account-activated"]);
  });

  test("and was refused is not remembered: it may come off later", async () => {
    const { on, ada, bob } = await two();
    const options = { commandId: "command 1" };
    expect(codeOf(await bob.commands.suspendAccount({ id: ada.id }, options))).toBe("not-authorized");
    await arrange(on, bob.id, (account) => account.grant("super-admin")._unsafeUnwrap());
    expect(codeOf(await bob.commands.suspendAccount({ id: ada.id }, options))).toBe("ok");
  });
});
