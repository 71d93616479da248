import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { attempt, domainError, err, ok } from "denizen";
import type { ResultAsync } from "denizen";
import { codeOf, whatever } from "../support/codes.js";
import { actorOf, enrolPin, liveSessions, logIn, NEXT, PASSWORD, secured, signUp, SYSTEM, WRONG } from "../support/secured.js";
import type { LoggedInUser, Secured } from "../support/secured.js";
import { worldOn } from "../support/worlds.js";
import type { Place, World } from "../support/worlds.js";

const done = async <Value, E>(answer: ResultAsync<Value, E>): Promise<void> => void (await answer)._unsafeUnwrap();

/** Changes a user through the users context, as a host does. */
const change = async (
  { application }: Secured,
  id: string,
  what: "remove" | "removeCredential" | "setPassword",
): Promise<{ readonly commits: string }> => {
  const saved = await attempt(async function* () {
    await using users = application.users();
    const user = yield* users.read({ id });
    if (what === "remove") yield* users.remove(user);
    else if (what === "setPassword") yield* user.setPassword(NEXT);
    else yield* user.removeCredential(user.credentials.find(({ kind }) => kind === "pin")?.id ?? "");
    const { commitId } = yield* users.save();
    return ok(commitId);
  });
  return { commits: saved._unsafeUnwrap() };
};

type End = (world: Secured, user: LoggedInUser) => Promise<unknown>;
const as = ({ application }: Secured, user: LoggedInUser) => application.as(user.actor).commands;

/** What ends all sessions of a user but those that are said to be spared. */
const ENDS: readonly (readonly [name: string, end: End, spared: boolean])[] = [
  ["a change of one's own password", (here, user) => done(as(here, user).changePassword({ current: PASSWORD, next: NEXT })), true],
  ["revokeOtherSessions", (here, user) => done(as(here, user).revokeOtherSessions()), true],
  ["a password that the host sets", (here, user) => change(here, user.id, "setPassword"), false],
  [
    "a password that an administrator sets",
    ({ application }, user) => done(application.as(SYSTEM).commands.setAccountPassword({ id: user.id, password: NEXT })),
    false,
  ],
  ["the removal of a credential", (here, user) => change(here, user.id, "removeCredential"), false],
  ["the removal of the user", (here, user) => change(here, user.id, "remove"), false],
  ["a deactivation", ({ application }, user) => done(application.commands.deactivateOwn({ email: user.email, password: PASSWORD })), false],
  ["a suspension", ({ application }, user) => done(application.as(SYSTEM).commands.suspendAccount({ id: user.id })), false],
];

