import { describe, expect, test } from "vitest";
import { isDomainError } from "denizen";
import type { AccountState, AccountStatus, Result } from "denizen";
import { codeOf } from "../../support/codes.js";
import { arrange, historyOf, holding, inStatus, loggedIn, PASSWORD, signedUp, stored, world } from "./world.js";
import type { World } from "./world.js";

const superAdmin = (id: string) => ({ id, role: "super-admin" }) as const;
const holders = async ({ application }: World) => {
  await using uow = application.unitOfWork();
  return (await uow.roleHolders.get("super-admin"))._unsafeUnwrap().accounts;
};
/** Why a subscriber inside the transaction said no. */
const reasonOf = (result: Result<unknown, { readonly code: string; readonly reason?: unknown }>): string => {
  const { code, reason } = result._unsafeUnwrapErr();
  return isDomainError(reason) ? reason.code : code;
};

describe("bootstrap", () => {
  test("makes the first super administrator of a user who has signed up, in whose session that counts at once", async () => {
    const on = world();
    const ada = await signedUp(on, "ada");
    expect(codeOf(await ada.queries.accounts())).toBe("not-authorized");
    on.heard.length = 0;
    expect(codeOf(await on.application.bootstrap.grant(superAdmin(ada.id)))).toBe("ok");
    expect(on.heard).toEqual(["role-granted", "role-holder-added"]);
    expect(codeOf(await ada.queries.accounts())).toBe("ok");
    expect(await holders(on)).toEqual([ada.id]);
    const [, event] = (await on.store.history("default", { kind: "account", id: ada.id }))._unsafeUnwrap();
    expect(event?.metadata.actor).toBe("system:bootstrap");
  });

  test("grants what is held already without any event", async () => {
    const on = world();
    const ada = await signedUp(on, "ada");
    expect(codeOf(await on.application.bootstrap.grant(superAdmin(ada.id)))).toBe("ok");
    const before = await stored(on, ada.id);
    expect(codeOf(await on.application.bootstrap.grant(superAdmin(ada.id)))).toBe("ok");
    expect(await stored(on, ada.id)).toEqual(before);
    expect(await holders(on)).toEqual([ada.id]);
  });

  test("opens an active account for a user who has none", async () => {
    const on = world();
    await using users = on.application.users();
    const user = (await users.create({ name: "Ada", emails: ["ada@example.com"], password: PASSWORD }))._unsafeUnwrap();
    expect(codeOf(await users.save(user))).toBe("ok");
    expect(codeOf(await on.application.commands.logIn({ email: "ada@example.com", password: PASSWORD }))).toBe("account-missing");
    expect(codeOf(await on.application.bootstrap.grant(superAdmin(user.id)))).toBe("ok");
    expect(await historyOf(on, "account", user.id)).toEqual(["account-opened", "role-granted"]);
    const ada = await loggedIn(on, "ada@example.com");
    expect((await ada.commands.currentAccount())._unsafeUnwrap().roles).toMatchObject([{ role: "super-admin", scope: null }]);
  });

  test("knows users and protected roles alone", async () => {
    const on = world();
    const ada = await signedUp(on, "ada");
    const { bootstrap } = on.application;
    expect(codeOf(await bootstrap.grant(superAdmin("nobody")))).toBe("user-not-found");
    expect(codeOf(await bootstrap.revoke(superAdmin("nobody")))).toBe("account-not-found");
    for (const role of ["admin", "user", "emperor", "constructor", ""]) {
      // What the types forbid is what is tested.
      expect(codeOf(await bootstrap.grant({ id: ada.id, role: role as "admin" }))).toBe("role-unknown");
      expect(codeOf(await bootstrap.revoke({ id: ada.id, role: role as "admin" }))).toBe("role-unknown");
    }
    await using users = on.application.users();
    expect(users.remove((await users.read({ id: ada.id }))._unsafeUnwrap()).isOk()).toBe(true);
    expect(codeOf(await users.save())).toBe("ok");
    expect(codeOf(await bootstrap.grant(superAdmin(ada.id)))).toBe("user-not-found");
  });

  test("revokes, unless nobody else holds the role", async () => {
    const on = world();
    const [ada, bob] = [await signedUp(on, "ada"), await signedUp(on, "bob")];
    const { bootstrap } = on.application;
    expect(codeOf(await bootstrap.grant(superAdmin(ada.id)))).toBe("ok");
    expect(codeOf(await bootstrap.revoke(superAdmin(bob.id)))).toBe("ok");
    const refused = await bootstrap.revoke(superAdmin(ada.id));
    expect(refused._unsafeUnwrapErr()).toMatchObject({
      code: "vetoed",
      subscriber: "declared",
      reason: { code: "last-role-holder", role: "super-admin" },
    });
    expect(codeOf(await bootstrap.grant(superAdmin(bob.id)))).toBe("ok");
    expect(codeOf(await bootstrap.revoke(superAdmin(ada.id)))).toBe("ok");
    expect(codeOf(await bootstrap.revoke(superAdmin(ada.id)))).toBe("ok");
    expect(reasonOf(await bootstrap.revoke(superAdmin(bob.id)))).toBe("last-role-holder");
    expect(await holders(on)).toEqual([bob.id]);
    expect(codeOf(await ada.queries.accounts())).toBe("not-authorized");
  });

  test("leaves one holder when two are revoked at once, whoever wins", async () => {
    for (let round = 0; round < 50; round++) {
      const on = world();
      const ids = [(await signedUp(on, "ada")).id, (await signedUp(on, "bob")).id];
      for (const id of ids) expect(codeOf(await on.application.bootstrap.grant(superAdmin(id)))).toBe("ok");
      const answers = await Promise.all(ids.map((id) => on.application.bootstrap.revoke(superAdmin(id))));
      expect(answers.filter((answer) => answer.isOk())).toHaveLength(1);
      expect(answers.filter((answer) => answer.isErr()).map(reasonOf)).toEqual(["last-role-holder"]);
      expect(await holders(on)).toHaveLength(1);
      const states = await Promise.all(ids.map(async (id) => (await stored(on, id))?.state as AccountState));
      expect(states.filter(({ grants }) => grants.some(({ role }) => role === "super-admin"))).toHaveLength(1);
    }
  });

  test("makes one of each of several at once", async () => {
    const on = world();
    const ids = await Promise.all(["ada", "bob", "eve"].map(async (name) => (await signedUp(on, name)).id));
    const answers = await Promise.all([...ids, ...ids].map((id) => on.application.bootstrap.grant(superAdmin(id))));
    expect(answers.map(codeOf)).toEqual(Array(6).fill("ok"));
    expect([...(await holders(on))].sort()).toEqual([...ids].sort());
  });
});

