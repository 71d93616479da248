import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { codeOf, whatever } from "../support/codes.js";
import { asked, delivered, inhabitant, newcomer, newEmail, proving, request, sentTo, settler, userOf } from "../support/proofs.js";
import { liveSessions, MINUTE, NEXT, PASSWORD } from "../support/secured.js";
import { stores, worldOn } from "../support/worlds.js";
import type { World } from "../support/worlds.js";

describe.each(stores)("a mere claim beside a proved address, on %s", (place) => {
  let world: World;
  beforeAll(async () => {
    world = await worldOn(place);
  });
  afterAll(() => world.close());

  test("is sent nothing by which a password is reset or a session starts", async () => {
    const here = proving(world.store);
    const claim = newEmail("claim");
    await settler(here, { more: [claim] });
    for (const purpose of ["log-in", "reset-password"] as const) whatever(await request(here, purpose, claim));
    await delivered(here);
    expect(here.post.all({ to: claim })).toEqual([]);
  });

  test("cannot use what it was sent before the other one was proved", async () => {
    const here = proving(world.store);
    const { application, clock } = here;
    const claim = newEmail("claim");
    const user = await newcomer(here, { password: PASSWORD, more: [claim] });
    clock.advance(MINUTE);
    for (const purpose of ["log-in", "reset-password"] as const) (await request(here, purpose, claim))._unsafeUnwrap();
    const [logIn, reset] = [await sentTo(here, claim, "log-in"), await sentTo(here, claim, "reset-password")];
    const { link } = await sentTo(here, user.email, "verify-email");
    (await application.commands.verifyEmail({ link, password: PASSWORD }))._unsafeUnwrap();
    expect([
      codeOf(await application.commands.resetPassword({ link: reset.link, password: NEXT })),
      codeOf(await application.commands.resetPassword({ email: claim, code: reset.code, password: NEXT })),
      codeOf(await application.commands.logInWithLink({ link: logIn.link })),
      codeOf(await application.commands.logInWithCode({ email: claim, code: logIn.code })),
    ]).toEqual(Array.from({ length: 4 }, () => "challenge-invalid"));
    expect(codeOf(await application.commands.logIn({ email: user.email, password: PASSWORD }))).toBe("ok");
  });

  test("is not proved by its mailbox alone: whoever has that might be a stranger, and reset the password next", async () => {
    const here = proving(world.store);
    const { application } = here;
    const claim = newEmail("claim");
    const user = await inhabitant(here, { more: [claim] });
    const { link, code } = await asked(here, "verify-email", claim);
    expect(codeOf(await application.commands.verifyEmail({ link }))).toBe("credentials-unproved");
    expect(codeOf(await application.commands.verifyEmail({ link, startAfresh: true }))).toBe("credentials-unproved");
    expect(codeOf(await application.commands.verifyEmail({ email: claim, code }))).toBe("credentials-unproved");
    expect(codeOf(await application.commands.verifyEmail({ link, password: NEXT }))).toBe("invalid-credentials");
    expect((await userOf(here, user.id)).emails.find(({ value }) => value === claim)?.verifiedAt).toBeNull();
    expect(await liveSessions(here, user.id)).toEqual([user.tokens.sessionId]);
    expect(codeOf(await application.as(user.actor).commands.verifyEmail({ link }))).toBe("ok");
    expect((await userOf(here, user.id)).emails.every(({ verifiedAt }) => verifiedAt !== null)).toBe(true);
  });

  test("is proved by its mailbox and the password, without a session", async () => {
    const here = proving(world.store);
    const claim = newEmail("claim");
    const user = await settler(here, { more: [claim] });
    const { link } = await asked(here, "verify-email", claim);
    expect(codeOf(await here.application.commands.verifyEmail({ link, password: PASSWORD }))).toBe("ok");
    expect((await userOf(here, user.id)).emails.every(({ verifiedAt }) => verifiedAt !== null)).toBe(true);
  });
});
