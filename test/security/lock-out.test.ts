import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { codeOf, whatever } from "../support/codes.js";
import { enrolPin, logIn, MINUTE, newName, NEXT, PASSWORD, secured, signUp, WRONG } from "../support/secured.js";
import type { SecuredApplication } from "../support/secured.js";
import { fifty, logged, places, rounds, worldOn } from "../support/worlds.js";
import type { World } from "../support/worlds.js";

interface Guessed {
  readonly application: Pick<SecuredApplication, "commands">;
}

const count = (codes: readonly string[], wanted: string): number => codes.filter((code) => code === wanted).length;

describe.each(places)("guesses on %s", (place) => {
  let world: World;
  beforeAll(async () => {
    world = await worldOn(place, { connections: 20 });
  });
  afterAll(() => world.close());

  const guess = async ({ application }: Guessed, email: string, password = WRONG, trustedDevice?: string) =>
    codeOf(await application.commands.logIn({ email, password, ...(trustedDevice === undefined ? {} : { trustedDevice }) }));

  const lock = async (here: Guessed, email: string): Promise<void> => {
    for (let index = 0; index < 5; index++) await guess(here, email);
    expect(await guess(here, email, PASSWORD)).toBe("too-many-attempts");
  };

  test.each(rounds)("of 50 wrong log-ins at once no more are evaluated than the limit, round %i", async () => {
    const here = secured(world.store);
    const user = await signUp(here.application);
    await guess(here, "warm@example.com");
    const before = here.hasher.calls.verify;
    const codes = await fifty(() => guess(here, user.email));
    expect([count(codes, "invalid-credentials"), count(codes, "too-many-attempts")]).toEqual([5, 45]);
    expect(here.hasher.calls.verify - before).toBe(5);
    if (world.opened === undefined) return;
    const failed = await logged(world.opened.database, `type = 'log-in-failed' and subject = '${user.id}'`);
    expect(failed).toHaveLength(50);
  });

  test.each(rounds)("so of 50 guesses at nobody's password, round %i", async () => {
    const here = secured(world.store);
    const email = `${newName("nobody")}@example.com`;
    await guess(here, "warm@example.com");
    const before = here.hasher.calls.verify;
    const codes = await fifty(() => guess(here, email));
    expect([count(codes, "invalid-credentials"), count(codes, "too-many-attempts")]).toEqual([5, 45]);
    expect(here.hasher.calls.verify - before).toBe(5);
  });

  test.each(rounds)("so of 50 at a second factor, and of a mixture of doors, round %i", async () => {
    const here = secured(world.store);
    const { application, pin } = here;
    const user = await signUp(application);
    await enrolPin(application, user.id);
    const asked = (await application.commands.logIn({ email: user.email, password: PASSWORD }))._unsafeUnwrap();
    const pending = asked.status === "second-factor-required" ? asked.pending : "";
    const before = pin.calls.verify;
    const codes = await fifty(async (index) => {
      if (index % 2 === 0) return codeOf(await application.commands.completeLogIn({ pending, pin: "0000:1" }));
      await using users = application.users();
      return codeOf(await users.verify({ id: user.id }, { pin: "0000:1" }));
    });
    expect([count(codes, "invalid-credentials"), count(codes, "too-many-attempts")]).toEqual([5, 45]);
    expect(pin.calls.verify - before).toBe(5);
  });

  test.each(rounds)("50 guesses with the right one among them: nobody learns more than the limit allows, round %i", async () => {
    const here = secured(world.store);
    const user = await signUp(here.application);
    const codes = await fifty((index) => guess(here, user.email, index === 25 ? PASSWORD : WRONG));
    // A success forgets the counter: then there are as many again.
    expect(count(codes, "invalid-credentials")).toBeLessThanOrEqual(10);
  });

  test("the counter survives although each command answers an error, and is another process's too", async () => {
    const here = secured(world.store);
    const user = await signUp(here.application);
    for (let index = 0; index < 3; index++) expect(await guess(here, user.email)).toBe("invalid-credentials");
    const there = secured(await world.another(), { clock: here.clock });
    for (let index = 0; index < 2; index++) expect(await guess(there, user.email)).toBe("invalid-credentials");
    const before = there.hasher.calls.verify + here.hasher.calls.verify;
    for (const one of [here, there]) expect(await guess(one, user.email, PASSWORD)).toBe("too-many-attempts");
    expect(there.hasher.calls.verify + here.hasher.calls.verify).toBe(before);
  });

  test("lock-out is checked where proofs are made: no door leads around it, and none hashes", async () => {
    const here = secured(world.store);
    const { application, hasher } = here;
    const user = await signUp(application);
    await lock(here, user.email);
    const before = hasher.calls.verify;
    await using users = application.users();
    const loaded = (await users.read({ id: user.id }))._unsafeUnwrap();
    const credentials = { email: user.email, password: PASSWORD };
    expect([
      codeOf(await application.commands.logIn(credentials)),
      codeOf(await application.commands.logIn({ identifier: user.email.toUpperCase(), password: PASSWORD })),
      codeOf(await application.commands.activateOwn(credentials)),
      codeOf(await application.commands.deactivateOwn(credentials)),
      codeOf(await users.verify({ email: user.email }, { password: PASSWORD })),
      codeOf(await users.verify({ id: user.id }, { password: PASSWORD })),
      codeOf(await loaded.verify({ password: PASSWORD })),
    ]).toEqual(Array.from({ length: 7 }, () => "too-many-attempts"));
    expect(hasher.calls.verify).toBe(before);
    here.clock.advance(MINUTE);
    expect(await guess(here, user.email, PASSWORD)).toBe("ok");
  });

  test("a stranger does not keep the owner, in a session of his own, from changing his password; and guesses there are counted as well", async () => {
    const here = secured(world.store);
    const user = await signUp(here.application);
    await lock(here, user.email);
    const { commands } = here.application.as(user.actor);
    const change = async (current: string) => codeOf(await commands.changePassword({ current, next: NEXT }));
    for (let index = 0; index < 5; index++) expect(await change(WRONG)).toBe("invalid-credentials");
    expect(await change(PASSWORD)).toBe("too-many-attempts");
    here.clock.advance(MINUTE);
    expect(await change(PASSWORD)).toBe("ok");
  });

  test("locks last longer with each guess after them, and what is refused meanwhile costs nothing", async () => {
    const here = secured(world.store);
    const user = await signUp(here.application);
    await lock(here, user.email);
    for (const minutes of [1, 2, 4, 8]) {
      here.clock.advance(minutes * MINUTE - 1);
      expect(await guess(here, user.email)).toBe("too-many-attempts");
      here.clock.advance(1);
      expect(await guess(here, user.email)).toBe("invalid-credentials");
    }
  });

  test("a stranger cannot lock the owner out on a device that he was on before", async () => {
    const here = secured(world.store);
    const user = await signUp(here.application);
    const { trustedDevice } = await logIn(here.application, user.email);
    await fifty(() => guess(here, user.email));
    expect(await guess(here, user.email, PASSWORD)).toBe("too-many-attempts");
    expect(await guess(here, user.email, PASSWORD, trustedDevice)).toBe("ok");
    // The device is handed out again, and is no way to guess for ever.
    expect((await logIn(here.application, user.email, PASSWORD, trustedDevice)).trustedDevice).toBe(trustedDevice);
    for (let index = 0; index < 5; index++) expect(await guess(here, user.email, WRONG, trustedDevice)).toBe("invalid-credentials");
    expect(await guess(here, user.email, PASSWORD, trustedDevice)).toBe("too-many-attempts");
  });

  test("a device that is another's, another tenant's or forged has no counter of its own", async () => {
    const here = secured(world.store);
    const [user, other] = [await signUp(here.application), await signUp(here.application)];
    const mine = user.tokens.trustedDevice;
    await lock(here, user.email);
    const end = mine.lastIndexOf(".");
    const forged = [
      other.tokens.trustedDevice,
      `${mine.slice(0, end - 1)}${mine[end - 1] === "0" ? "1" : "0"}${mine.slice(end)}`,
      `${mine.slice(0, -1)}${mine.endsWith("0") ? "1" : "0"}`,
      `${mine} `,
      "x".repeat(1_000_000),
      "",
    ];
    for (const device of forged) expect(await guess(here, user.email, PASSWORD, device)).toBe("too-many-attempts");
    expect(await guess(here, user.email, PASSWORD, mine)).toBe("ok");
    const elsewhere = here.application.tenant("elsewhere");
    const signedUp = await elsewhere.commands.signUp({ name: "Other", emails: [user.email], password: PASSWORD }, { id: user.id });
    expect(codeOf(signedUp)).toBe("ok");
    const guessThere = (trustedDevice?: string) => guess({ application: elsewhere }, user.email, WRONG, trustedDevice);
    for (let index = 0; index < 5; index++) await guessThere();
    expect(await guessThere(mine)).toBe("too-many-attempts");
  });

  test("guesses at one factor lock no other", async () => {
    const here = secured(world.store);
    const { application } = here;
    const user = await signUp(application);
    await enrolPin(application, user.id);
    const asked = (await application.commands.logIn({ email: user.email, password: PASSWORD }))._unsafeUnwrap();
    const pending = asked.status === "second-factor-required" ? asked.pending : "";
    await lock(here, user.email);
    expect(codeOf(await application.commands.completeLogIn({ pending, pin: "1843:1" }))).toBe("ok");
    here.clock.advance(MINUTE);
    for (let index = 0; index < 5; index++) whatever(await application.commands.logIn({ email: user.email, pin: "0000:9" }));
    expect(codeOf(await application.commands.logIn({ email: user.email, pin: "1843:9" }))).toBe("too-many-attempts");
    expect(await guess(here, user.email, PASSWORD)).toBe("ok");
  });
});
