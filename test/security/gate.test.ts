import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { attempt, ok } from "denizen";
import { codeOf, whatever } from "../support/codes.js";
import { enrolPin, liveSessions, logIn, newName, PASSWORD, secured, signUp, SYSTEM } from "../support/secured.js";
import type { LoggedInUser, Secured } from "../support/secured.js";
import { places, worldOn } from "../support/worlds.js";
import type { World } from "../support/worlds.js";

const commandsOf = (world: Secured) => world.application.as(SYSTEM).commands;

async function removeUser({ application }: Secured, id: string): Promise<void> {
  const removed = await attempt(async function* () {
    await using users = application.users();
    const user = yield* users.read({ id });
    yield* users.remove(user);
    return ok(yield* users.save());
  });
  removed._unsafeUnwrap();
}

/** What takes an account out of use, and what a log-in with the right password is then told. */
const STATES = [
  [
    "deactivated",
    "account-deactivated",
    async (world: Secured, user: LoggedInUser) =>
      (await world.application.as(user.actor).commands.deactivateOwn({ email: user.email, password: PASSWORD }))._unsafeUnwrap(),
  ],
  [
    "suspended",
    "account-suspended",
    async (world: Secured, user: { readonly id: string }) => (await commandsOf(world).suspendAccount({ id: user.id }))._unsafeUnwrap(),
  ],
  ["closed", "invalid-credentials", (world: Secured, user: { readonly id: string }) => removeUser(world, user.id)],
] as const;

