import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { codeOf, whatever } from "../support/codes.js";
import { asked, delivered, guarded, inhabitant, newcomer, proving, settler, userOf } from "../support/proofs.js";
import { actorOf, enrolPin, liveSessions, logIn, NEXT, PASSWORD, SYSTEM } from "../support/secured.js";
import { fifty, stores, rounds, worldOn } from "../support/worlds.js";
import type { World } from "../support/worlds.js";

describe.each(stores)("a reset of the password, on %s", (place) => {
  let world: World;
  beforeAll(async () => {
    world = await worldOn(place, { connections: 20 });
  });
  afterAll(() => world.close());

  test("ends all sessions, keeps the second factor, and logs nobody in", async () => {
    const here = proving(world.store);
    const { application } = here;
    const user = await inhabitant(here);
    await enrolPin(application, user.id);
    const { link } = await asked(here, "reset-password", user.email);
    const answer = await application.commands.resetPassword({ link, password: NEXT });
    expect(answer._unsafeUnwrap()).toBeUndefined();
    expect(await liveSessions(here, user.id)).toEqual([]);
    expect(codeOf(await application.commands.refresh(user.tokens))).not.toBe("ok");
    expect(codeOf(await application.commands.logIn({ email: user.email, password: PASSWORD }))).toBe("invalid-credentials");
    const next = (await application.commands.logIn({ email: user.email, password: NEXT }))._unsafeUnwrap();
    expect(next).toMatchObject({ status: "second-factor-required", methods: ["pin"] });
  });

  test("ends the session too from which it is done, whether a password is replaced or is the first", async () => {
    const here = proving(world.store);
    const { application } = here;
    const user = await inhabitant(here);
    const { code } = await asked(here, "reset-password", user.email);
    const own = application.as(user.actor).commands;
    expect(codeOf(await own.resetPassword({ email: user.email, code, password: NEXT }))).toBe("ok");
    expect(await liveSessions(here, user.id)).toEqual([]);
    const without = await newcomer(here);
    const { link } = await asked(here, "log-in", without.email);
    const tokens = (await application.commands.logInWithLink({ link }))._unsafeUnwrap();
    if (tokens.status !== "signed-in") throw new Error(`logged in, and ${tokens.status}`);
    const reset = await asked(here, "reset-password", without.email);
    const { commands } = application.as(await actorOf(application, tokens));
    expect(codeOf(await commands.resetPassword({ link: reset.link, password: NEXT }))).toBe("ok");
    expect(await liveSessions(here, without.id)).toEqual([]);
  });

  test.each(rounds)("leaves no session of the old password's that was started meanwhile, round %i", async () => {
    const here = proving(world.store);
    const { application } = here;
    const user = await settler(here);
    const { link } = await asked(here, "reset-password", user.email);
    const answers = await Promise.all([
      fifty(async (index) => {
        if (index % 10 === 5) whatever(await application.commands.logIn({ email: user.email, password: PASSWORD }));
      }),
      application.commands.resetPassword({ link, password: NEXT }),
    ]);
    expect(codeOf(answers[1])).toBe("ok");
    expect(await liveSessions(here, user.id)).toEqual([]);
    expect(codeOf(await application.commands.logIn({ email: user.email, password: PASSWORD }))).not.toBe("ok");
  });

  test("with a password that is refused leaves the code and the link as they were, and everything else", async () => {
    const here = proving(world.store);
    const { application } = here;
    const user = await inhabitant(here);
    const { link, code } = await asked(here, "reset-password", user.email);
    expect(codeOf(await application.commands.resetPassword({ link, password: "short" }))).toBe("password-rejected");
    expect(codeOf(await application.commands.resetPassword({ email: user.email, code, password: "short" }))).toBe("password-rejected");
    expect(await liveSessions(here, user.id)).toEqual([user.tokens.sessionId]);
    expect(codeOf(await application.commands.resetPassword({ email: user.email, code, password: NEXT }))).toBe("ok");
  });

  test("that an administrator demands ends the sessions, locks the old password and the links out, and goes to a proved address", async () => {
    const here = proving(world.store);
    const { application } = here;
    const user = await inhabitant(here, { more: ["claimed-beside@example.com"] });
    const logInBefore = await asked(here, "log-in", user.email);
    (await application.as(SYSTEM).commands.forcePasswordReset({ id: user.id }))._unsafeUnwrap();
    await delivered(here);
    expect(here.post.all({ kind: "reset-password" }).map(({ to }) => to)).toEqual([user.email]);
    expect(await liveSessions(here, user.id)).toEqual([]);
    expect(codeOf(await application.commands.logIn({ email: user.email, password: PASSWORD }))).toBe("password-reset-required");
    expect(codeOf(await application.commands.logInWithLink({ link: logInBefore.link }))).toBe("challenge-invalid");
    const fresh = await asked(here, "log-in", user.email);
    expect(codeOf(await application.commands.logInWithLink({ link: fresh.link }))).toBe("password-reset-required");
    const { link = "" } = here.post.last({ kind: "reset-password" }) ?? {};
    expect(codeOf(await application.commands.resetPassword({ link, password: NEXT }))).toBe("ok");
    expect((await logIn(application, user.email, NEXT)).status).toBe("signed-in");
  });

  test("does not take a second factor for granted after it: a link asks for it as well", async () => {
    const here = proving(world.store);
    const { application } = here;
    const user = await guarded(here);
    const reset = await asked(here, "reset-password", user.email);
    (await application.commands.resetPassword({ link: reset.link, password: NEXT }))._unsafeUnwrap();
    const { link } = await asked(here, "log-in", user.email);
    expect((await application.commands.logInWithLink({ link }))._unsafeUnwrap()).toMatchObject({ status: "second-factor-required" });
    expect((await userOf(here, user.id)).credentials.map(({ kind }) => kind).sort()).toEqual(["password", "pin"]);
    expect(await liveSessions(here, user.id)).toEqual([]);
  });
});
