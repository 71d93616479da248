import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { codeOf, whatever } from "../support/codes.js";
import { enrolPin, liveSessions, logIn, MINUTE, newName, NEXT, PASSWORD, secured, signUp, SYSTEM, WRONG } from "../support/secured.js";
import type { Secured } from "../support/secured.js";
import { worldOn } from "../support/worlds.js";
import type { Place, World } from "../support/worlds.js";

describe.each<Place>(["memory", "postgres.js"])("a pending second factor on %s", (place) => {
  let world: World;
  beforeAll(async () => {
    world = await worldOn(place);
  });
  afterAll(() => world.close());

  const half = async ({ application }: Pick<Secured, "application">, email: string): Promise<string> => {
    const answer = (await application.commands.logIn({ email, password: PASSWORD }))._unsafeUnwrap();
    return answer.status === "second-factor-required" ? answer.pending : "";
  };

  /** Somebody with a password and a PIN, who is half in. */
  const halfIn = async () => {
    const here = secured(world.store);
    const user = await signUp(here.application);
    await enrolPin(here.application, user.id);
    return { ...here, user, pending: await half(here, user.email) };
  };

  test("is accepted by nothing as a session, and no token passes for one of another kind", async () => {
    const { application, user, pending, ...here } = await halfIn();
    const { refreshToken, accessToken, trustedDevice } = user.tokens;
    expect(pending).toMatch(/^dp_/);
    for (const token of [pending, pending.slice(3), trustedDevice, refreshToken, refreshToken.replace("dr_", "da_"), `da_${pending}`]) {
      expect(codeOf(await application.authenticate(token))).toBe("access-token-invalid");
    }
    for (const token of [pending, pending.slice(3), trustedDevice, accessToken, `dr_${pending}`]) {
      expect(codeOf(await application.commands.refresh({ refreshToken: token }))).toBe("refresh-token-invalid");
    }
    for (const token of [trustedDevice, `dp_${trustedDevice}`, accessToken, refreshToken, `dp_${refreshToken}`, "dp_", ""]) {
      expect(codeOf(await application.commands.completeLogIn({ pending: token, pin: "1843:1" }))).toBe("pending-log-in-invalid");
    }
    // The compiler refuses them; a request knows no compiler.
    expect(codeOf(await application.startSession(pending as never))).toBe("proof-expired");
    expect(codeOf(await application.as(pending as never).commands.currentAccount())).toBe("invalid-scope");
    expect(await liveSessions(here, user.id)).toEqual([user.tokens.sessionId]);
  });

  test("one character changed, anywhere, and it is none", async () => {
    const { application, pending } = await halfIn();
    for (let index = 0; index < pending.length; index += 7) {
      const other = pending[index] === "a" ? "b" : "a";
      const changed = `${pending.slice(0, index)}${other}${pending.slice(index + 1)}`;
      expect(codeOf(await application.commands.completeLogIn({ pending: changed, pin: "1843:1" }))).toBe("pending-log-in-invalid");
    }
    expect(codeOf(await application.commands.completeLogIn({ pending, pin: "1843:1" }))).toBe("ok");
  });

  test("takes a proof of another class: the password twice is one factor", async () => {
    const { application, user, pending, ...here } = await halfIn();
    expect(codeOf(await application.commands.completeLogIn({ pending, password: PASSWORD }))).toBe("second-factor-required");
    expect(codeOf(await application.commands.completeLogIn({ pending, password: WRONG }))).toBe("invalid-credentials");
    expect(await liveSessions(here, user.id)).toEqual([user.tokens.sessionId]);
    expect(codeOf(await application.commands.completeLogIn({ pending, pin: "1843:1" }))).toBe("ok");
  });

  test("a PIN alone gets nobody in, whichever door is taken", async () => {
    const { application, user, ...here } = await halfIn();
    expect((await application.commands.logIn({ email: user.email, pin: "1843:1" }))._unsafeUnwrap()).toMatchObject({
      status: "second-factor-required",
      methods: ["password"],
    });
    await using users = application.users();
    const pin = (await users.verify({ email: user.email }, { pin: "1843:2" }))._unsafeUnwrap();
    const password = (await users.verify({ email: user.email }, { password: PASSWORD }))._unsafeUnwrap();
    for (const proofs of [pin, password, [pin, pin], [password, password]]) {
      expect(codeOf(await application.startSession(proofs))).toBe("second-factor-required");
    }
    expect(await liveSessions(here, user.id)).toEqual([user.tokens.sessionId]);
    expect(codeOf(await application.startSession([password, pin]))).toBe("ok");
  });

  test("the proofs of two users are no two factors of one", async () => {
    const { application, user } = await halfIn();
    const other = await signUp(application);
    await enrolPin(application, other.id, "1111");
    await using users = application.users();
    const password = (await users.verify({ email: user.email }, { password: PASSWORD }))._unsafeUnwrap();
    const pin = (await users.verify({ email: other.email }, { pin: "1111:1" }))._unsafeUnwrap();
    expect(codeOf(await application.startSession([password, pin]))).toBe("proof-expired");
    expect(codeOf(await application.startSession([pin, password]))).toBe("proof-expired");
  });

  test("is another user's, another tenant's and too old: nothing but one error", async () => {
    const { application, clock, user, pending } = await halfIn();
    const other = await signUp(application);
    await enrolPin(application, other.id, "2222");
    // The PIN is asked of whose log-in it is.
    expect(codeOf(await application.commands.completeLogIn({ pending, pin: "2222:1" }))).toBe("invalid-credentials");
    const elsewhere = application.tenant("elsewhere").commands;
    expect(codeOf(await elsewhere.completeLogIn({ pending, pin: "1843:1" }))).toBe("pending-log-in-invalid");
    clock.advance(10 * MINUTE + 1);
    expect(codeOf(await application.commands.completeLogIn({ pending, pin: "1843:1" }))).toBe("pending-log-in-invalid");
    expect(codeOf(await application.commands.completeLogIn({ pending: await half({ application }, user.email), pin: "1843:1" }))).toBe(
      "ok",
    );
  });

  test("a change of password ends it with the sessions", async () => {
    const { application, user, pending } = await halfIn();
    const changed = await application.as(user.actor).commands.changePassword({ current: PASSWORD, next: NEXT });
    expect(codeOf(changed)).toBe("ok");
    expect(codeOf(await application.commands.completeLogIn({ pending, pin: "1843:1" }))).toBe("pending-log-in-invalid");
  });

  test.each([
    ["tenant", "acme.example.com", "plain"],
    ["user's id", "default", "jane.doe"],
    ["user's id with what looks like an escape", "default", "jane%2Edoe"],
  ])("a dot in the %s is a letter like any other", async (_, tenant, stem) => {
    const { application } = secured(world.store);
    const scope = application.tenant(tenant);
    const id = newName(stem);
    const email = `${newName("dotted")}@example.com`;
    (await scope.commands.signUp({ name: "Dotted", emails: [email], password: PASSWORD }, { id }))._unsafeUnwrap();
    await using users = scope.users();
    const user = (await users.read({ id }))._unsafeUnwrap();
    (await user.enrol("pin", "1843"))._unsafeUnwrap();
    (await users.save(user))._unsafeUnwrap();
    const asked = (await scope.commands.logIn({ email, password: PASSWORD }))._unsafeUnwrap();
    const pending = asked.status === "second-factor-required" ? asked.pending : "";
    expect(codeOf(await scope.commands.completeLogIn({ pending, pin: "1843:1" }))).toBe("ok");
  });

  test("nobody's id makes his first factor another's", async () => {
    const { application, clock, ...here } = secured(world.store);
    const victim = await signUp(application, "victim");
    await enrolPin(application, victim.id);
    // What the seal of the victim's own log-in holds after his id.
    const id = `${victim.id}.password.${clock.now()}.1`;
    const email = `${newName("attacker")}@example.com`;
    const attacker = (await application.commands.signUp({ name: "Attacker", emails: [email], password: PASSWORD }, { id }))._unsafeUnwrap();
    expect(attacker.status).toBe("signed-in");
    await enrolPin(application, id, "6666");
    const pending = await half({ application }, email);
    whatever(await application.commands.completeLogIn({ pending, pin: "1843:1" }));
    expect(await liveSessions({ clock, ...here }, victim.id)).toEqual([victim.tokens.sessionId]);
  });

  test("nobody's id makes his device one that the victim trusts", async () => {
    const { application, hasher } = secured(world.store);
    const victim = await signUp(application, "victim");
    const guess = (trustedDevice: string) => application.commands.logIn({ email: victim.email, password: WRONG, trustedDevice });
    for (let index = 0; index < 5; index++) whatever(await guess(""));
    const id = `${victim.id}.device`;
    (
      await application.commands.signUp({ name: "Attacker", emails: [`${newName("d")}@example.com`], password: PASSWORD }, { id })
    )._unsafeUnwrap();
    await using users = application.users();
    const email = (await users.read({ id }))._unsafeUnwrap().emails[0]?.value ?? "";
    const { trustedDevice } = await logIn(application, email);
    const before = hasher.calls.verify;
    expect(codeOf(await guess(trustedDevice))).toBe("too-many-attempts");
    expect(hasher.calls.verify).toBe(before);
  });

  test("who has a second factor leaves and returns; the password alone deactivates nobody, and lets nobody in", async () => {
    const { application, user, ...here } = await halfIn();
    const credentials = { email: user.email, password: PASSWORD };
    expect(codeOf(await application.commands.deactivateOwn(credentials))).toBe("second-factor-required");
    expect(codeOf(await application.commands.deactivateOwn({ email: user.email, pin: "1843:1" }))).toBe("second-factor-required");
    expect(await liveSessions(here, user.id)).toEqual([user.tokens.sessionId]);
    expect(codeOf(await application.as(user.actor).commands.deactivateOwn(credentials))).toBe("ok");
    expect(await liveSessions(here, user.id)).toEqual([]);
    expect(codeOf(await application.commands.activateOwn(credentials))).toBe("ok");
    expect((await application.commands.logIn(credentials))._unsafeUnwrap().status).toBe("second-factor-required");
    expect(await liveSessions(here, user.id)).toEqual([]);
  });

  test("an administrator's activation lets nobody past the second factor", async () => {
    const { application, user, ...here } = await halfIn();
    (await application.as(SYSTEM).commands.suspendAccount({ id: user.id }))._unsafeUnwrap();
    (await application.as(SYSTEM).commands.activateAccount({ id: user.id }))._unsafeUnwrap();
    expect((await application.commands.logIn({ email: user.email, password: PASSWORD }))._unsafeUnwrap().status).toBe(
      "second-factor-required",
    );
    expect(await liveSessions(here, user.id)).toEqual([]);
  });
});
