import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ConfigurationError } from "denizen";
import { memory } from "denizen/memory";
import { codeOf } from "../support/codes.js";
import { asked, guarded, inhabitant, newcomer, newEmail, proving, requests, sentTo, settler } from "../support/proofs.js";
import type { Person, Proving, Requested } from "../support/proofs.js";
import { DAY, enrolPin, HOUR, MINUTE, NEXT, PASSWORD, SYSTEM } from "../support/secured.js";
import { stores, worldOn } from "../support/worlds.js";
import type { World } from "../support/worlds.js";

describe.each(stores)("a code or a link lives, on %s", (place) => {
  let world: World;
  beforeAll(async () => {
    world = await worldOn(place);
  });
  afterAll(() => world.close());

  const use = (here: Proving, purpose: Requested, shown: { readonly link: string } | { readonly email: string; readonly code: string }) => {
    const { commands } = here.application;
    if (purpose === "reset-password") return commands.resetPassword({ ...shown, password: NEXT });
    if (purpose === "verify-email") return commands.verifyEmail({ ...shown, password: PASSWORD });
    return "link" in shown ? commands.logInWithLink(shown).map(() => undefined) : commands.logInWithCode(shown).map(() => undefined);
  };

  /** Who can be asked for it: nobody proves what is proved. */
  const whoFor = (here: Proving, purpose: Requested): Promise<Person> =>
    purpose === "verify-email" ? newcomer(here, { password: PASSWORD }) : settler(here);

  test.each(requests)("for %s: a code ten minutes, and not an instant longer", async (purpose) => {
    const here = proving(world.store);
    for (const [after, answer] of [
      [10 * MINUTE - 1, "ok"],
      [10 * MINUTE, "challenge-invalid"],
    ] as const) {
      const { email } = await whoFor(here, purpose);
      const { code } = await asked(here, purpose, email);
      here.clock.advance(after);
      expect(codeOf(await use(here, purpose, { email, code }))).toBe(answer);
    }
  });

  test.each([
    ["log-in", 10 * MINUTE],
    ["reset-password", HOUR],
    ["verify-email", DAY],
  ] as const)("for %s: a link its own time", async (purpose, lifetime) => {
    const here = proving(world.store);
    for (const [after, answer] of [
      [lifetime - 1, "ok"],
      [lifetime, "challenge-invalid"],
    ] as const) {
      const { email } = await whoFor(here, purpose);
      const { link } = await asked(here, purpose, email);
      here.clock.advance(after);
      expect(codeOf(await use(here, purpose, { link }))).toBe(answer);
    }
  });

  test.each(requests)("for %s: no longer than until the next one", async (purpose) => {
    const here = proving(world.store);
    const { email } = await whoFor(here, purpose);
    const first = await asked(here, purpose, email);
    const second = await asked(here, purpose, email);
    expect([
      codeOf(await use(here, purpose, { email, code: first.code })),
      codeOf(await use(here, purpose, { link: first.link })),
      codeOf(await use(here, purpose, { email, code: second.code })),
      codeOf(await use(here, purpose, { link: second.link })),
    ]).toEqual(["challenge-invalid", "challenge-invalid", "ok", "challenge-invalid"]);
  });

  type Change = (here: Proving, user: Awaited<ReturnType<typeof inhabitant>>) => Promise<unknown>;

  const edited = async (here: Proving, id: string, change: (user: Awaited<ReturnType<typeof edit>>["user"]) => unknown) => {
    const { users, user } = await edit(here, id);
    change(user);
    (await users.save(user))._unsafeUnwrap();
  };

  const edit = async ({ application }: Proving, id: string) => {
    const users = application.users();
    return { users, user: (await users.read({ id }))._unsafeUnwrap() };
  };

  let number = 600_300_000;
  const changes: Readonly<Record<string, Change>> = {
    "an e-mail more": (here, { id }) => edited(here, id, (user) => user.addEmail(newEmail("more"))._unsafeUnwrap()),
    "a phone more": (here, { id }) => edited(here, id, (user) => user.addPhone(`+34${++number}`)._unsafeUnwrap()),
    "another e-mail": async (here, { actor }) => {
      const next = newEmail("next");
      const own = here.application.as(actor).commands;
      (await own.requestEmailChange({ email: next }))._unsafeUnwrap();
      const { link } = await sentTo(here, next, "change-email");
      (await own.confirmEmailChange({ link }))._unsafeUnwrap();
    },
    "another password": async (here, { actor }) =>
      (await here.application.as(actor).commands.changePassword({ current: PASSWORD, next: `${NEXT} again` }))._unsafeUnwrap(),
    "a suspension": async (here, { id }) => (await here.application.as(SYSTEM).commands.suspendAccount({ id }))._unsafeUnwrap(),
    "a suspension that was lifted": async (here, { id }) => {
      (await here.application.as(SYSTEM).commands.suspendAccount({ id }))._unsafeUnwrap();
      (await here.application.as(SYSTEM).commands.activateAccount({ id }))._unsafeUnwrap();
    },
    "its owner's departure": async ({ application }, { email }) =>
      (await application.commands.deactivateOwn({ email, password: PASSWORD }))._unsafeUnwrap(),
    "his removal": (here, { id }) => edited(here, id, (user) => user.remove()._unsafeUnwrap()),
    "his erasure": async (here, { id }) => (await here.application.as(SYSTEM).commands.eraseUser({ id }))._unsafeUnwrap(),
    "a demand for another password": async (here, { id }) =>
      (await here.application.as(SYSTEM).commands.forcePasswordReset({ id }))._unsafeUnwrap(),
  };

  test.each(Object.keys(changes))("no longer than until %s", async (name) => {
    const here = proving(world.store);
    const user = await inhabitant(here);
    const sent = { logIn: await asked(here, "log-in", user.email), reset: await asked(here, "reset-password", user.email) };
    await changes[name]?.(here, user);
    expect([
      codeOf(await use(here, "log-in", { link: sent.logIn.link })),
      codeOf(await use(here, "log-in", { email: user.email, code: sent.logIn.code })),
      codeOf(await use(here, "reset-password", { link: sent.reset.link })),
      codeOf(await use(here, "reset-password", { email: user.email, code: sent.reset.code })),
    ]).toEqual(Array.from({ length: 4 }, () => "challenge-invalid"));
  });

  test("through what does not concern it: a log-in, a second factor more, another purpose's request", async () => {
    const here = proving(world.store);
    const user = await settler(here);
    const { link } = await asked(here, "reset-password", user.email);
    await asked(here, "log-in", user.email);
    await enrolPin(here.application, user.id);
    expect(codeOf(await here.application.commands.logIn({ email: user.email, password: PASSWORD }))).toBe("ok");
    expect(codeOf(await use(here, "reset-password", { link }))).toBe("ok");
  });

  test("for one e-mail, and not for another of the same user", async () => {
    const here = proving(world.store);
    const second = newEmail("second");
    const user = await newcomer(here, { password: PASSWORD, more: [second] });
    const { code } = await asked(here, "verify-email", user.email);
    const verify = async (email: string) => codeOf(await here.application.commands.verifyEmail({ email, code, password: PASSWORD }));
    expect([await verify(second), await verify(user.email)]).toEqual(["challenge-invalid", "ok"]);
  });

  test("for one user, and not for another who was sent his own", async () => {
    const here = proving(world.store);
    const [one, other] = [await guarded(here), await guarded(here)];
    const [ones, others] = [await asked(here, "log-in", one.email), await asked(here, "log-in", other.email)];
    expect([
      codeOf(await use(here, "log-in", { email: other.email, code: ones.code })),
      codeOf(await use(here, "log-in", { email: one.email, code: others.code })),
    ]).toEqual(["challenge-invalid", "challenge-invalid"]);
  });
});

test.each([
  { code: 10 * MINUTE + 1 },
  { code: 0 },
  { code: Number.POSITIVE_INFINITY },
  { code: "600000" },
  { coolDown: 0 },
  { links: { "log-in": 31 * DAY } },
  { links: { "reset-password": 1 } },
])("settings of %j are refused", (challenges) => {
  // A host without types may write anything.
  expect(() => proving(memory() as never, { challenges: challenges as never })).toThrow(ConfigurationError);
});
