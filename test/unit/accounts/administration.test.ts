import { describe, expect, test } from "vitest";
import { systemActor } from "denizen";
import { codeOf } from "../../support/codes.js";
import { arrange, historyOf, holding, lives, loggedIn, OTHER_PASSWORD, PASSWORD, people, signedUp, stored, world } from "./world.js";

/** Ada administers, Bob is below her. */
const two = async (accounts = {}) => {
  const on = world(accounts);
  const [ada, bob] = [await holding(on, "ada", "admin"), await signedUp(on, "bob")];
  on.heard.length = 0;
  return { on, ada, bob };
};

describe("an administrator", () => {
  test("creates users with an active account, a role below his own and everything that a user may have", async () => {
    const { on, ada } = await two();
    const input = {
      name: "Eve",
      username: "eve",
      emails: ["eve@example.com"],
      phones: ["+34600123456"],
      password: PASSWORD,
      role: "user",
    } as const;
    const { userId } = (await ada.commands.createAccount(input))._unsafeUnwrap();
    expect((await ada.queries.account({ id: userId }))._unsafeUnwrap()).toMatchObject({
      status: "active",
      username: "eve",
      roles: [{ role: "user" }],
    });
    await loggedIn(on, "eve@example.com");
    const [opened] = (await on.store.history("default", { kind: "account", id: userId }))._unsafeUnwrap();
    expect(opened?.metadata.actor).toBe(`user:${ada.id}`);
    expect((await ada.commands.createAccount({ name: "Own id", role: "user" }, { id: "4711" }))._unsafeUnwrap()).toEqual({
      userId: "4711",
    });
  });

  test.each<[object, string]>([
    [{ role: "admin" }, "not-authorized"],
    [{ role: "emperor" }, "not-authorized"],
    [{ role: undefined }, "invalid-argument"],
    [{ role: ["user"] }, "invalid-argument"],
    [{ emails: ["bob@example.com"] }, "email-taken"],
    [{ username: "bob" }, "username-taken"],
    [{ name: "" }, "name-invalid"],
    [{ password: "short" }, "password-rejected"],
  ])("creates nobody with %j", async (input, code) => {
    const { on, ada } = await two();
    expect(codeOf(await ada.commands.createAccount({ name: "Eve", role: "user", ...input }))).toBe(code);
    expect([await people(on), on.heard]).toEqual([[2, 2], []]);
  });

  test("creates nobody with an id that is none", async () => {
    const { on, ada } = await two();
    expect(codeOf(await ada.commands.createAccount({ name: "Eve", role: "user" }, { id: "no id" }))).toBe("user-id-invalid");
    expect([await people(on), on.heard]).toEqual([[2, 2], []]);
  });

  test("creates once what is sent twice, and is given the same answer", async () => {
    const { on, ada } = await two();
    const create = (name: string) => ada.commands.createAccount({ name, role: "user" }, { commandId: "command 1" });
    const first = (await create("Eve"))._unsafeUnwrap();
    expect((await create("Eve"))._unsafeUnwrap()).toEqual(first);
    expect(await people(on)).toEqual([3, 3]);
    const all = await Promise.all(
      Array.from({ length: 10 }, () => ada.commands.createAccount({ name: "Zoe", role: "user" }, { commandId: "command 2" })),
    );
    expect(new Set(all.map((one) => one._unsafeUnwrap().userId)).size).toBe(1);
    expect(await people(on)).toEqual([4, 4]);
  });

  test("suspends with a reason, which the log alone keeps, and whose subject can be erased", async () => {
    const { on, ada, bob } = await two();
    expect(codeOf(await ada.commands.suspendAccount({ id: bob.id, reason: "spam" }))).toBe("ok");
    expect(codeOf(await ada.commands.suspendAccount({ id: bob.id, reason: "again" }))).toBe("ok");
    expect(on.heard).toEqual(["account-suspended"]);
    expect(await lives(on, bob)).toBe(false);
    const events = (await on.store.history("default", { kind: "account", id: bob.id }))._unsafeUnwrap();
    expect(events.at(-1)).toMatchObject({ type: "account-suspended", subject: bob.id, personal: { reason: "spam" }, payload: {} });
    expect(JSON.stringify((await ada.queries.account({ id: bob.id }))._unsafeUnwrap())).not.toContain("spam");
    expect(codeOf(await ada.commands.activateAccount({ id: bob.id }))).toBe("ok");
    await loggedIn(on, bob.email);
  });

  test.each(["", "x".repeat(1001), 1, {}, "\ud800"])("suspends nobody for the reason %j", async (reason) => {
    const { on, ada, bob } = await two();
    // What the types forbid is part of what is tested.
    expect(codeOf(await ada.commands.suspendAccount({ id: bob.id, reason: reason as string }))).toBe("invalid-argument");
    expect(on.heard).toEqual([]);
  });

  test("activates who waits, has left, or was suspended", async () => {
    const on = world({ activation: "administrator" });
    const { commands } = on.application.as(systemActor("job")._unsafeUnwrap());
    const { userId: id } = (await on.application.commands.signUp({ name: "Bob", username: "bob", password: PASSWORD }))._unsafeUnwrap() as {
      userId: string;
    };
    const logIn = async () => codeOf(await on.application.commands.logIn({ username: "bob", password: PASSWORD }));
    expect([await logIn(), codeOf(await commands.activateAccount({ id })), await logIn()]).toEqual(["account-pending", "ok", "ok"]);
    expect(codeOf(await on.application.commands.deactivateOwn({ username: "bob", password: PASSWORD }))).toBe("ok");
    expect([codeOf(await commands.activateAccount({ id })), await logIn()]).toEqual(["ok", "ok"]);
    expect(codeOf(await commands.suspendAccount({ id }))).toBe("ok");
    expect([codeOf(await commands.activateAccount({ id })), codeOf(await commands.activateAccount({ id })), await logIn()]).toEqual([
      "ok",
      "ok",
      "ok",
    ]);
  });

  test("gives and takes roles, which count at once, in the session that is open", async () => {
    const { on, bob } = await two();
    const eve = await holding(on, "eve", "super-admin");
    const holdings = async () =>
      (await bob.commands.currentAccount())._unsafeUnwrap().roles.map(({ role, scope }) => `${role}@${String(scope)}`);
    expect(codeOf(await eve.commands.grantRole({ id: bob.id, role: "admin", scope: "red" }))).toBe("ok");
    expect([await holdings(), codeOf(await bob.queries.accounts())]).toEqual([["user@null", "admin@red"], "not-authorized"]);
    expect(codeOf(await eve.commands.grantRole({ id: bob.id, role: "admin" }))).toBe("ok");
    expect(codeOf(await bob.queries.accounts())).toBe("ok");
    expect(codeOf(await eve.commands.revokeRole({ id: bob.id, role: "admin" }))).toBe("ok");
    expect([await holdings(), codeOf(await bob.queries.accounts())]).toEqual([["user@null", "admin@red"], "not-authorized"]);
    expect(codeOf(await eve.commands.revokeRole({ id: bob.id, role: "user", scope: "red" }))).toBe("ok");
    expect(await holdings()).toEqual(["user@null", "admin@red"]);
    // The lists of an administrator of one scope are nobody's; its people are.
    const zoe = await holding(on, "zoe", "user", "red");
    expect(codeOf(await bob.commands.suspendAccount({ id: zoe.id }))).toBe("ok");
    expect(codeOf(await bob.commands.suspendAccount({ id: eve.id }))).toBe("not-authorized");
    expect(await lives(on, bob)).toBe(true);
  });

  test.each(["", "x".repeat(256), 1, {}, "\ud800"])("gives no role in the scope %j", async (scope) => {
    const { on, ada, bob } = await two();
    // What the types forbid is part of what is tested.
    expect(codeOf(await ada.commands.grantRole({ id: bob.id, role: "user", scope: scope as string }))).toBe("invalid-argument");
    expect(on.heard).toEqual([]);
  });

  test("who demotes himself in another's session, or is demoted meanwhile, is one no more", async () => {
    const { on, ada, bob } = await two();
    await arrange(on, ada.id, (account) => account.revoke("admin")._unsafeUnwrap());
    expect(codeOf(await ada.commands.suspendAccount({ id: bob.id }))).toBe("not-authorized");
    expect(codeOf(await ada.commands.currentAccount())).toBe("ok");
  });

  test("and the host's software are told of roles that there are not; the software alone, of the others nobody is above", async () => {
    const { on, ada, bob } = await two();
    const { commands } = on.application.as(systemActor("job")._unsafeUnwrap());
    // What the types forbid is what is tested.
    const input = { id: bob.id, role: "emperor" as "user" };
    expect([codeOf(await ada.commands.grantRole(input)), codeOf(await commands.grantRole(input))]).toEqual([
      "not-authorized",
      "role-unknown",
    ]);
    expect(codeOf(await commands.createAccount({ name: "Eve", role: "emperor" as "user" }))).toBe("role-unknown");
    expect([await people(on), on.heard]).toEqual([[2, 2], []]);
  });
});

