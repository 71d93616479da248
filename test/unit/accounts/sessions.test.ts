import { describe, expect, test } from "vitest";
import { codeOf } from "../../support/codes.js";
import { application } from "./table.js";
import { DAY, lives, MINUTE, PASSWORD, refresh, signedUp, world } from "./world.js";

describe("refreshing", () => {
  test("takes a token for the next pair: the new ones hold, the old ones do not after the grace", async () => {
    const on = world();
    const ada = await signedUp(on, "ada");
    on.clock.advance(MINUTE);
    on.heard.length = 0;
    const next = (await refresh(on, ada.tokens.refreshToken))._unsafeUnwrap();
    expect(on.heard).toEqual(["session-refreshed"]);
    expect(next).toMatchObject({ userId: ada.id, sessionId: ada.tokens.sessionId, sessionExpiresAt: ada.tokens.sessionExpiresAt });
    expect(next.refreshTokenExpiresAt).toBe(new Date(on.clock.now() + 7 * DAY).toISOString());
    expect(next).not.toHaveProperty("trustedDevice");
    expect(codeOf(await on.application.authenticate(next.accessToken))).toBe("ok");
    expect(codeOf(await on.application.authenticate(ada.tokens.accessToken))).toBe("ok");
    on.clock.advance(10_000);
    expect(codeOf(await on.application.authenticate(ada.tokens.accessToken))).toBe("access-token-invalid");
    expect(codeOf(await on.application.authenticate(next.accessToken))).toBe("ok");
  });

  test("within the grace gives the same pair again, and writes nothing", async () => {
    const on = world();
    const { tokens } = await signedUp(on, "ada");
    const all = await Promise.all(Array.from({ length: 5 }, () => refresh(on, tokens.refreshToken)));
    on.clock.advance(9_999);
    all.push(await refresh(on, tokens.refreshToken));
    const [first, ...others] = all.map((one) => one._unsafeUnwrap());
    for (const other of others) expect(other).toEqual(first);
    expect(on.heard.filter((type) => type === "session-refreshed")).toHaveLength(1);
  });

  test("with a token that was used before ends the session, for whoever holds a token of it", async () => {
    const on = world();
    const ada = await signedUp(on, "ada");
    const next = (await refresh(on, ada.tokens.refreshToken))._unsafeUnwrap();
    on.clock.advance(10_000);
    on.heard.length = 0;
    expect(codeOf(await refresh(on, ada.tokens.refreshToken))).toBe("refresh-token-invalid");
    expect(on.heard).toEqual(["refresh-token-replayed", "session-revoked"]);
    expect(codeOf(await refresh(on, next.refreshToken))).toBe("refresh-token-invalid");
    expect(codeOf(await on.application.authenticate(next.accessToken))).toBe("access-token-invalid");
    expect(await lives(on, ada)).toBe(false);
    expect(on.heard).toEqual(["refresh-token-replayed", "session-revoked"]);
  });

  test("with the token before the last one, within its grace or not, ends it as well", async () => {
    const on = world();
    const ada = await signedUp(on, "ada");
    const next = (await refresh(on, ada.tokens.refreshToken))._unsafeUnwrap();
    expect(codeOf(await refresh(on, next.refreshToken))).toBe("ok");
    expect(codeOf(await refresh(on, ada.tokens.refreshToken))).toBe("refresh-token-invalid");
    expect(await lives(on, ada)).toBe(false);
  });

  test("keeps a session for a week at a time, and for thirty days at most", async () => {
    const on = world();
    const idle = await signedUp(on, "eve");
    let { tokens } = await signedUp(on, "ada");
    const start = on.clock.now();
    on.clock.advance(7 * DAY);
    expect(codeOf(await refresh(on, idle.tokens.refreshToken))).toBe("refresh-token-invalid");
    on.clock.set(start);
    for (let day = 6; day <= 24; day += 6) {
      on.clock.set(start + day * DAY);
      tokens = { ...tokens, ...(await refresh(on, tokens.refreshToken))._unsafeUnwrap() };
    }
    expect(tokens.refreshTokenExpiresAt).toBe(tokens.sessionExpiresAt);
    on.clock.set(start + 30 * DAY - 1);
    tokens = { ...tokens, ...(await refresh(on, tokens.refreshToken))._unsafeUnwrap() };
    expect(tokens.accessTokenExpiresAt).toBe(tokens.sessionExpiresAt);
    on.clock.advance(1);
    expect(codeOf(await refresh(on, tokens.refreshToken))).toBe("refresh-token-invalid");
  });

  test("takes a refresh token and nothing else", async () => {
    const on = world();
    const ada = await signedUp(on, "ada");
    const { accessToken, refreshToken, trustedDevice } = ada.tokens;
    const shapes = ["", "dr_none", accessToken, trustedDevice, refreshToken.toUpperCase(), `${refreshToken} `, refreshToken.slice(0, -1)];
    for (const token of shapes) expect(codeOf(await refresh(on, token))).toBe("refresh-token-invalid");
    expect(await lives(on, ada)).toBe(true);
    expect(on.heard).not.toContain("refresh-token-replayed");
  });

  test("with what is almost a token of the session, by who knows the half that all of them share, ends the session", async () => {
    for (const forge of [
      (token: string) => token.replace("da_", "dr_"),
      (token: string) => `${token.replace("da_", "dr_").slice(0, -64)}${"0".repeat(64)}`,
    ]) {
      const on = world();
      const ada = await signedUp(on, "ada");
      expect(codeOf(await refresh(on, forge(ada.tokens.accessToken)))).toBe("refresh-token-invalid");
      expect(await lives(on, ada)).toBe(false);
      expect(on.heard).toContain("refresh-token-replayed");
    }
  });
});

