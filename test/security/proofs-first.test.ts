import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { codeOf } from "../support/codes.js";
import { asked, inhabitant, newcomer, newEmail, proving, sentTo, settler, userOf } from "../support/proofs.js";
import type { Proving } from "../support/proofs.js";
import { actorOf, enrolPin, liveSessions, NEXT, PASSWORD } from "../support/secured.js";
import { stores, worldOn } from "../support/worlds.js";
import type { World } from "../support/worlds.js";

let number = 600_000_000;

describe.each(stores)("the first proof of a mailbox, on %s", (place) => {
  let world: World;
  beforeAll(async () => {
    world = await worldOn(place);
  });
  afterAll(() => world.close());

  /** Somebody signs up with another's e-mail, and waits: with a password, a PIN, a session, a phone and an e-mail of his own. */
  const hijacked = async (here: Proving) => {
    const { application } = here;
    const [victim, attacker] = [newEmail("victim"), newEmail("attacker")];
    const input = { name: "Mallory", emails: [victim, attacker], password: PASSWORD };
    const tokens = (await application.commands.signUp(input))._unsafeUnwrap();
    if (tokens.status !== "signed-in") throw new Error(`signed up, and ${tokens.status}`);
    const id = tokens.userId;
    await enrolPin(application, id);
    await using users = application.users();
    const user = (await users.read({ id }))._unsafeUnwrap();
    user.addPhone(`+34${++number}`)._unsafeUnwrap();
    (await users.save(user))._unsafeUnwrap();
    const planted = await asked(here, "log-in", attacker);
    here.clock.advance(60_000);
    (await application.as(await actorOf(application, tokens)).commands.requestEmailChange({ email: newEmail("later") }))._unsafeUnwrap();
    return { id, victim, attacker, tokens, planted };
  };

  const immediate = { accounts: { activation: "immediate", verify: ["email"] } } as const;

  /** Of what the attacker has planted nothing lives. */
  const expectPurged = async (here: Proving, { id, victim, attacker, tokens, planted }: Awaited<ReturnType<typeof hijacked>>) => {
    const { application } = here;
    const user = await userOf(here, id);
    expect([user.emails.map(({ value }) => value), user.phones]).toEqual([[victim], []]);
    expect(user.credentials.map(({ kind }) => kind)).not.toContain("pin");
    expect((await liveSessions(here, id)).includes(tokens.sessionId)).toBe(false);
    expect([
      codeOf(await application.commands.refresh(tokens)),
      codeOf(await application.authenticate(tokens.accessToken)),
      codeOf(await application.commands.logIn({ email: victim, password: PASSWORD })),
      codeOf(await application.commands.logIn({ email: attacker, password: PASSWORD })),
      codeOf(await application.commands.logInWithLink({ link: planted.link })),
      codeOf(await application.commands.logInWithCode({ email: victim, code: planted.code })),
    ]).toEqual([
      "refresh-token-invalid",
      "access-token-invalid",
      "invalid-credentials",
      "invalid-credentials",
      "challenge-invalid",
      "challenge-invalid",
    ]);
  };

  test("by its link alone changes nothing where somebody has set up a credential, and does not spend the link", async () => {
    const here = proving(world.store, immediate);
    const { application } = here;
    const planted = await hijacked(here);
    const { link, code } = await asked(here, "verify-email", planted.victim);
    const before = await userOf(here, planted.id);
    expect(codeOf(await application.commands.verifyEmail({ link }))).toBe("credentials-unproved");
    expect(codeOf(await application.commands.verifyEmail({ email: planted.victim, code }))).toBe("credentials-unproved");
    expect(codeOf(await application.commands.verifyEmail({ link, password: NEXT }))).toBe("invalid-credentials");
    const stranger = await settler(here);
    const other = (await application.commands.logIn({ email: stranger.email, password: PASSWORD }))._unsafeUnwrap();
    const actor = await actorOf(application, other.status === "signed-in" ? other : { accessToken: "" });
    expect(codeOf(await application.as(actor).commands.verifyEmail({ link }))).toBe("credentials-unproved");
    expect((await userOf(here, planted.id)).version).toBe(before.version);
    expect(await liveSessions(here, planted.id)).toEqual([planted.tokens.sessionId]);
    expect(codeOf(await application.commands.verifyEmail({ link, startAfresh: true }))).toBe("ok");
    await expectPurged(here, planted);
  });

  test("by a reset of the password purges as well", async () => {
    const here = proving(world.store, immediate);
    const planted = await hijacked(here);
    const { link } = await asked(here, "reset-password", planted.victim);
    expect(codeOf(await here.application.commands.resetPassword({ link, password: NEXT }))).toBe("ok");
    await expectPurged(here, planted);
    expect(codeOf(await here.application.commands.logIn({ email: planted.victim, password: NEXT }))).toBe("ok");
  });

  test("by a link to log in purges as well, and asks for nobody's PIN", async () => {
    const here = proving(world.store, immediate);
    const planted = await hijacked(here);
    const { link } = await asked(here, "log-in", planted.victim);
    const answer = (await here.application.commands.logInWithLink({ link }))._unsafeUnwrap();
    expect(answer.status).toBe("signed-in");
    await expectPurged(here, planted);
    expect(await liveSessions(here, planted.id)).toEqual([answer.status === "signed-in" ? answer.sessionId : ""]);
  });

  test("keeps everything with the password, or from a session of his own", async () => {
    for (const by of ["password", "session"] as const) {
      const here = proving(world.store, immediate);
      const { application } = here;
      const { id, victim, tokens } = await hijacked(here);
      const { link } = await asked(here, "verify-email", victim);
      const own = application.as(await actorOf(application, (await application.commands.refresh(tokens))._unsafeUnwrap()));
      const verified =
        by === "password" ? await application.commands.verifyEmail({ link, password: PASSWORD }) : await own.commands.verifyEmail({ link });
      expect(codeOf(verified)).toBe("ok");
      const user = await userOf(here, id);
      expect([user.emails.length, user.phones.length, user.credentials.map(({ kind }) => kind).sort()]).toEqual([
        2,
        1,
        ["password", "pin"],
      ]);
      expect(await liveSessions(here, id)).toEqual([tokens.sessionId]);
    }
  });

  test("evicts another's claim in that commit, never a proof, nor what a removed user held", async () => {
    const here = proving(world.store);
    const { application } = here;
    const [claimant, settled, gone] = [await newcomer(here), await settler(here), await settler(here)];
    await using users = application.users();
    const removed = (await users.read({ id: gone.id }))._unsafeUnwrap();
    removed.remove()._unsafeUnwrap();
    (await users.save(removed))._unsafeUnwrap();
    const prover = await inhabitant(here);
    const prove = async (email: string) => {
      here.clock.advance(60_000);
      const { commands } = application.as(prover.actor);
      (await commands.requestEmailChange({ email }))._unsafeUnwrap();
      return codeOf(await commands.confirmEmailChange({ link: (await sentTo(here, email, "change-email")).link }));
    };
    const claims = await asked(here, "verify-email", claimant.email);
    expect([await prove(settled.email), await prove(gone.email), await prove(claimant.email)]).toEqual([
      "email-taken",
      "email-taken",
      "ok",
    ]);
    expect((await userOf(here, claimant.id)).emails).toEqual([]);
    expect((await userOf(here, settled.id)).primaryEmail).toBe(settled.email);
    expect(codeOf(await application.commands.verifyEmail({ link: claims.link }))).toBe("challenge-invalid");
  });
});
