import { describe, expect, test } from "vitest";
import { codeOf } from "../../support/codes.js";
import { arrange, historyOf, inStatus, lives, loggedIn, OTHER_PASSWORD, PASSWORD, refresh, signedUp, stored, world } from "./world.js";
import type { World } from "./world.js";

const logIn = async ({ application }: World, email: string, password: string) =>
  codeOf(await application.commands.logIn({ email, password }));
const status = async (on: World, id: string) => (await on.store.queries.account("default", id))._unsafeUnwrap()?.status;

describe("changing the password", () => {
  test("takes the current one; all other sessions end with it, and the one that asks goes on", async () => {
    const on = world();
    const [ada, there] = [await signedUp(on, "ada"), await loggedIn(on, "ada@example.com")];
    on.heard.length = 0;
    expect(codeOf(await ada.commands.changePassword({ current: PASSWORD, next: OTHER_PASSWORD }))).toBe("ok");
    expect(on.heard).toEqual(["proof-succeeded", "password-changed", "sessions-ended"]);
    expect([await lives(on, ada), await lives(on, there)]).toEqual([true, false]);
    expect([await logIn(on, ada.email, PASSWORD), await logIn(on, ada.email, OTHER_PASSWORD)]).toEqual(["invalid-credentials", "ok"]);
    const next = (await refresh(on, ada.tokens.refreshToken))._unsafeUnwrap();
    expect(codeOf(await on.application.authenticate(next.accessToken))).toBe("ok");
    expect(codeOf(await refresh(on, there.tokens.refreshToken))).toBe("refresh-token-invalid");
    expect((await stored(on, ada.id))?.state).toMatchObject({ securityVersion: 2, sparedSession: ada.tokens.sessionId });
  });

  test.each<[string, unknown, unknown, string]>([
    ["a wrong current one", "wrong", OTHER_PASSWORD, "invalid-credentials"],
    ["no current one", undefined, OTHER_PASSWORD, "invalid-credentials"],
    ["the same again", PASSWORD, PASSWORD, "password-unchanged"],
    ["one that is too short", PASSWORD, "short", "password-rejected"],
    ["one that everybody has", PASSWORD, "password1", "password-rejected"],
    ["the user's own address", PASSWORD, "ada@example.com", "password-rejected"],
    ["no new one", PASSWORD, undefined, "password-rejected"],
  ])("with %s changes nothing", async (_, current, next, code) => {
    const on = world();
    const [ada, there] = [await signedUp(on, "ada"), await loggedIn(on, "ada@example.com")];
    // What the types forbid is part of what is tested.
    expect(codeOf(await ada.commands.changePassword({ current, next } as { current: string; next: string }))).toBe(code);
    expect([await lives(on, ada), await lives(on, there), await logIn(on, ada.email, PASSWORD)]).toEqual([true, true, "ok"]);
    expect(await historyOf(on, "account", ada.id)).toEqual(["account-opened"]);
  });

  test("counts as a guess: whoever holds the session alone cannot try all passwords", async () => {
    const on = world();
    const ada = await signedUp(on, "ada");
    const change = async (current: string) => codeOf(await ada.commands.changePassword({ current, next: OTHER_PASSWORD }));
    for (let count = 0; count < 5; count++) expect(await change("wrong")).toBe("invalid-credentials");
    expect(await change(PASSWORD)).toBe("too-many-attempts");
  });

  test("twice at once comes off once, and what holds then is what was answered ok", async () => {
    for (let round = 0; round < 20; round++) {
      const on = world();
      const ada = await signedUp(on, "ada");
      const wanted = ["first horse battery staple", "second horse battery staple"];
      const codes = (await Promise.all(wanted.map((next) => ada.commands.changePassword({ current: PASSWORD, next })))).map(codeOf);
      expect([...codes].sort()).toEqual(["invalid-credentials", "ok"]);
      const logIns = await Promise.all(wanted.map((password) => logIn(on, ada.email, password)));
      expect(logIns).toEqual(codes);
    }
  });
});