describe("a super administrator", () => {
  const keepers = async () => {
    const on = world();
    const [ada, bob] = [await holding(on, "ada", "super-admin"), await holding(on, "bob", "super-admin")];
    return { on, ada, bob };
  };

  test("is suspended, deactivated and removed by nobody: not by another one, himself, or the host's own rules", async () => {
    const { on, ada, bob } = await keepers();
    expect(codeOf(await ada.commands.suspendAccount({ id: bob.id }))).toBe("not-authorized");
    expect(codeOf(await ada.commands.revokeRole({ id: bob.id, role: "super-admin" }))).toBe("not-authorized");
    expect(codeOf(await bob.commands.deactivateOwn({ email: bob.email, password: PASSWORD }))).toBe("account-protected");
    await using uow = on.application.unitOfWork();
    const account = (await uow.accounts.get(bob.id))._unsafeUnwrap();
    expect([account.suspend(), account.deactivate(), account.close()].map(codeOf)).toEqual(Array(3).fill("account-protected"));
    expect((await stored(on, bob.id))?.version).toBe(3);
  });

  test("stays a user: removing him is vetoed, and he is there as before", async () => {
    const { on, bob } = await keepers();
    await using users = on.application.users();
    expect(users.remove((await users.read({ id: bob.id }))._unsafeUnwrap()).isOk()).toBe(true);
    const refused = await users.save();
    expect(refused._unsafeUnwrapErr()).toMatchObject({ code: "vetoed", subscriber: "declared", reason: { code: "account-protected" } });
    expect(codeOf(await bob.commands.currentAccount())).toBe("ok");
    await loggedIn(on, bob.email);
  });

  test("can be suspended and removed when he is one no more", async () => {
    const { on, ada, bob } = await keepers();
    expect(codeOf(await on.application.bootstrap.revoke(superAdmin(bob.id)))).toBe("ok");
    expect(codeOf(await ada.commands.suspendAccount({ id: bob.id }))).toBe("ok");
    await using users = on.application.users();
    expect(users.remove((await users.read({ id: bob.id }))._unsafeUnwrap()).isOk()).toBe(true);
    expect(codeOf(await users.save())).toBe("ok");
    expect((await stored(on, bob.id))?.state).toMatchObject({ closedAt: "2026-01-01T00:00:00.000Z" });
  });

  test("is counted when a rule of the host's has made him one, and cannot be opened as one past that rule", async () => {
    const on = world();
    const ada = await signedUp(on, "ada");
    await arrange(on, ada.id, (account) => account.grant("super-admin")._unsafeUnwrap());
    expect(await holders(on)).toEqual([ada.id]);
    await using uow = on.application.unitOfWork();
    const user = (await uow.users.create({ name: "Bob" }))._unsafeUnwrap();
    const opened = await uow.accounts.create({ status: "active", role: "super-admin" }, { id: user.id });
    // Refused, or counted with the others; only not left out.
    if (opened.isOk()) {
      expect(codeOf(await uow.commit())).toBe("ok");
      expect(await holders(on)).toContain(user.id);
    }
  });

  test.each<Exclude<AccountStatus, "active">>(["deactivated", "suspended", "pending"])(
    "is never one whose account is %s: who becomes one can log in from then on",
    async (status) => {
      const on = world({ activation: status === "pending" ? "administrator" : "immediate" });
      const input = { name: "Ada", emails: ["ada@example.com"], password: PASSWORD };
      const { id } =
        status === "pending"
          ? { id: ((await on.application.commands.signUp(input))._unsafeUnwrap() as { userId: string }).userId }
          : await inStatus(on, "ada", status);
      const granted = await on.application.bootstrap.grant(superAdmin(id));
      // Refused, or lifted with the grant; only not left in a state that nobody may end.
      if (granted.isOk()) expect(codeOf(await on.application.commands.logIn({ email: "ada@example.com", password: PASSWORD }))).toBe("ok");
    },
  );
});
