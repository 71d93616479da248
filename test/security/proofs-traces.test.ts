import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { domainError, err } from "denizen";
import { codeOf, whatever } from "../support/codes.js";
import { servers } from "../support/drivers.js";
import { asked, guarded, newcomer, newEmail, proving, sentTo, settler, wrongOf } from "../support/proofs.js";
import { MINUTE, NEXT, PASSWORD } from "../support/secured.js";
import { fifty, logged, postgresOf, rounds, worldOn } from "../support/worlds.js";
import type { World } from "../support/worlds.js";

describe.each(servers)("every attempt at a code or a link leaves an event, on %s", (driver) => {
  let world: World;
  beforeAll(async () => {
    world = await worldOn(driver, { connections: 20 });
  });
  afterAll(() => world.close());

  /** The traces about somebody, as `type method cause`, from the log itself. */
  const traces = async (where: string): Promise<readonly string[]> => {
    const events = await logged(postgresOf(world).database, `kind in ('attempts', 'session') and ${where}`);
    return events.map(({ type, payload }) =>
      [type, payload["method"], payload["cause"]].filter((each): each is string => typeof each === "string").join(" "),
    );
  };
  const about = (id: string) => traces(`subject = '${id}'`);

  test("with what was tried, and why it was refused, also where the caller is told less", async () => {
    const here = proving(world.store);
    const { commands } = here.application;
    const user = await newcomer(here);
    const { email } = user;
    whatever(await commands.logInWithCode({ email, code: "00000000" }));
    const first = await sentTo(here, email, "verify-email");
    whatever(await commands.verifyEmail({ email, code: wrongOf(first.code) }));
    whatever(await commands.logInWithLink({ link: first.link }));
    (await commands.verifyEmail({ link: first.link }))._unsafeUnwrap();
    whatever(await commands.verifyEmail({ link: first.link }));
    const late = await asked(here, "log-in", email);
    here.clock.advance(10 * MINUTE);
    whatever(await commands.logInWithLink({ link: late.link }));
    const reset = await asked(here, "reset-password", email);
    const outdated = await asked(here, "log-in", email);
    (await commands.resetPassword({ email, code: reset.code, password: NEXT }))._unsafeUnwrap();
    whatever(await commands.logInWithCode({ email, code: outdated.code }));
    for (let index = 0; index < 5; index++) whatever(await commands.resetPassword({ email, code: "1", password: NEXT }));
    whatever(await commands.resetPassword({ email, code: "1", password: NEXT }));
    expect(await about(user.id)).toEqual([
      ...["proof-failed log-in-code no-credential", "log-in-failed challenge-invalid"],
      "proof-failed verify-email-code wrong",
      "proof-succeeded verify-email-link",
      "proof-failed verify-email-link no-credential",
      ...["proof-failed log-in-link expired", "log-in-failed challenge-invalid"],
      "proof-succeeded reset-password-code",
      ...["proof-failed log-in-code outdated", "log-in-failed challenge-invalid"],
      ...Array.from({ length: 5 }, () => "proof-failed reset-password-code no-credential"),
      "proof-failed reset-password-code too-many-attempts",
    ]);
  });

  test("of nobody's as well, under the keyed hash of what was typed", async () => {
    const here = proving(world.store);
    const email = newEmail("nobody");
    const before = (await traces("subject is null")).length;
    whatever(await here.application.commands.logInWithCode({ email, code: "00000000" }));
    whatever(await here.application.commands.resetPassword({ link: "forged", password: NEXT }));
    whatever(await here.application.commands.verifyEmail({ email, code: "00000000" }));
    expect((await traces("subject is null")).slice(before)).toEqual([
      ...["proof-failed log-in-code stranger", "log-in-failed challenge-invalid"],
      "proof-failed reset-password-link stranger",
      "proof-failed verify-email-code stranger",
    ]);
    expect(JSON.stringify(await logged(postgresOf(world).database, "subject is null"))).not.toContain(email);
  });

  test("although the command is vetoed, and the proof is not spent by that", async () => {
    const here = proving(world.store);
    const { application } = here;
    const user = await settler(here);
    const { link } = await asked(here, "reset-password", user.email);
    let vetoes = true;
    application.inTransaction.subscribe("password-changed", () => (vetoes ? err(domainError("no", "not today")) : undefined));
    expect(codeOf(await application.commands.resetPassword({ link, password: NEXT }))).toBe("vetoed");
    expect((await about(user.id)).at(-1)).toBe("proof-succeeded reset-password-link");
    expect(codeOf(await application.commands.logIn({ email: user.email, password: PASSWORD }))).toBe("ok");
    vetoes = false;
    expect(codeOf(await application.commands.resetPassword({ link, password: NEXT }))).toBe("ok");
  });

  test("a link asks for a second factor, and the log says that nobody is in yet", async () => {
    const here = proving(world.store);
    const user = await guarded(here);
    const { link } = await asked(here, "log-in", user.email);
    whatever(await here.application.commands.logInWithLink({ link }));
    expect((await about(user.id)).slice(-2)).toEqual(["proof-succeeded verify-email-link", "proof-succeeded log-in-link"]);
  });

  test.each(rounds)("of 50 at once: one has succeeded, and the log says of the others that they have not, round %i", async () => {
    const here = proving(world.store);
    const user = await settler(here);
    const { link } = await asked(here, "reset-password", user.email);
    await fifty(async () => codeOf(await here.application.commands.resetPassword({ link, password: NEXT })));
    const tried = (await about(user.id)).filter((trace) => trace.includes("reset-password-link"));
    expect(tried).toHaveLength(50);
    expect(tried.filter((trace) => trace.startsWith("proof-succeeded"))).toHaveLength(1);
  });

  test("a code that is shown for another of his e-mails is refused in the log as well", async () => {
    const here = proving(world.store);
    const second = newEmail("second");
    const user = await newcomer(here, { more: [second] });
    const { code } = await sentTo(here, user.email, "verify-email");
    expect(codeOf(await here.application.commands.verifyEmail({ email: second, code }))).toBe("challenge-invalid");
    expect(await about(user.id)).toEqual(["proof-failed verify-email-code wrong"]);
  });
});