describe("the username", () => {
  test("is set and changed, and the old one is free then", async () => {
    const on = world();
    const [ada, eve] = [await signedUp(on, "ada"), await signedUp(on, "eve")];
    expect(codeOf(await ada.commands.setUsername({ username: "Countess" }))).toBe("ok");
    expect((await ada.commands.currentAccount())._unsafeUnwrap().username).toBe("countess");
    expect(codeOf(await eve.commands.setUsername({ username: "ada" }))).toBe("ok");
    expect(codeOf(await on.application.commands.logIn({ username: "countess", password: PASSWORD }))).toBe("ok");
  });

  test("that is taken, confusable, reserved or none is refused", async () => {
    const on = world();
    const [ada, eve] = [await signedUp(on, "ada"), await signedUp(on, "eve")];
    expect((await eve.commands.setUsername({ username: "ADA" }))._unsafeUnwrapErr()).toMatchObject({
      code: "username-taken",
      username: "ada",
    });
    expect(codeOf(await eve.commands.setUsername({ username: "аda" }))).toBe("username-confusable");
    for (const username of ["admin", "a b", "", "a@b", "+34600123456"]) {
      expect(codeOf(await eve.commands.setUsername({ username }))).toBe("username-invalid");
    }
    // What the types forbid is what is tested.
    expect(codeOf(await eve.commands.setUsername(undefined as never))).toBe("username-invalid");
    expect((await eve.commands.currentAccount())._unsafeUnwrap().username).toBe("eve");
    expect(codeOf(await ada.commands.setUsername({ username: "ada" }))).toBe("ok");
  });

  test("is set once by a command that is sent twice", async () => {
    const on = world();
    const [ada, eve] = [await signedUp(on, "ada"), await signedUp(on, "eve")];
    const set = (by: typeof ada, username: string) => by.commands.setUsername({ username }, { commandId: "command 1" });
    expect([codeOf(await set(ada, "countess")), codeOf(await set(ada, "someone"))]).toEqual(["ok", "ok"]);
    expect((await ada.commands.currentAccount())._unsafeUnwrap().username).toBe("countess");
    expect(codeOf(await set(eve, "someone"))).toBe("ok");
    expect((await eve.commands.currentAccount())._unsafeUnwrap().username).toBe("someone");
    // What the types forbid is what is tested.
    for (const commandId of ["", "x".repeat(256), 1, {}]) {
      expect(codeOf(await ada.commands.setUsername({ username: "ada" }, { commandId: commandId as string }))).toBe("invalid-argument");
    }
  });
});

