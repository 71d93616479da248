import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { codeOf } from "../support/codes.js";
import { asked, guarded, newcomer, proving, settler, userOf } from "../support/proofs.js";
import { enrolPin, liveSessions, logIn, NEXT, PASSWORD, WRONG } from "../support/secured.js";
import { fifty, stores, rounds, worldOn } from "../support/worlds.js";
import type { World } from "../support/worlds.js";

describe.each(stores)("factors, on %s", (place) => {
  let world: World;
  beforeAll(async () => {
    world = await worldOn(place, { connections: 20 });
  });
  afterAll(() => world.close());

  test("a step is accepted once, and only forward", async () => {
    const here = proving(world.store);
    const { commands } = here.application;
    const user = await guarded(here);
    const complete = async (pin: string) => {
      const answer = (await commands.logIn({ email: user.email, password: PASSWORD }))._unsafeUnwrap();
      return codeOf(await commands.completeLogIn({ pending: answer.status === "second-factor-required" ? answer.pending : "", pin }));
    };
    expect([await complete("1843:3"), await complete("1843:3"), await complete("1843:2"), await complete("1843:4")]).toEqual([
      "ok",
      "invalid-credentials",
      "invalid-credentials",
      "ok",
    ]);
  });

  test.each(rounds)("of 50 at once one is let in by a step, round %i", async () => {
    const here = proving(world.store, { attempts: { limit: 100 } });
    const { commands } = here.application;
    const user = await guarded(here);
    const answer = (await commands.logIn({ email: user.email, password: PASSWORD }))._unsafeUnwrap();
    const pending = answer.status === "second-factor-required" ? answer.pending : "";
    const codes = await fifty(async () => codeOf(await commands.completeLogIn({ pending, pin: "1843:1" })));
    expect(codes.filter((code) => code === "ok")).toHaveLength(1);
    expect(await liveSessions(here, user.id)).toHaveLength(1);
  });

  test("one gates the log-in from its first proof on, and not before", async () => {
    const here = proving(world.store, { confirmed: false });
    const { application } = here;
    const user = await settler(here);
    await enrolPin(application, user.id);
    expect((await logIn(application, user.email)).status).toBe("signed-in");
    const { link } = await asked(here, "log-in", user.email);
    expect((await application.commands.logInWithLink({ link }))._unsafeUnwrap().status).toBe("signed-in");
    await using users = application.users();
    const loaded = (await users.read({ id: user.id }))._unsafeUnwrap();
    expect(codeOf(await loaded.confirmCredential({ pin: "0000:1" }))).toBe("invalid-credentials");
    expect((await userOf(here, user.id)).credentials.find(({ kind }) => kind === "pin")?.confirmedAt).toBeNull();
    (await loaded.confirmCredential({ pin: "1843:1" }))._unsafeUnwrap();
    (await users.save(loaded))._unsafeUnwrap();
    const answer = (await application.commands.logIn({ email: user.email, password: PASSWORD }))._unsafeUnwrap();
    expect(answer).toMatchObject({ status: "second-factor-required", methods: ["pin"] });
    const asks = await asked(here, "log-in", user.email);
    expect((await application.commands.logInWithCode({ email: user.email, code: asks.code }))._unsafeUnwrap()).toMatchObject({
      status: "second-factor-required",
      methods: ["pin"],
    });
  });

  test("a password and what was sent are one factor: neither completes the other; a PIN does", async () => {
    const here = proving(world.store);
    const { commands } = here.application;
    const user = await guarded(here);
    const pendingOf = (answer: { readonly status: string; readonly pending?: string }): string => answer.pending ?? "";
    const byPassword = pendingOf((await commands.logIn({ email: user.email, password: PASSWORD }))._unsafeUnwrap());
    const { link, code } = await asked(here, "log-in", user.email);
    // A caller without types may pass anything.
    const with_ = async (input: object) => codeOf(await commands.completeLogIn(input as never));
    expect([await with_({ pending: byPassword, link }), await with_({ pending: byPassword, code, email: user.email })]).toEqual([
      "invalid-argument",
      "invalid-argument",
    ]);
    const byLink = (await commands.logInWithLink({ link }))._unsafeUnwrap();
    expect(byLink).toMatchObject({ status: "second-factor-required", methods: ["pin"] });
    const pending = pendingOf(byLink);
    expect(await with_({ pending, password: PASSWORD })).toBe("second-factor-required");
    expect(await with_({ pending, password: WRONG })).toBe("invalid-credentials");
    expect(await liveSessions(here, user.id)).toEqual([]);
    expect(await with_({ pending, pin: "1843:1" })).toBe("ok");
    expect(await liveSessions(here, user.id)).toHaveLength(1);
  });

  test("a pending log-in by a link is void once the sessions were ended", async () => {
    const here = proving(world.store);
    const { commands } = here.application;
    const user = await guarded(here);
    const { link } = await asked(here, "log-in", user.email);
    const answer = (await commands.logInWithLink({ link }))._unsafeUnwrap();
    const pending = answer.status === "second-factor-required" ? answer.pending : "";
    const reset = await asked(here, "reset-password", user.email);
    (await commands.resetPassword({ link: reset.link, password: NEXT }))._unsafeUnwrap();
    expect(codeOf(await commands.completeLogIn({ pending, pin: "1843:1" }))).toBe("pending-log-in-invalid");
    expect(await liveSessions(here, user.id)).toEqual([]);
  });

  test("whoever has no password logs in by a link and his PIN, in this order", async () => {
    const here = proving(world.store);
    const { application } = here;
    const user = await newcomer(here);
    const first = await asked(here, "verify-email", user.email);
    (await application.commands.verifyEmail({ link: first.link }))._unsafeUnwrap();
    await enrolPin(application, user.id);
    const { link } = await asked(here, "log-in", user.email);
    const answer = (await application.commands.logInWithLink({ link }))._unsafeUnwrap();
    expect(answer).toMatchObject({ status: "second-factor-required", methods: ["pin"] });
    const pending = answer.status === "second-factor-required" ? answer.pending : "";
    expect(codeOf(await application.commands.completeLogIn({ pending, pin: "1843:1" }))).toBe("ok");
  });
});
