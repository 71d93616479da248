import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { codeOf } from "../support/codes.js";
import { DAY, HOUR, liveSessions, logIn, MINUTE, PASSWORD, secured, signUp, SYSTEM } from "../support/secured.js";
import type { LoggedInUser, Secured } from "../support/secured.js";
import { fifty, logged, places, postgresOf, rounds, worldOn } from "../support/worlds.js";
import type { World } from "../support/worlds.js";

describe.each(places)("refresh tokens on %s", (place) => {
  let world: World;
  beforeAll(async () => {
    world = await worldOn(place);
  });
  afterAll(() => world.close());

  const refreshed = async ({ application }: Pick<Secured, "application">, { refreshToken }: { readonly refreshToken: string }) =>
    (await application.commands.refresh({ refreshToken }))._unsafeUnwrap();
  const refreshCode = async ({ application }: Pick<Secured, "application">, { refreshToken }: { readonly refreshToken: string }) =>
    codeOf(await application.commands.refresh({ refreshToken }));

  test.each(rounds)("50 refreshes of one token at once, round %i: one pair for all, one session-refreshed", async () => {
    const here = secured(world.store);
    const user = await signUp(here.application);
    const heard: string[] = [];
    here.application.bus.subscribe("*", ({ type }) => heard.push(type));
    const answers = await fifty(() => here.application.commands.refresh(user.tokens));
    const pairs = answers.map((answer) => JSON.stringify(answer._unsafeUnwrap()));
    expect(new Set(pairs).size).toBe(1);
    expect(heard).toEqual(["session-refreshed"]);
    const [next] = answers;
    expect(codeOf(await here.application.authenticate(next?._unsafeUnwrap().accessToken ?? ""))).toBe("ok");
    if (world.opened !== undefined) {
      const where = `publisher = '${user.tokens.sessionId}'`;
      expect((await logged(world.opened.database, where)).map(({ type }) => type)).toEqual([
        "log-in-succeeded",
        "session-started",
        "session-refreshed",
      ]);
    }
  });

  test("rotate: each is new, the old access token holds for the grace, and secrets are never said twice", async () => {
    const here = secured(world.store);
    const user = await signUp(here.application);
    const next = await refreshed(here, user.tokens);
    expect(next.sessionId).toBe(user.tokens.sessionId);
    expect(new Set([next.refreshToken, next.accessToken, user.tokens.refreshToken, user.tokens.accessToken]).size).toBe(4);
    here.clock.advance(9_999);
    expect(codeOf(await here.application.authenticate(user.tokens.accessToken))).toBe("ok");
    here.clock.advance(1);
    expect(codeOf(await here.application.authenticate(user.tokens.accessToken))).toBe("access-token-invalid");
    expect(codeOf(await here.application.authenticate(next.accessToken))).toBe("ok");
  });

  test("the replaced one within the grace is given the same pair, and changes nothing", async () => {
    const here = secured(world.store);
    const user = await signUp(here.application);
    const next = await refreshed(here, user.tokens);
    here.clock.advance(9_999);
    expect(await refreshed(here, user.tokens)).toEqual(next);
    expect(await liveSessions(here, user.id)).toEqual([user.tokens.sessionId]);
  });

  test("the pair is the same also when the session's absolute limit cuts it short", async () => {
    const here = secured(world.store, { accounts: { lifetimes: { absolute: HOUR, idle: HOUR } } });
    const user = await signUp(here.application);
    here.clock.advance(HOUR - 5 * MINUTE);
    const next = await refreshed(here, user.tokens);
    expect(next.accessTokenExpiresAt).toBe(user.tokens.sessionExpiresAt);
    expect(await refreshed(here, user.tokens)).toEqual(next);
  });

  test("a replay outside of the grace ends the session for good, although the answer is an error and a subscriber fails", async () => {
    const here = secured(world.store);
    const user = await signUp(here.application);
    const heard: string[] = [];
    here.application.bus.subscribe("refresh-token-replayed", () => {
      throw new Error("a subscriber fails");
    });
    here.application.bus.subscribe("*", ({ type, subject }) => heard.push(`${type} ${String(subject)}`));
    const next = await refreshed(here, user.tokens);
    here.clock.advance(10_000);
    expect(await refreshCode(here, user.tokens)).toBe("refresh-token-invalid");
    expect(heard).toEqual(["session-refreshed", "refresh-token-replayed", "session-revoked"].map((type) => `${type} ${user.id}`));
    const there = secured(await world.another(), { clock: here.clock });
    expect(await liveSessions(there, user.id)).toEqual([]);
    expect(await refreshCode(there, next)).toBe("refresh-token-invalid");
    expect(codeOf(await there.application.authenticate(next.accessToken))).toBe("access-token-invalid");
    expect(codeOf(await there.application.as(user.actor).commands.currentAccount())).toBe("not-authenticated");
    if (world.opened === undefined) return;
    const traces = await logged(postgresOf(world).database, `publisher = '${user.tokens.sessionId}'`);
    expect(traces.slice(-2)).toMatchObject([
      { type: "refresh-token-replayed", subject: user.id },
      { type: "session-revoked", subject: user.id, payload: { cause: "replayed" } },
    ]);
  });

  test("a replay ends this session and no other one of the user's", async () => {
    const here = secured(world.store);
    const user = await signUp(here.application);
    const other = await logIn(here.application, user.email);
    await refreshed(here, user.tokens);
    here.clock.advance(10_000);
    expect(await refreshCode(here, user.tokens)).toBe("refresh-token-invalid");
    expect(await liveSessions(here, user.id)).toEqual([other.sessionId]);
  });

  test.each([1, 2, 5])("a token of %i generations before the replaced one ends the session, grace or not", async (generations) => {
    const here = secured(world.store);
    const user = await signUp(here.application);
    let current = await refreshed(here, user.tokens);
    for (let index = 0; index < generations; index++) current = await refreshed(here, current);
    expect(await refreshCode(here, user.tokens)).toBe("refresh-token-invalid");
    expect(await refreshCode(here, current)).toBe("refresh-token-invalid");
    expect(await liveSessions(here, user.id)).toEqual([]);
  });

  test("50 replays at once leave one trace", async () => {
    const here = secured(world.store);
    const user = await signUp(here.application);
    await refreshed(here, user.tokens);
    here.clock.advance(MINUTE);
    const heard: string[] = [];
    here.application.bus.subscribe("*", ({ type }) => heard.push(type));
    const answers = await fifty(() => here.application.commands.refresh(user.tokens));
    expect(new Set(answers.map(codeOf))).toEqual(new Set(["refresh-token-invalid"]));
    expect(heard).toEqual(["refresh-token-replayed", "session-revoked"]);
  });

  test("an idle session ends, and an access token does at its own time", async () => {
    const here = secured(world.store);
    const user = await signUp(here.application);
    here.clock.advance(15 * MINUTE - 1);
    expect(codeOf(await here.application.authenticate(user.tokens.accessToken))).toBe("ok");
    here.clock.advance(1);
    expect(codeOf(await here.application.authenticate(user.tokens.accessToken))).toBe("access-token-invalid");
    const next = await refreshed(here, user.tokens);
    here.clock.advance(7 * DAY);
    expect(await refreshCode(here, next)).toBe("refresh-token-invalid");
    expect(await liveSessions(here, user.id)).toEqual([]);
  });

  test("refreshing never extends the absolute limit", async () => {
    const here = secured(world.store);
    const user = await signUp(here.application);
    const ends = user.tokens.sessionExpiresAt;
    let current: { readonly refreshToken: string } = user.tokens;
    for (let day = 5; day < 30; day += 5) {
      here.clock.advance(5 * DAY);
      const next = await refreshed(here, current);
      expect(next.sessionExpiresAt).toBe(ends);
      expect(next.refreshTokenExpiresAt <= ends).toBe(true);
      expect(next.accessTokenExpiresAt <= ends).toBe(true);
      current = next;
    }
    here.clock.set(Date.parse(ends) - 1000);
    const last = await refreshed(here, current);
    expect([last.refreshTokenExpiresAt, last.accessTokenExpiresAt]).toEqual([ends, ends]);
    here.clock.set(ends);
    expect(codeOf(await here.application.authenticate(last.accessToken))).toBe("access-token-invalid");
    expect(await refreshCode(here, last)).toBe("refresh-token-invalid");
  });

  test("what is no refresh token of this tenant's is refused alike, and ends nothing", async () => {
    const here = secured(world.store);
    const user = await signUp(here.application);
    const { refreshToken, accessToken } = user.tokens;
    const hostile: readonly unknown[] = [
      accessToken,
      accessToken.replace("da_", "dr_").slice(0, -1),
      refreshToken.toUpperCase(),
      `${refreshToken}\n`,
      ` ${refreshToken}`,
      refreshToken.slice(0, -1),
      `dr_${"0".repeat(32)}.${"0".repeat(64)}`,
      [refreshToken],
      { toString: () => refreshToken },
      "x".repeat(1_000_000),
      "",
      null,
      undefined,
      7,
    ];
    for (const one of hostile) {
      // The compiler refuses half of them; a request knows no compiler.
      expect(codeOf(await here.application.commands.refresh({ refreshToken: one as string }))).toBe("refresh-token-invalid");
    }
    expect(codeOf(await here.application.tenant("elsewhere").commands.refresh({ refreshToken }))).toBe("refresh-token-invalid");
    expect(await liveSessions(here, user.id)).toEqual([user.tokens.sessionId]);
  });

  const ENDS: readonly (readonly [name: string, end: (here: Secured, user: LoggedInUser) => PromiseLike<unknown>])[] = [
    ["a suspension", async ({ application }, { id }) => codeOf(await application.as(SYSTEM).commands.suspendAccount({ id }))],
    ["a log-out", async ({ application }, { tokens }) => codeOf(await application.commands.logOut(tokens))],
    [
      "a deactivation",
      async ({ application }, { email }) => codeOf(await application.commands.deactivateOwn({ email, password: PASSWORD })),
    ],
  ];

  test.each(ENDS.flatMap((end) => rounds.map((round) => [...end, round] as const)))(
    "50 refreshes race with %s: afterwards no session lives",
    async (_, end) => {
      const here = secured(world.store);
      const user = await signUp(here.application);
      const [ended, ...answers] = await Promise.all([
        end(here, user),
        ...Array.from({ length: 50 }, () => here.application.commands.refresh(user.tokens)),
      ]);
      expect(ended).toBe("ok");
      expect(await liveSessions(here, user.id)).toEqual([]);
      for (const answer of answers) {
        if (answer.isErr()) continue;
        expect(codeOf(await here.application.authenticate(answer.value.accessToken))).toBe("access-token-invalid");
        expect(await refreshCode(here, answer.value)).toBe("refresh-token-invalid");
      }
    },
  );
});