describe("who is no administrator", () => {
  test("is told the same, word for word, of accounts that there are and of accounts that there are not", async () => {
    const { on, ada, bob } = await two({ setAccountPassword: true });
    const eve = await holding(on, "eve", "admin", "red");
    for (const by of [bob, eve]) {
      for (const run of [
        (id: string) => by.commands.suspendAccount({ id }),
        (id: string) => by.commands.activateAccount({ id }),
        (id: string) => by.commands.grantRole({ id, role: "user" }),
        (id: string) => by.commands.revokeRole({ id, role: "admin", scope: "red" }),
        (id: string) => by.commands.setAccountPassword({ id, password: OTHER_PASSWORD }),
        (id: string) => by.queries.account({ id }),
        (id: string) => by.queries.profile({ id }),
      ]) {
        const [existing, missing]: unknown[] = [(await run(ada.id))._unsafeUnwrapErr(), (await run("nobody"))._unsafeUnwrapErr()];
        expect(existing).toMatchObject({ code: "not-authorized" });
        expect(missing).toEqual(existing);
      }
    }
  });
});

describe("a password that an administrator chooses", () => {
  test("is none where the setting is off, for anybody", async () => {
    const { on, ada, bob } = await two();
    const input = { id: bob.id, password: OTHER_PASSWORD };
    const refused = await ada.commands.setAccountPassword(input);
    expect(refused._unsafeUnwrapErr()).toMatchObject({ code: "command-disabled", command: "setAccountPassword" });
    expect(codeOf(await on.application.as(systemActor("job")._unsafeUnwrap()).commands.setAccountPassword(input))).toBe("command-disabled");
    expect(await lives(on, bob)).toBe(true);
  });

  test("ends all sessions of who has it, keeps to the rules, and tells nobody what it is", async () => {
    const { on, ada, bob } = await two({ setAccountPassword: true });
    expect(codeOf(await ada.commands.setAccountPassword({ id: bob.id, password: "short" }))).toBe("password-rejected");
    expect(codeOf(await ada.commands.setAccountPassword({ id: bob.id, password: "bob@example.com" }))).toBe("password-rejected");
    expect(await lives(on, bob)).toBe(true);
    expect(codeOf(await ada.commands.setAccountPassword({ id: bob.id, password: OTHER_PASSWORD }))).toBe("ok");
    expect([await lives(on, bob), await lives(on, ada)]).toEqual([false, true]);
    expect(codeOf(await on.application.commands.logIn({ email: bob.email, password: PASSWORD }))).toBe("invalid-credentials");
    await loggedIn(on, bob.email, OTHER_PASSWORD);
    expect(JSON.stringify([await on.store.history("default", { kind: "user", id: bob.id }), await stored(on, bob.id)])).not.toContain(
      "horse",
    );
  });

  test("ends them also where it is the first one", async () => {
    const { on, ada } = await two({ setAccountPassword: true });
    await using users = on.application.users();
    const created = await ada.commands.createAccount({ name: "Eve", emails: ["eve@example.com"], role: "user" });
    const eve = (await users.read({ id: created._unsafeUnwrap().userId }))._unsafeUnwrap();
    (await eve.enrol("face", "hers"))._unsafeUnwrap();
    expect(codeOf(await users.save(eve))).toBe("ok");
    const session = (await on.application.commands.logIn({ email: "eve@example.com", face: "hers" }))._unsafeUnwrap();
    if (session.status !== "signed-in") throw new Error(session.status);
    expect(codeOf(await ada.commands.setAccountPassword({ id: eve.id, password: OTHER_PASSWORD }))).toBe("ok");
    expect(codeOf(await on.application.authenticate(session.accessToken))).toBe("access-token-invalid");
    expect(await historyOf(on, "account", eve.id)).toEqual(["account-opened", "sessions-ended"]);
  });
});