describe.each(places)("one gate, on %s", (place) => {
  let world: World;
  beforeAll(async () => {
    world = await worldOn(place);
  });
  afterAll(() => world.close());

  const proofOf = async ({ application }: Secured, email: string) => {
    await using users = application.users();
    return (await users.verify({ email }, { password: PASSWORD }))._unsafeUnwrap();
  };

  test("nothing starts a session without a proof: what is forged, copied, cloned or wrapped is none", async () => {
    const here = secured(world.store);
    const { application } = here;
    const user = await signUp(application);
    const verified = await proofOf(here, user.email);
    const forgeries: readonly unknown[] = [
      { userId: user.id, tenant: "default", method: "password", at: verified.at },
      { ...verified },
      Object.freeze({ ...verified }),
      structuredClone(verified),
      JSON.parse(JSON.stringify(verified)),
      Object.create(verified),
      new Proxy(verified, {}),
      [{ ...verified }],
      [verified, { ...verified, method: "pin" }],
      [],
      undefined,
      null,
      user.id,
      { userId: user.id, sessionId: user.tokens.sessionId },
    ];
    for (const forgery of forgeries) {
      // The compiler refuses all of them; a request knows no compiler.
      expect(codeOf(await application.startSession(forgery as typeof verified))).toBe("proof-expired");
    }
    expect(await liveSessions(here, user.id)).toEqual([user.tokens.sessionId]);
    expect(codeOf(await application.startSession(verified))).toBe("ok");
  });

  test("a proof is good in its own tenant alone", async () => {
    const here = secured(world.store);
    const user = await signUp(here.application);
    const elsewhere = here.application.tenant("elsewhere");
    expect(codeOf(await elsewhere.startSession(await proofOf(here, user.email)))).toBe("proof-expired");
  });

  test("a proof of another application's, on another database, starts no session here, although the ids are equal", async () => {
    const here = secured(world.store);
    const other = await worldOn("memory");
    const there = secured(other.store);
    const id = newName("host-id-");
    for (const { application } of [here, there]) {
      (await application.commands.signUp({ name: "Both", emails: [`${id}@example.com`], password: PASSWORD }, { id }))._unsafeUnwrap();
    }
    const before = await liveSessions(here, id);
    expect(codeOf(await here.application.startSession(await proofOf(there, `${id}@example.com`)))).toBe("proof-expired");
    expect(await liveSessions(here, id)).toEqual(before);
  });

  test("a proof lives ten minutes by the application's clock", async () => {
    const here = secured(world.store);
    const user = await signUp(here.application);
    const verified = await proofOf(here, user.email);
    here.clock.advance(10 * 60_000);
    expect(codeOf(await here.application.startSession(verified))).toBe("ok");
    here.clock.advance(1);
    expect(codeOf(await here.application.startSession(verified))).toBe("proof-expired");
  });

  test("a pending account gets no session: not by signing up, logging in, a second factor, or a proof of the host's", async () => {
    const here = secured(world.store, { accounts: { activation: "administrator" } });
    const email = `${newName()}@example.com`;
    const signedUp = (await here.application.commands.signUp({ name: "Waits", emails: [email], password: PASSWORD }))._unsafeUnwrap();
    expect(signedUp).toEqual({ status: "pending", userId: expect.any(String) });
    const id = signedUp.status === "check-inbox" ? "" : signedUp.userId;
    expect(codeOf(await here.application.commands.logIn({ email, password: PASSWORD }))).toBe("account-pending");
    expect(codeOf(await here.application.startSession(await proofOf(here, email)))).toBe("account-pending");
    // Nor is there a way around by returning from a deactivation.
    expect(codeOf(await here.application.commands.activateOwn({ email, password: PASSWORD }))).toBe("account-pending");
    expect(codeOf(await here.application.commands.deactivateOwn({ email, password: PASSWORD }))).toBe("account-pending");
    await enrolPin(here.application, id);
    expect(codeOf(await here.application.commands.logIn({ email, password: PASSWORD }))).toBe("account-pending");
    expect(await liveSessions(here, id)).toEqual([]);
  });

  test("a user without an account gets no session", async () => {
    const here = secured(world.store);
    const email = `${newName()}@example.com`;
    await using users = here.application.users();
    const user = (await users.create({ name: "No account", emails: [email], password: PASSWORD }))._unsafeUnwrap();
    (await users.save(user))._unsafeUnwrap();
    expect(codeOf(await here.application.commands.logIn({ email, password: PASSWORD }))).toBe("account-missing");
    expect(codeOf(await here.application.startSession(await proofOf(here, email)))).toBe("account-missing");
    expect(await liveSessions(here, user.id)).toEqual([]);
  });

  describe.each(STATES)("an account that is %s", (_, code, change) => {
    test("is refused by every way in", async () => {
      const here = secured(world.store);
      const { application } = here;
      const user = await signUp(application);
      await change(here, user);
      expect(codeOf(await application.commands.logIn({ email: user.email, password: PASSWORD }))).toBe(code);
      expect(codeOf(await application.commands.refresh({ refreshToken: user.tokens.refreshToken }))).toBe("refresh-token-invalid");
      expect(codeOf(await application.authenticate(user.tokens.accessToken))).toBe("access-token-invalid");
      expect(codeOf(await application.as(user.actor).commands.currentAccount())).toBe("not-authenticated");
      if (code !== "invalid-credentials") expect(codeOf(await application.startSession(await proofOf(here, user.email)))).toBe(code);
      expect(await liveSessions(here, user.id)).toEqual([]);
    });

    test("is refused when the first factor was proved before", async () => {
      const here = secured(world.store);
      const { application } = here;
      const user = await signUp(application);
      await enrolPin(application, user.id);
      const asked = (await application.commands.logIn({ email: user.email, password: PASSWORD }))._unsafeUnwrap();
      const pending = asked.status === "second-factor-required" ? asked.pending : "";
      await change(here, user);
      expect((await application.commands.completeLogIn({ pending, pin: "1843:1" })).isErr()).toBe(true);
      expect(await liveSessions(here, user.id)).toEqual([]);
    });

    test("is refused when the host's proof was made before: no tokens, and no trace that says that somebody is in", async () => {
      const here = secured(world.store);
      const user = await signUp(here.application);
      const verified = await proofOf(here, user.email);
      await change(here, user);
      const heard: string[] = [];
      here.application.bus.subscribe("session-started", ({ type }) => heard.push(type));
      const answer = await here.application.startSession(verified);
      expect(await liveSessions(here, user.id)).toEqual([]);
      expect([answer.isErr(), heard]).toEqual([true, []]);
    });
  });

  test("what lifts a suspension brings no session back", async () => {
    const here = secured(world.store);
    const user = await signUp(here.application);
    const verified = await proofOf(here, user.email);
    (await commandsOf(here).suspendAccount({ id: user.id }))._unsafeUnwrap();
    (await commandsOf(here).activateAccount({ id: user.id }))._unsafeUnwrap();
    expect(codeOf(await here.application.authenticate(user.tokens.accessToken))).toBe("access-token-invalid");
    expect(codeOf(await here.application.commands.refresh({ refreshToken: user.tokens.refreshToken }))).toBe("refresh-token-invalid");
    whatever(await here.application.startSession(verified));
    expect(await liveSessions(here, user.id)).toEqual([]);
    const { sessionId } = await logIn(here.application, user.email);
    expect(await liveSessions(here, user.id)).toEqual([sessionId]);
  });
});
