import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { codeOf } from "../support/codes.js";
import { asked, guarded, inhabitant, newcomer, newEmail, proving, request, sentTo, settler, userOf } from "../support/proofs.js";
import type { Proving } from "../support/proofs.js";
import { liveSessions, MINUTE, NEXT, SYSTEM } from "../support/secured.js";
import { fifty, logged, places, rounds, worldOn } from "../support/worlds.js";
import type { World } from "../support/worlds.js";

const count = (codes: readonly string[]): Readonly<Record<string, number>> =>
  Object.fromEntries([...new Set(codes)].sort().map((code) => [code, codes.filter((each) => each === code).length]));

const ONE = { "challenge-invalid": 49, ok: 1 };

describe.each(places)("of 50 uses at once one wins, on %s", (place) => {
  let world: World;
  beforeAll(async () => {
    world = await worldOn(place, { connections: 20 });
  });
  afterAll(() => world.close());

  /** How often something has happened to a user, by the log. */
  const happened = async (id: string, type: string): Promise<number | undefined> => {
    if (world.opened === undefined) return undefined;
    return (await logged(world.opened.database, `subject = '${id}' and type = '${type}'`)).length;
  };

  /** What there is of it where there is a log to be read. */
  const times = (number: number): number | undefined => (world.opened === undefined ? undefined : number);

  test.each(rounds)("a link that verifies, round %i", async () => {
    const here = proving(world.store);
    const user = await newcomer(here);
    const { link } = await sentTo(here, user.email, "verify-email");
    const codes = await fifty(async () => codeOf(await here.application.commands.verifyEmail({ link })));
    expect(count(codes)).toEqual(ONE);
    expect([await happened(user.id, "email-verified"), await happened(user.id, "challenge-spent")]).toEqual([times(1), times(1)]);
  });

  test.each(rounds)("a link that resets the password, round %i", async () => {
    const here = proving(world.store);
    const user = await settler(here);
    const { link } = await asked(here, "reset-password", user.email);
    const passwords = Array.from({ length: 50 }, (_, index) => `${NEXT} number ${index}`);
    const codes = await fifty(async (index) =>
      codeOf(await here.application.commands.resetPassword({ link, password: passwords[index] ?? "" })),
    );
    expect(count(codes)).toEqual(ONE);
    const winner = passwords[codes.indexOf("ok")] ?? "";
    expect(codeOf(await here.application.commands.logIn({ email: user.email, password: winner }))).toBe("ok");
    expect(await happened(user.id, "password-changed")).toBe(times(2));
  });

  test.each(rounds)("a code that resets the password: the others are wrong or too many, round %i", async () => {
    const here = proving(world.store);
    const user = await settler(here);
    const { code } = await asked(here, "reset-password", user.email);
    const codes = await fifty(async () =>
      codeOf(await here.application.commands.resetPassword({ email: user.email, code, password: NEXT })),
    );
    const { ok, ...others } = count(codes);
    expect(ok).toBe(1);
    expect(Object.keys(others).filter((other) => other !== "challenge-invalid" && other !== "too-many-attempts")).toEqual([]);
    expect(await happened(user.id, "challenge-spent")).toBe(times(2));
  });

  test.each(rounds)("a link that logs in: one session, round %i", async () => {
    const here = proving(world.store);
    const user = await settler(here);
    const { link } = await asked(here, "log-in", user.email);
    const codes = await fifty(async () => codeOf(await here.application.commands.logInWithLink({ link })));
    expect(count(codes)).toEqual(ONE);
    expect(await liveSessions(here, user.id)).toHaveLength(1);
    expect(await happened(user.id, "session-started")).toBe(times(1));
  });

  test.each(rounds)("a link that asks for a second factor: one is asked, round %i", async () => {
    const here = proving(world.store);
    const user = await guarded(here);
    const { link } = await asked(here, "log-in", user.email);
    const codes = await fifty(async () => codeOf(await here.application.commands.logInWithLink({ link })));
    expect(count(codes)).toEqual(ONE);
    expect(await liveSessions(here, user.id)).toEqual([]);
  });

  test.each(rounds)("an invitation, round %i", async () => {
    const here = proving(world.store);
    const email = newEmail("guest");
    const invited = await here.application.as(SYSTEM).commands.inviteUser({ name: "Guest", emails: [email], role: "user" });
    const { userId } = invited._unsafeUnwrap();
    const { link } = await sentTo(here, email, "invitation");
    const codes = await fifty(async () => codeOf(await here.application.commands.acceptInvitation({ link, password: NEXT })));
    expect(count(codes)).toEqual(ONE);
    expect([await happened(userId, "account-activated"), await happened(userId, "password-changed")]).toEqual([times(1), times(1)]);
    expect((await userOf(here, userId)).credentials).toHaveLength(1);
  });

  test.each(rounds)("a link that changes the e-mail, and one that takes it back, round %i", async () => {
    const here = proving(world.store);
    const { application, clock } = here;
    const user = await inhabitant(here);
    const own = application.as(user.actor).commands;
    const next = newEmail("next");
    clock.advance(MINUTE);
    (await own.requestEmailChange({ email: next }))._unsafeUnwrap();
    const { link } = await sentTo(here, next, "change-email");
    expect(count(await fifty(async () => codeOf(await own.confirmEmailChange({ link }))))).toEqual(ONE);
    const back = await sentTo(here, user.email, "revert-email");
    const reverted = await fifty(async () => codeOf(await application.commands.revertEmailChange({ link: back.link })));
    expect(count(reverted)).toEqual(ONE);
    expect((await userOf(here, user.id)).emails.map(({ value }) => value)).toEqual([user.email]);
  });

  test.each(rounds)("a request: one is sent, round %i", async () => {
    const here = proving(world.store);
    const user = await settler(here);
    here.clock.advance(MINUTE);
    const asks = await fifty(async () => codeOf(await request(here, "log-in", user.email)));
    expect(count(asks)).toEqual({ ok: 1, "too-many-attempts": 49 });
    await sentTo(here, user.email, "log-in");
    expect(here.post.all({ to: user.email, kind: "log-in" })).toHaveLength(1);
  });

  test.each(rounds)("code and link of one challenge are one proof, round %i", async () => {
    const here: Proving = proving(world.store);
    const user = await settler(here);
    const { code, link } = await asked(here, "log-in", user.email);
    const codes = await fifty(async (index) =>
      codeOf(
        index % 25 === 7
          ? await here.application.commands.logInWithCode({ email: user.email, code })
          : await here.application.commands.logInWithLink({ link }),
      ),
    );
    expect(count(codes)).toEqual(ONE);
    expect(await liveSessions(here, user.id)).toHaveLength(1);
  });
});
