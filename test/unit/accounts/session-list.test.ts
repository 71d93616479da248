import { describe, expect, test } from "vitest";
import { codeOf } from "../../support/codes.js";
import { arrange, historyOf, lives, loggedIn, MINUTE, OTHER_PASSWORD, PASSWORD, refresh, signedUp, world } from "./world.js";
import type { Somebody } from "./world.js";

describe("logging out", () => {
  test("ends the own session, once; the others go on", async () => {
    const on = world();
    const [ada, there] = [await signedUp(on, "ada"), await loggedIn(on, "ada@example.com")];
    on.heard.length = 0;
    expect(codeOf(await ada.commands.logOut())).toBe("ok");
    expect(on.heard).toEqual(["session-revoked"]);
    expect(codeOf(await ada.commands.logOut())).toBe("ok");
    expect(on.heard).toEqual(["session-revoked"]);
    expect([await lives(on, ada), await lives(on, there)]).toEqual([false, true]);
    expect(codeOf(await refresh(on, ada.tokens.refreshToken))).toBe("refresh-token-invalid");
    expect(await historyOf(on, "session", ada.tokens.sessionId)).toEqual([]);
  });

  test("takes a refresh token instead, the current one or an old one, from anybody who has it", async () => {
    const on = world();
    const [ada, there] = [await signedUp(on, "ada"), await loggedIn(on, "ada@example.com")];
    expect(codeOf(await refresh(on, there.tokens.refreshToken))).toBe("ok");
    on.clock.advance(MINUTE);
    const { commands } = on.application;
    for (const { tokens } of [ada, there]) {
      expect(codeOf(await commands.logOut({ refreshToken: tokens.refreshToken }))).toBe("ok");
      expect(codeOf(await commands.logOut({ refreshToken: tokens.refreshToken }))).toBe("ok");
    }
    expect([await lives(on, ada), await lives(on, there)]).toEqual([false, false]);
    expect(on.heard.filter((type) => type === "session-revoked")).toHaveLength(2);
  });

  test("ends nothing by what is no refresh token, and needs to know whose session it is", async () => {
    const on = world();
    const ada = await signedUp(on, "ada");
    for (const refreshToken of ["", "none", ada.tokens.accessToken]) expect(codeOf(await ada.commands.logOut({ refreshToken }))).toBe("ok");
    expect(await lives(on, ada)).toBe(true);
    expect(codeOf(await on.application.commands.logOut())).toBe("not-authenticated");
    expect(codeOf(await on.application.tenant("b").commands.logOut({ refreshToken: ada.tokens.refreshToken }))).toBe("ok");
    expect(await lives(on, ada)).toBe(true);
  });
});

describe("the sessions of a user", () => {
  test("are listed, the last used first, with the one that asks among them", async () => {
    const on = world();
    const ada = await signedUp(on, "ada");
    on.clock.advance(MINUTE);
    const tokens = (await on.application.commands.logIn({ username: "ada", password: PASSWORD, device: "Phone 🪐" }))._unsafeUnwrap();
    if (tokens.status !== "signed-in") throw new Error(tokens.status);
    await signedUp(on, "eve");
    const at = new Date(on.clock.now()).toISOString();
    const sessions = (await ada.commands.listSessions())._unsafeUnwrap();
    expect(sessions).toMatchObject([
      { id: tokens.sessionId, device: "Phone 🪐", methods: ["password"], startedAt: at, lastUsedAt: at, current: false },
      { id: ada.tokens.sessionId, device: null, current: true },
    ]);
    expect(JSON.stringify(sessions)).not.toMatch(/account|securityVersion|[0-9a-f]{64}/);
    on.clock.advance(MINUTE);
    expect(codeOf(await refresh(on, ada.tokens.refreshToken))).toBe("ok");
    expect((await ada.commands.listSessions())._unsafeUnwrap().map(({ current }) => current)).toEqual([true, false]);
  });

  test("can be ended by their owner one by one, and by nobody else", async () => {
    const on = world();
    const [ada, there, eve] = [await signedUp(on, "ada"), await loggedIn(on, "ada@example.com"), await signedUp(on, "eve")];
    on.heard.length = 0;
    const ending = (by: Somebody, { tokens }: Pick<Somebody, "tokens">) => by.commands.revokeSession({ sessionId: tokens.sessionId });
    expect(codeOf(await ending(eve, ada))).toBe("session-not-found");
    expect(on.heard).toEqual([]);
    expect(codeOf(await ending(ada, there))).toBe("ok");
    expect(codeOf(await ending(ada, there))).toBe("session-not-found");
    expect(on.heard).toEqual(["session-revoked"]);
    expect([await lives(on, there), await lives(on, ada), await lives(on, eve)]).toEqual([false, true, true]);
    expect(codeOf(await ending(ada, ada))).toBe("ok");
    expect(codeOf(await ending(ada, ada))).toBe("not-authenticated");
  });

  test("can be ended at once, all but the one that asks, which goes on and can be refreshed", async () => {
    const on = world();
    const [one, two, three] = [await signedUp(on, "ada"), await loggedIn(on, "ada@example.com"), await loggedIn(on, "ada@example.com")];
    on.heard.length = 0;
    expect(codeOf(await two.commands.revokeOtherSessions())).toBe("ok");
    expect(on.heard).toEqual(["sessions-ended"]);
    expect([await lives(on, one), await lives(on, two), await lives(on, three)]).toEqual([false, true, false]);
    const next = (await refresh(on, two.tokens.refreshToken))._unsafeUnwrap();
    expect(codeOf(await on.application.authenticate(next.accessToken))).toBe("ok");
    const four = await loggedIn(on, "ada@example.com");
    expect(codeOf(await four.commands.revokeOtherSessions())).toBe("ok");
    expect([await lives(on, four), codeOf(await refresh(on, next.refreshToken))]).toEqual([true, "refresh-token-invalid"]);
  });

  test.each(["suspend", "deactivate", "close"] as const)(
    "end with what comes to %s, and do not come back with the account",
    async (end) => {
      const on = world();
      const ada = await signedUp(on, "ada");
      await arrange(on, ada.id, (account) => account[end]()._unsafeUnwrap());
      expect(await lives(on, ada)).toBe(false);
      expect(codeOf(await refresh(on, ada.tokens.refreshToken))).toBe("refresh-token-invalid");
      if (end === "close") return;
      await arrange(on, ada.id, (account) => account.activate()._unsafeUnwrap());
      expect(await lives(on, ada)).toBe(false);
      await loggedIn(on, ada.email);
    },
  );

  test("end with the user, and when a credential or the password of his is changed by somebody else", async () => {
    const on = world();
    const ada = await signedUp(on, "ada");
    const change = async (what: (user: Awaited<ReturnType<typeof read>>["user"]) => unknown) => {
      const { users, user } = await read();
      await what(user);
      expect(codeOf(await users.save(user))).toBe("ok");
    };
    const read = async () => {
      const users = on.application.users();
      return { users, user: (await users.read({ id: ada.id }))._unsafeUnwrap() };
    };
    await change((user) => user.enrol("fob", "1"));
    expect(await lives(on, ada)).toBe(true);
    await change((user) => user.removeCredential(user.credentials.find(({ kind }) => kind === "fob")?.id ?? ""));
    expect(await lives(on, ada)).toBe(false);
    const again = await loggedIn(on, ada.email);
    await change((user) => user.setPassword(OTHER_PASSWORD));
    expect(await lives(on, again)).toBe(false);
    const third = await loggedIn(on, ada.email, OTHER_PASSWORD);
    await change((user) => user.remove());
    expect(await lives(on, third)).toBe(false);
  });
});