describe("leaving", () => {
  test("ends all sessions, and returning brings none of them back", async () => {
    const on = world();
    const [ada, there] = [await signedUp(on, "ada"), await loggedIn(on, "ada@example.com")];
    const { commands } = on.application;
    const own = { email: ada.email, password: PASSWORD };
    expect(codeOf(await commands.deactivateOwn(own))).toBe("ok");
    expect([await status(on, ada.id), await lives(on, ada), await lives(on, there)]).toEqual(["deactivated", false, false]);
    expect(codeOf(await commands.logIn(own))).toBe("account-deactivated");
    expect(codeOf(await commands.deactivateOwn(own))).toBe("ok");
    expect(codeOf(await commands.activateOwn(own))).toBe("ok");
    expect(codeOf(await commands.activateOwn(own))).toBe("ok");
    expect([await status(on, ada.id), await lives(on, ada)]).toEqual(["active", false]);
    expect(codeOf(await commands.logIn(own))).toBe("ok");
    expect(await historyOf(on, "account", ada.id)).toEqual(["account-opened", "account-deactivated", "account-activated"]);
  });

  test("names its owner as the actor of what has happened, whoever's scope it was in", async () => {
    const on = world();
    const [ada, eve] = [await signedUp(on, "ada"), await signedUp(on, "eve")];
    expect(codeOf(await eve.commands.deactivateOwn({ email: ada.email, password: PASSWORD }))).toBe("ok");
    const events = (await on.store.history("default", { kind: "account", id: ada.id }))._unsafeUnwrap();
    expect(events.at(-1)).toMatchObject({ type: "account-deactivated", metadata: { actor: `user:${ada.id}` } });
    expect(await status(on, eve.id)).toBe("active");
  });

  test("and returning take the right password, which is counted", async () => {
    const on = world();
    const ada = await signedUp(on, "ada");
    const { commands } = on.application;
    for (const password of ["wrong", "", "another"])
      expect(codeOf(await commands.deactivateOwn({ username: "ada", password }))).toBe("invalid-credentials");
    for (const password of ["wrong", ""])
      expect(codeOf(await commands.activateOwn({ phone: "+34600123456", password }))).toBe("invalid-credentials");
    for (const password of ["wrong", ""])
      expect(codeOf(await commands.activateOwn({ identifier: "ada", password }))).toBe("invalid-credentials");
    expect(codeOf(await commands.deactivateOwn({ email: ada.email, password: PASSWORD }))).toBe("too-many-attempts");
    expect(await status(on, ada.id)).toBe("active");
  });

  test.each(["activateOwn", "deactivateOwn"] as const)("lifts no suspension: %s", async (name) => {
    const on = world();
    const ada = await inStatus(on, "ada", "suspended");
    expect(codeOf(await on.application.commands[name]({ email: ada.email, password: PASSWORD }))).toBe("account-suspended");
    expect(await status(on, ada.id)).toBe("suspended");
  });

  test.each(["own", "administrator"] as const)("is no way around an activation that is %s", async (activation) => {
    const on = world({ activation });
    const { userId } = (await on.application.commands.signUp({ name: "Ada", username: "ada", password: PASSWORD }))._unsafeUnwrap() as {
      userId: string;
    };
    const own = { username: "ada", password: PASSWORD };
    const { commands } = on.application;
    expect(codeOf(await commands.deactivateOwn(own))).toBe("account-pending");
    expect(codeOf(await commands.activateOwn(own))).toBe(activation === "own" ? "ok" : "account-pending");
    expect(await status(on, userId)).toBe(activation === "own" ? "active" : "pending");
  });

  test("is not for holders of a protected role, nor for users without an account", async () => {
    const on = world();
    const ada = await signedUp(on, "ada");
    await arrange(on, ada.id, (account) => account.grant("super-admin")._unsafeUnwrap());
    const { commands } = on.application;
    expect(codeOf(await commands.deactivateOwn({ username: "ada", password: PASSWORD }))).toBe("account-protected");
    await using users = on.application.users();
    const bare = (await users.create({ name: "Bare", username: "bare", password: PASSWORD }))._unsafeUnwrap();
    expect(codeOf(await users.save(bare))).toBe("ok");
    for (const name of ["activateOwn", "deactivateOwn"] as const) {
      expect(codeOf(await commands[name]({ username: "bare", password: PASSWORD }))).toBe("account-missing");
      expect(codeOf(await commands[name]({ username: "stranger", password: PASSWORD }))).toBe("invalid-credentials");
    }
  });
});

describe("the current account", () => {
  test("is what its owner is recognised by, and nothing secret", async () => {
    const on = world();
    const ada = await signedUp(on, "ada");
    const row = (await ada.commands.currentAccount())._unsafeUnwrap();
    expect(row).toEqual({
      id: ada.id,
      status: "active",
      roles: [{ role: "user", scope: null, grantedAt: "2026-01-01T00:00:00.000Z" }],
      openedAt: "2026-01-01T00:00:00.000Z",
      name: "ada",
      username: "ada",
      email: "ada@example.com",
      phone: null,
    });
  });

  test("is nobody's any more when its user was removed", async () => {
    const on = world();
    const ada = await signedUp(on, "ada");
    await using users = on.application.users();
    expect(users.remove((await users.read({ id: ada.id }))._unsafeUnwrap()).isOk()).toBe(true);
    expect(codeOf(await users.save())).toBe("ok");
    expect(codeOf(await ada.commands.currentAccount())).toBe("not-authenticated");
    expect(await historyOf(on, "account", ada.id)).toEqual(["account-opened", "account-closed"]);
    expect(await logIn(on, ada.email, PASSWORD)).toBe("invalid-credentials");
  });
});