describe("an access token", () => {
  test("outlives no session, neither a new one nor one that was refreshed", async () => {
    const on = world({ lifetimes: { idle: 5 * MINUTE, absolute: 5 * MINUTE } });
    const { tokens } = await signedUp(on, "ada");
    expect(tokens.accessTokenExpiresAt).toBe(tokens.sessionExpiresAt);
    expect((await refresh(on, tokens.refreshToken))._unsafeUnwrap().accessTokenExpiresAt).toBe(tokens.sessionExpiresAt);
    const later = world({ lifetimes: { idle: 2 * MINUTE } });
    const idle = (await signedUp(later, "ada")).tokens;
    later.clock.set(idle.refreshTokenExpiresAt);
    expect(codeOf(await later.application.authenticate(idle.accessToken))).toBe("access-token-invalid");
  });

  test("that is signed is its tenant's alone, and good for nothing once its session has ended", async () => {
    const on = application();
    const answer = (await on.application.commands.signUp({ name: "Ada", password: PASSWORD }))._unsafeUnwrap();
    if (answer.status !== "signed-in") throw new Error(answer.status);
    expect(codeOf(await on.application.tenant("b").authenticate(answer.accessToken))).toBe("access-token-invalid");
    const { commands } = on.application.as((await on.application.authenticate(answer.accessToken))._unsafeUnwrap());
    expect(codeOf(await commands.logOut())).toBe("ok");
    expect([codeOf(await on.application.authenticate(answer.accessToken)), codeOf(await commands.currentAccount())]).toEqual([
      "ok",
      "not-authenticated",
    ]);
    // What the types forbid is part of what is tested.
    for (const token of ["", "x".repeat(8193), 1 as never])
      expect(codeOf(await on.application.authenticate(token))).toBe("access-token-invalid");
  });

  test("is good for a quarter of an hour", async () => {
    const on = world();
    const { tokens } = await signedUp(on, "ada");
    on.clock.advance(15 * MINUTE - 1);
    expect(codeOf(await on.application.authenticate(tokens.accessToken))).toBe("ok");
    on.clock.advance(1);
    expect(codeOf(await on.application.authenticate(tokens.accessToken))).toBe("access-token-invalid");
  });

  test("says who, and is no other token", async () => {
    const on = world();
    const { id, tokens } = await signedUp(on, "ada");
    expect((await on.application.authenticate(tokens.accessToken))._unsafeUnwrap()).toEqual({
      kind: "user",
      id,
      tenant: "default",
      session: tokens.sessionId,
    });
    for (const token of [
      tokens.refreshToken,
      tokens.refreshToken.replace("dr_", "da_"),
      tokens.trustedDevice,
      `${tokens.accessToken}0`,
      "",
    ]) {
      expect(codeOf(await on.application.authenticate(token))).toBe("access-token-invalid");
    }
  });
});
