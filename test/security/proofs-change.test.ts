import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { codeOf } from "../support/codes.js";
import {
  asked,
  delivered,
  inhabitant,
  letterTo,
  newcomer,
  newEmail,
  proving,
  sentTo,
  settler,
  userOf,
  wrongOf,
} from "../support/proofs.js";
import type { Proving } from "../support/proofs.js";
import { actorOf, DAY, enrolPin, liveSessions, logIn, MINUTE, NEXT, PASSWORD } from "../support/secured.js";
import { stores, worldOn } from "../support/worlds.js";
import type { World } from "../support/worlds.js";

describe.each(stores)("a change of e-mail, on %s", (place) => {
  let world: World;
  beforeAll(async () => {
    world = await worldOn(place);
  });
  afterAll(() => world.close());

  type Inhabitant = Awaited<ReturnType<typeof inhabitant>>;

  /** Asks for it in a session, and gives what was sent to the new e-mail. */
  const requested = async (here: Proving, { actor }: Pick<Inhabitant, "actor">, email: string) => {
    here.clock.advance(MINUTE);
    (await here.application.as(actor).commands.requestEmailChange({ email }))._unsafeUnwrap();
    return sentTo(here, email, "change-email");
  };

  /** Changes it, and gives the way back. */
  const changed = async (here: Proving, user: Inhabitant, email: string): Promise<string> => {
    const { link } = await requested(here, user, email);
    (await here.application.as(user.actor).commands.confirmEmailChange({ link }))._unsafeUnwrap();
    return (await letterTo(here, user.email, "revert-email")).link ?? "";
  };

  const emailsOf = async (here: Proving, id: string) =>
    (await userOf(here, id)).emails.map(({ value, verifiedAt, primary }) => [value, verifiedAt !== null, primary]);

  test("takes effect when the new one is proved, by its user alone, and not before", async () => {
    const here = proving(world.store);
    const [user, other] = [await inhabitant(here), await inhabitant(here)];
    const next = newEmail("next");
    const { link, code } = await requested(here, user, next);
    expect(await emailsOf(here, user.id)).toEqual([[user.email, true, true]]);
    expect([
      codeOf(await here.application.commands.confirmEmailChange({ link })),
      codeOf(await here.application.as(other.actor).commands.confirmEmailChange({ link })),
      codeOf(await here.application.as(other.actor).commands.confirmEmailChange({ code })),
      codeOf(await here.application.as(user.actor).commands.confirmEmailChange({ code: wrongOf(code) })),
      codeOf(await here.application.commands.verifyEmail({ link, password: PASSWORD })),
      codeOf(await here.application.commands.revertEmailChange({ link })),
    ]).toEqual(["not-authenticated", ...Array.from({ length: 5 }, () => "challenge-invalid")]);
    expect(await emailsOf(here, user.id)).toEqual([[user.email, true, true]]);
    expect(codeOf(await here.application.as(user.actor).commands.confirmEmailChange({ code }))).toBe("ok");
    expect(await emailsOf(here, user.id)).toEqual([[next, true, true]]);
    expect((await letterTo(here, user.email, "revert-email")).code).toBeUndefined();
  });

  test("is taken back by whoever has the old one: it is back, what came since is gone, nobody is in, and the password is to be replaced", async () => {
    const here = proving(world.store);
    const { application } = here;
    const user = await inhabitant(here);
    const next = newEmail("thief");
    const back = await changed(here, user, next);
    here.clock.advance(MINUTE);
    await enrolPin(application, user.id);
    (await application.as(user.actor).commands.changePassword({ current: PASSWORD, next: NEXT }))._unsafeUnwrap();
    const thiefs = await asked(here, "reset-password", next);
    expect(codeOf(await application.commands.revertEmailChange({ link: back }))).toBe("ok");
    expect(await emailsOf(here, user.id)).toEqual([[user.email, true, true]]);
    expect((await userOf(here, user.id)).credentials.map(({ kind }) => kind)).toEqual(["password"]);
    expect(await liveSessions(here, user.id)).toEqual([]);
    expect([
      codeOf(await application.commands.logIn({ email: user.email, password: NEXT })),
      codeOf(await application.commands.logIn({ email: user.email, password: PASSWORD })),
      codeOf(await application.commands.resetPassword({ link: thiefs.link, password: NEXT })),
      codeOf(await application.commands.refresh(user.tokens)),
      codeOf(await application.commands.revertEmailChange({ link: back })),
    ]).toEqual(["password-reset-required", "invalid-credentials", "challenge-invalid", "refresh-token-invalid", "challenge-invalid"]);
    const owners = await asked(here, "reset-password", user.email);
    (await application.commands.resetPassword({ link: owners.link, password: `${NEXT} again` }))._unsafeUnwrap();
    expect(codeOf(await application.commands.logIn({ email: user.email, password: `${NEXT} again` }))).toBe("ok");
  });

  test("can be taken back although the thief has changed it twice, and however he spells the old one", async () => {
    const here = proving(world.store);
    const { application } = here;
    const user = await inhabitant(here);
    const back = await changed(here, user, newEmail("first"));
    const [second, respelled] = [newEmail("second"), user.email.replace("user", "User")];
    const { link } = await requested(here, user, second);
    (await application.as(user.actor).commands.confirmEmailChange({ link }))._unsafeUnwrap();
    await using users = application.users();
    const thief = (await users.read({ id: user.id }))._unsafeUnwrap();
    thief.addEmail(respelled)._unsafeUnwrap();
    (await users.save(thief))._unsafeUnwrap();
    here.clock.advance(MINUTE);
    expect(codeOf(await application.commands.revertEmailChange({ link: back }))).toBe("ok");
    const kept = await userOf(here, user.id);
    expect(kept.emails.map(({ value, verifiedAt, primary }) => [value.toLowerCase(), verifiedAt !== null, primary])).toEqual([
      [user.email, true, true],
    ]);
  });

  test("can be taken back after the password, the status and the sessions have changed; not after its time, nor without a user", async () => {
    const here = proving(world.store);
    const [one, late, gone] = [await inhabitant(here), await inhabitant(here), await inhabitant(here)];
    const [ones, lates, gones] = [
      await changed(here, one, newEmail("n")),
      await changed(here, late, newEmail("n")),
      await changed(here, gone, newEmail("n")),
    ];
    const { commands } = here.application.as(one.actor);
    (await commands.changePassword({ current: PASSWORD, next: NEXT }))._unsafeUnwrap();
    (await commands.deactivateOwn({ email: (await userOf(here, one.id)).primaryEmail ?? "", password: NEXT }))._unsafeUnwrap();
    expect(codeOf(await here.application.commands.revertEmailChange({ link: ones }))).toBe("ok");
    await using users = here.application.users();
    const removed = (await users.read({ id: gone.id }))._unsafeUnwrap();
    removed.remove()._unsafeUnwrap();
    (await users.save(removed))._unsafeUnwrap();
    expect(codeOf(await here.application.commands.revertEmailChange({ link: gones }))).toBe("challenge-invalid");
    here.clock.advance(3 * DAY);
    expect(codeOf(await here.application.commands.revertEmailChange({ link: lates }))).toBe("challenge-invalid");
  });

  test("can be taken back although he has added as many addresses as a user may have", async () => {
    const here = proving(world.store);
    const user = await inhabitant(here);
    const back = await changed(here, user, newEmail("thief"));
    await using users = here.application.users();
    const thief = (await users.read({ id: user.id }))._unsafeUnwrap();
    for (let index = 0; index < 19; index++) thief.addEmail(newEmail("full"))._unsafeUnwrap();
    (await users.save(thief))._unsafeUnwrap();
    expect(codeOf(await here.application.commands.revertEmailChange({ link: back }))).toBe("ok");
    expect(await emailsOf(here, user.id)).toEqual([[user.email, true, true]]);
  });

  test("evicts a stranger's mere claim to the new one, and never a proof", async () => {
    const here = proving(world.store);
    const [user, holder] = [await inhabitant(here), await settler(here)];
    const claimant = await newcomer(here, { password: PASSWORD });
    const taken = await requested(here, user, holder.email);
    expect(codeOf(await here.application.as(user.actor).commands.confirmEmailChange({ link: taken.link }))).toBe("email-taken");
    expect(await emailsOf(here, holder.id)).toEqual([[holder.email, true, true]]);
    expect(await emailsOf(here, user.id)).toEqual([[user.email, true, true]]);
    const free = await requested(here, user, claimant.email);
    expect(codeOf(await here.application.as(user.actor).commands.confirmEmailChange({ link: free.link }))).toBe("ok");
    expect(await emailsOf(here, claimant.id)).toEqual([]);
    expect(await emailsOf(here, user.id)).toEqual([[claimant.email, true, true]]);
  });

  test("two users who prove the same new one at once: one has it", async () => {
    const here = proving(world.store);
    const [one, other] = [await inhabitant(here), await inhabitant(here)];
    const next = newEmail("next");
    const ones = await requested(here, one, next);
    const others = await requested(here, other, next);
    const again = await actorOf(here.application, await logIn(here.application, one.email));
    const answers = await Promise.all([
      here.application.as(again).commands.confirmEmailChange({ link: ones.link }),
      here.application.as(other.actor).commands.confirmEmailChange({ link: others.link }),
    ]);
    expect(answers.map(codeOf).sort()).toEqual(["email-taken", "ok"]);
    await delivered(here);
    const holders = [...(await emailsOf(here, one.id)), ...(await emailsOf(here, other.id))].filter(([value]) => value === next);
    expect(holders).toEqual([[next, true, true]]);
  });
});
