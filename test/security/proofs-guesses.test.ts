import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { codeOf } from "../support/codes.js";
import { asked, newcomer, newEmail, proving, request, requests, settler, wrongOf } from "../support/proofs.js";
import type { Proving } from "../support/proofs.js";
import { liveSessions, MINUTE, NEXT, PASSWORD, WRONG } from "../support/secured.js";
import { fifty, logged, places, rounds, worldOn } from "../support/worlds.js";
import type { World } from "../support/worlds.js";

const count = (codes: readonly string[], wanted: string): number => codes.filter((code) => code === wanted).length;

describe.each(places)("guesses at codes, on %s", (place) => {
  let world: World;
  beforeAll(async () => {
    world = await worldOn(place, { connections: 20 });
  });
  afterAll(() => world.close());

  const logInBy = async ({ application }: Proving, email: string, code: string) =>
    codeOf(await application.commands.logInWithCode({ email, code }));

  const lock = async (here: Proving, email: string, wrong: string): Promise<void> => {
    for (let index = 0; index < 5; index++) expect(await logInBy(here, email, wrong)).toBe("challenge-invalid");
    expect(await logInBy(here, email, wrong)).toBe("too-many-attempts");
  };

  test("are counted per user and purpose: neither the right code nor a fresh one helps who has made too many", async () => {
    const here = proving(world.store, { attempts: { first: 30 * MINUTE } });
    const user = await settler(here);
    const { code } = await asked(here, "log-in", user.email);
    await lock(here, user.email, wrongOf(code));
    expect(await logInBy(here, user.email, code)).toBe("too-many-attempts");
    const fresh = await asked(here, "log-in", user.email);
    expect(await logInBy(here, user.email, fresh.code)).toBe("too-many-attempts");
    here.clock.advance(30 * MINUTE);
    const late = await asked(here, "log-in", user.email);
    // The counter goes on where it was: one more, and it is locked for twice as long.
    expect(await logInBy(here, user.email, wrongOf(late.code))).toBe("challenge-invalid");
    expect(await logInBy(here, user.email, late.code)).toBe("too-many-attempts");
  });

  test("are counted on over what is sent again: four, another code, and one more", async () => {
    const here = proving(world.store);
    const user = await settler(here);
    const { code } = await asked(here, "log-in", user.email);
    for (let index = 0; index < 4; index++) expect(await logInBy(here, user.email, wrongOf(code))).toBe("challenge-invalid");
    const fresh = await asked(here, "log-in", user.email);
    expect(await logInBy(here, user.email, wrongOf(fresh.code))).toBe("challenge-invalid");
    expect(await logInBy(here, user.email, fresh.code)).toBe("too-many-attempts");
  });

  test("lock nobody out on a device that he has used before", async () => {
    const here = proving(world.store, { attempts: { first: 30 * MINUTE } });
    const { commands } = here.application;
    const user = await settler(here);
    const before = await asked(here, "log-in", user.email);
    const entered = (await commands.logInWithLink({ link: before.link }))._unsafeUnwrap();
    const trustedDevice = entered.status === "signed-in" ? entered.trustedDevice : "";
    const { code } = await asked(here, "log-in", user.email);
    await lock(here, user.email, wrongOf(code));
    expect(codeOf(await commands.logInWithCode({ email: user.email, code, trustedDevice }))).toBe("ok");
  });

  test("lock neither another purpose, nor the password, nor a link: no stranger keeps the owner out", async () => {
    const here = proving(world.store, { attempts: { first: 30 * MINUTE } });
    const { commands } = here.application;
    const user = await settler(here);
    const { code, link } = await asked(here, "log-in", user.email);
    await lock(here, user.email, wrongOf(code));
    const reset = await asked(here, "reset-password", user.email);
    expect([
      codeOf(await commands.logIn({ email: user.email, password: PASSWORD })),
      codeOf(await commands.logInWithLink({ link })),
      codeOf(await commands.resetPassword({ email: user.email, code: reset.code, password: NEXT })),
    ]).toEqual(["ok", "ok", "ok"]);
    const again = await asked(here, "log-in", user.email);
    for (let index = 0; index < 6; index++) await commands.logIn({ email: user.email, password: WRONG }).unwrapOr(undefined);
    expect(codeOf(await commands.logIn({ email: user.email, password: NEXT }))).toBe("too-many-attempts");
    expect(codeOf(await commands.logInWithLink({ link: again.link }))).toBe("ok");
  });

  test("at links lock nobody out, however many", async () => {
    const here = proving(world.store);
    const user = await settler(here);
    const { link } = await asked(here, "log-in", user.email);
    const reset = await asked(here, "reset-password", user.email);
    const forged = link.replace(/[0-9a-f]$/, (last) => (last === "0" ? "1" : "0"));
    const codes = await fifty(async (index) =>
      codeOf(await here.application.commands.logInWithLink({ link: index % 2 === 0 ? forged : reset.link })),
    );
    expect(count(codes, "challenge-invalid")).toBe(50);
    expect(codeOf(await here.application.commands.logInWithLink({ link }))).toBe("ok");
  });

  test.each(rounds)("of 50 at once with the right one among them no more are compared than the limit, round %i", async () => {
    const here = proving(world.store);
    const user = await settler(here);
    const { code } = await asked(here, "log-in", user.email);
    const codes = await fifty((index) => logInBy(here, user.email, index === 25 ? code : wrongOf(code)));
    // A success forgets the counter: then there are as many again.
    expect(count(codes, "challenge-invalid")).toBeLessThanOrEqual(10);
    expect(count(codes, "challenge-invalid") + count(codes, "too-many-attempts") + count(codes, "ok")).toBe(50);
    expect(await liveSessions(here, user.id)).toHaveLength(count(codes, "ok"));
  });

  test.each(rounds)("of 50 wrong ones at once five are compared, known or not, and each leaves its trace, round %i", async () => {
    const here = proving(world.store);
    const user = await settler(here);
    const { code } = await asked(here, "reset-password", user.email);
    const shown = { code: wrongOf(code), password: NEXT };
    for (const email of [user.email, newEmail("nobody")]) {
      const codes = await fifty(async () => codeOf(await here.application.commands.resetPassword({ ...shown, email })));
      expect([count(codes, "challenge-invalid"), count(codes, "too-many-attempts")]).toEqual([5, 45]);
    }
    if (world.opened === undefined) return;
    const failed = await logged(world.opened.database, `type = 'proof-failed' and subject = '${user.id}'`);
    const causes = failed.map(({ payload }) => String(payload["cause"]));
    expect([count(causes, "wrong"), count(causes, "too-many-attempts")]).toEqual([5, 45]);
  });

  test.each(requests)("and requests for %s have a cool-down, told alike to users and strangers", async (purpose) => {
    const here = proving(world.store);
    const user = purpose === "verify-email" ? await newcomer(here, { password: PASSWORD }) : await settler(here);
    const answers = [];
    for (const email of [user.email, newEmail("nobody")]) {
      const first = await request(here, purpose, email);
      const second = await request(here, purpose, email.toUpperCase());
      answers.push([first.isOk(), second.isErr() ? second.error : undefined]);
    }
    const retryAt = new Date(here.clock.now() + MINUTE).toISOString();
    expect(answers[0]).toMatchObject([true, { code: "too-many-attempts", retryAt }]);
    expect(answers[1]).toEqual(answers[0]);
    for (const other of requests.filter((each) => each !== purpose)) expect(codeOf(await request(here, other, user.email))).toBe("ok");
    here.clock.advance(MINUTE - 1);
    expect(codeOf(await request(here, purpose, user.email))).toBe("too-many-attempts");
    here.clock.advance(1);
    expect(codeOf(await request(here, purpose, user.email))).toBe("ok");
  });
});