describe.each<Place>(["memory", "postgres.js"])("what ends sessions, on %s", (place) => {
  let world: World;
  beforeAll(async () => {
    world = await worldOn(place);
  });
  afterAll(() => world.close());

  /** Somebody with a PIN and three sessions, of which `actor` is the first one's. */
  const threeTimesIn = async (options: Parameters<typeof secured>[1] = {}) => {
    const here = secured(world.store, { ...options, accounts: { secondFactors: [], setAccountPassword: true, ...options.accounts } });
    const user = await signUp(here.application);
    await enrolPin(here.application, user.id);
    const others = [await logIn(here.application, user.email), await logIn(here.application, user.email)];
    return { here, user, others };
  };

  test.each(ENDS)("%s ends the sessions concerned, and nobody else's, in the same commit", async (_, end, spared) => {
    const { here, user, others } = await threeTimesIn();
    const bystander = await signUp(here.application);
    expect(await liveSessions(here, user.id)).toHaveLength(3);
    await end(here, user);
    expect(await liveSessions(here, user.id)).toEqual(spared ? [user.tokens.sessionId] : []);
    for (const { accessToken, refreshToken } of others) {
      expect(codeOf(await here.application.authenticate(accessToken))).toBe("access-token-invalid");
      expect(codeOf(await here.application.commands.refresh({ refreshToken }))).toBe("refresh-token-invalid");
    }
    expect(codeOf(await here.application.as(user.actor).commands.currentAccount())).toBe(spared ? "ok" : "not-authenticated");
    expect(await liveSessions(here, bystander.id)).toEqual([bystander.tokens.sessionId]);
  });

  test.each(ENDS)("%s that is vetoed leaves all of them alive", async (_, end) => {
    const { here, user } = await threeTimesIn();
    here.application.inTransaction.subscribe("*", () => err(domainError("no", "not today")));
    expect(await end(here, user).then(String, () => "thrown")).toBe("thrown");
    expect(await liveSessions(here, user.id)).toHaveLength(3);
    expect(codeOf(await here.application.as(user.actor).commands.currentAccount())).toBe("ok");
  });

  test("the end of all sessions is in the commit of what caused it", async () => {
    const { here, user } = await threeTimesIn();
    const { commits } = await change(here, user.id, "setPassword");
    const history = (await world.store.history("default", { kind: "account", id: user.id }))._unsafeUnwrap();
    expect(history.at(-1)).toMatchObject({ type: "sessions-ended", metadata: { commitId: commits } });
  });

  test("logging out ends one session, by any generation of its refresh token, and twice is no error", async () => {
    const { here, user, others } = await threeTimesIn();
    const { application } = here;
    const [first, second] = others;
    const { refreshToken = "" } = first ?? {};
    (await application.commands.refresh({ refreshToken }))._unsafeUnwrap();
    expect(codeOf(await application.commands.logOut({ refreshToken }))).toBe("ok");
    expect(codeOf(await application.commands.logOut({ refreshToken }))).toBe("ok");
    expect(new Set(await liveSessions(here, user.id))).toEqual(new Set([user.tokens.sessionId, second?.sessionId]));
    expect(codeOf(await application.as(user.actor).commands.logOut())).toBe("ok");
    expect(await liveSessions(here, user.id)).toEqual([second?.sessionId]);
    expect(codeOf(await application.as(user.actor).commands.currentAccount())).toBe("not-authenticated");
  });

  test("nobody revokes a session of another's, nor learns that it exists", async () => {
    const { here, user, others } = await threeTimesIn();
    const stranger = await signUp(here.application);
    const { commands } = here.application.as(stranger.actor);
    const one = (await commands.revokeSession({ sessionId: others[0]?.sessionId ?? "" }))._unsafeUnwrapErr();
    expect(one).toEqual((await commands.revokeSession({ sessionId: "nobody's" }))._unsafeUnwrapErr());
    expect(await liveSessions(here, user.id)).toHaveLength(3);
  });

  test("a session that was ended comes back by nothing: not when its user changes his password in it", async () => {
    const { here, user, others } = await threeTimesIn();
    const { application } = here;
    const [thief] = others;
    if (thief === undefined) throw new Error("nobody");
    const stolen = await actorOf(application, thief);
    // The owner ends the others; whoever has the stolen token still holds an actor, as a signed token would give him.
    (await application.as(user.actor).commands.revokeOtherSessions())._unsafeUnwrap();
    expect(await liveSessions(here, user.id)).toEqual([user.tokens.sessionId]);
    // A host's own endpoint, which works on the unit of work in the actor's scope.
    await using users = application.as(stolen).users();
    const loaded = (await users.read({ id: user.id }))._unsafeUnwrap();
    (await loaded.setPassword(NEXT))._unsafeUnwrap();
    whatever(await users.save(loaded));
    expect(await liveSessions(here, user.id)).not.toContain(thief.sessionId);
    expect(codeOf(await application.authenticate(thief.accessToken))).toBe("access-token-invalid");
  });

  test("a session that was spared ends with the next end of all", async () => {
    const { here, user } = await threeTimesIn();
    const { commands } = here.application.as(user.actor);
    (await commands.changePassword({ current: PASSWORD, next: NEXT }))._unsafeUnwrap();
    (await commands.changePassword({ current: NEXT, next: PASSWORD }))._unsafeUnwrap();
    expect(await liveSessions(here, user.id)).toEqual([user.tokens.sessionId]);
    const later = await logIn(here.application, user.email);
    (await here.application.as(await actorOf(here.application, later)).commands.revokeOtherSessions())._unsafeUnwrap();
    expect(await liveSessions(here, user.id)).toEqual([later.sessionId]);
    (await here.application.as(SYSTEM).commands.suspendAccount({ id: user.id }))._unsafeUnwrap();
    expect(await liveSessions(here, user.id)).toEqual([]);
  });

  test("a first password that an administrator sets ends all sessions, as any other does", async () => {
    const { application, ...here } = secured(world.store, { accounts: { secondFactors: [], setAccountPassword: true } });
    const { userId } = (
      await application.as(SYSTEM).commands.createAccount({ name: "PIN only", usernames: [], role: "user" } as never)
    )._unsafeUnwrap();
    await enrolPin(application, userId);
    await using users = application.users();
    const verified = (await users.verify({ id: userId }, { pin: "1843:1" }))._unsafeUnwrap();
    const { sessionId } = (await application.startSession(verified))._unsafeUnwrap();
    expect(await liveSessions(here, userId)).toEqual([sessionId]);
    (await application.as(SYSTEM).commands.setAccountPassword({ id: userId, password: NEXT }))._unsafeUnwrap();
    expect(await liveSessions(here, userId)).toEqual([]);
  });

  test("a refused change of password ends nothing", async () => {
    const { here, user } = await threeTimesIn();
    const { commands } = here.application.as(user.actor);
    expect(codeOf(await commands.changePassword({ current: WRONG, next: NEXT }))).toBe("invalid-credentials");
    expect(codeOf(await commands.changePassword({ current: PASSWORD, next: PASSWORD }))).toBe("password-unchanged");
    expect(await liveSessions(here, user.id)).toHaveLength(3);
  });

  test("session ids are issued, never adopted", async () => {
    const { application, ...here } = secured(world.store);
    const user = await signUp(application);
    const fixed = "01935f3c-7f3a-7000-8000-00000000dead";
    const adopted = { id: fixed, session: fixed, sessionId: fixed, refreshToken: user.tokens.refreshToken, family: "0".repeat(32) };
    // The compiler refuses such fields; a request knows no compiler.
    const input = { email: user.email, password: PASSWORD, ...adopted } as never;
    const answer = (await application.commands.logIn(input))._unsafeUnwrap();
    expect(answer).toMatchObject({ status: "signed-in" });
    expect(JSON.stringify(answer)).not.toContain("dead");
    expect(new Set(await liveSessions(here, user.id)).size).toBe(2);
    expect(await liveSessions(here, user.id)).not.toContain(fixed);
  });
});
