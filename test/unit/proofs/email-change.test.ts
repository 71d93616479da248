import { describe, expect, test } from "vitest";
import { codeOf } from "../../support/codes.js";
import { arrived, commitOf, DAY, deliver, letter, look, MINUTE, NEXT, PASSWORD, person, signedIn, world } from "./world.js";

const OLD = "ada@example.com";
const NEW = "ada@new.example.com";
const BOB = "bob@example.com";

/** Ada, who is signed in. */
async function ada(birth: Parameters<typeof person>[1] = {}) {
  const on = world();
  await person(on, { emails: [OLD], proved: [OLD], username: "ada", ...birth });
  return { on, ...(await signedIn(on, "ada")) };
}

/** The same, who has asked for another e-mail. */
async function changing(email = NEW, birth: Parameters<typeof person>[1] = {}) {
  const world = await ada(birth);
  expect(codeOf(await world.commands.requestEmailChange({ email }))).toBe("ok");
  return { ...world, ...(await letter(world.on, { kind: "change-email", to: email })) };
}

/** The same, who has changed it. */
async function changed(birth: Parameters<typeof person>[1] = {}) {
  const world = await changing(NEW, birth);
  expect(codeOf(await world.commands.confirmEmailChange({ link: world.link }))).toBe("ok");
  return world;
}

describe("an e-mail is changed", () => {
  test("by nothing before the new one is proved", async () => {
    const { on, id, to, channel } = await changing();
    expect([to, channel]).toEqual([NEW, "email"]);
    expect((await look(on, id)).emails).toEqual([`${OLD}*`]);
    expect(await arrived(on, { to: OLD, kind: "revert-email" })).toEqual([]);
  });

  test.each(["link", "code"] as const)("by the %s, in one commit with the way back", async (form) => {
    const { on, id, commands, link, code } = await changing();
    expect(codeOf(await commands.confirmEmailChange(form === "link" ? { link } : { code }))).toBe("ok");
    expect((await look(on, id)).emails).toEqual([`${NEW}*`]);
    expect([...(await commitOf(on, id, "email-removed"))].sort()).toEqual([
      "challenge-issued",
      "challenge-spent",
      "email-added",
      "email-removed",
      "email-verified",
    ]);
    expect(await letter(on, { kind: "revert-email" })).toMatchObject({ to: OLD, code: "", link: expect.stringMatching(/./) });
    expect(codeOf(await commands.confirmEmailChange(form === "link" ? { link } : { code }))).toBe("challenge-invalid");
  });

  test("and other e-mails of his stay, and his session", async () => {
    const { on, id, commands } = await changed({ emails: [OLD, "ada@work.example.com"] });
    expect((await look(on, id)).emails).toEqual(["ada@work.example.com?", `${NEW}*`]);
    expect(codeOf(await commands.currentAccount())).toBe("ok");
  });

  test("to another of his own, which is proved by that", async () => {
    const { on, id, commands, link } = await changing("ada@work.example.com", { emails: [OLD, "ada@work.example.com"] });
    expect(codeOf(await commands.confirmEmailChange({ link }))).toBe("ok");
    expect((await look(on, id)).emails).toEqual(["ada@work.example.com*"]);
  });

  test("to the one he has: nothing changes, and nobody is told", async () => {
    const { on, id, commands, link } = await changing(OLD);
    expect(codeOf(await commands.confirmEmailChange({ link }))).toBe("ok");
    expect((await look(on, id)).emails).toEqual([`${OLD}*`]);
    expect(await commitOf(on, id, "challenge-spent")).toEqual(["challenge-spent"]);
    expect(await arrived(on, { kind: "revert-email" })).toEqual([]);
  });

  test("from one that was never proved: there is no way back, which might be a stranger's", async () => {
    const { on, id } = await changed({ proved: [] });
    expect((await look(on, id)).emails).toEqual([`${NEW}*`]);
    expect(await arrived(on, { kind: "revert-email" })).toEqual([]);
  });

  test("by who has none yet: it is his first", async () => {
    const { on, id } = await changed({ emails: [], proved: [] });
    expect((await look(on, id)).emails).toEqual([`${NEW}*`]);
    expect(await arrived(on, { kind: "revert-email" })).toEqual([]);
  });

  test("not to one that another has proved, which is told after the proof alone, and not before", async () => {
    const { on, id, commands, link } = await (async () => {
      const world = await ada();
      await person(world.on, { name: "Bob", emails: [BOB], proved: [BOB] });
      expect(codeOf(await world.commands.requestEmailChange({ email: BOB }))).toBe("ok");
      return { ...world, ...(await letter(world.on, { kind: "change-email" })) };
    })();
    expect((await commands.confirmEmailChange({ link }))._unsafeUnwrapErr()).toMatchObject({ code: "email-taken", email: BOB });
    expect((await look(on, id)).emails).toEqual([`${OLD}*`]);
    expect(await arrived(on, { kind: "revert-email" })).toEqual([]);
  });

  test("to one that another has merely claimed, who loses it in that commit", async () => {
    const { on, id, commands } = await ada();
    const bob = await person(on, { name: "Bob", emails: [BOB] });
    (await commands.requestEmailChange({ email: BOB }))._unsafeUnwrap();
    const { link } = await letter(on, { kind: "change-email" });
    expect(codeOf(await commands.confirmEmailChange({ link }))).toBe("ok");
    expect([(await look(on, id)).emails, (await look(on, bob)).emails]).toEqual([[`${BOB}*`], []]);
  });

  test("also by who has as many as anybody may have", async () => {
    const others = Array.from({ length: 19 }, (_, index) => `ada${index}@example.com`);
    const { on, id, commands, link } = await changing(NEW, { emails: [OLD, ...others] });
    expect(codeOf(await commands.confirmEmailChange({ link }))).toBe("ok");
    const { emails } = await look(on, id);
    expect([emails.length, emails.includes(`${NEW}*`), emails.includes(OLD)]).toEqual([20, true, false]);
  });

  test("by nobody else: neither without a session nor in another's", async () => {
    const { on, id, link, code } = await changing();
    await person(on, { name: "Bob", emails: [BOB] });
    const bob = await signedIn(on, BOB);
    for (const input of [{ link }, { code }]) {
      expect(codeOf(await on.application.commands.confirmEmailChange(input))).toBe("not-authenticated");
      expect(codeOf(await on.admin.commands.confirmEmailChange(input))).toBe("not-authenticated");
      expect(codeOf(await bob.commands.confirmEmailChange(input))).toBe("challenge-invalid");
    }
    expect((await look(on, id)).emails).toEqual([`${OLD}*`]);
  });

  test("after the latest request alone", async () => {
    const { on, id, commands, link, code } = await changing();
    on.clock.advance(MINUTE);
    (await commands.requestEmailChange({ email: "ada@third.example.com" }))._unsafeUnwrap();
    await deliver(on);
    expect(codeOf(await commands.confirmEmailChange({ link }))).toBe("challenge-invalid");
    expect(codeOf(await commands.confirmEmailChange({ code }))).toBe("challenge-invalid");
    expect((await look(on, id)).emails).toEqual([`${OLD}*`]);
  });

  test.each([
    [undefined, "email-invalid"],
    [{}, "email-invalid"],
    [{ email: "none" }, "email-invalid"],
  ])("not by asking for %j: %s", async (input, code) => {
    const { commands } = await ada();
    expect(codeOf(await commands.requestEmailChange(input as { email: string }))).toBe(code);
  });

  test("not by who is not signed in, and not by confirming nothing", async () => {
    const { on, commands } = await ada();
    expect(codeOf(await on.application.commands.requestEmailChange({ email: NEW }))).toBe("not-authenticated");
    expect(codeOf(await on.admin.commands.requestEmailChange({ email: NEW }))).toBe("not-authenticated");
    expect(codeOf(await commands.confirmEmailChange({} as { link: string }))).toBe("invalid-argument");
    expect(await arrived(on, { kind: "change-email" })).toEqual([]);
  });
});

describe("a change of e-mail is taken back", () => {
  test("by the link to the old one, which then is all there is, and nobody is in any more", async () => {
    const { on, id, commands } = await changed({ phones: ["+34600123456"] });
    const { link } = await letter(on, { kind: "revert-email" });
    expect(codeOf(await on.application.commands.revertEmailChange({ link }))).toBe("ok");
    expect(await look(on, id)).toMatchObject({ emails: [`${OLD}*`], phones: [], resetRequired: true });
    expect(codeOf(await commands.currentAccount())).toBe("not-authenticated");
    expect(codeOf(await on.application.commands.logIn({ email: OLD, password: PASSWORD }))).toBe("password-reset-required");
    expect(codeOf(await on.application.commands.revertEmailChange({ link }))).toBe("challenge-invalid");
  });

  test("and the way to a new password goes by the old e-mail again", async () => {
    const { on } = await changed();
    const { link } = await letter(on, { kind: "revert-email" });
    (await on.application.commands.revertEmailChange({ link }))._unsafeUnwrap();
    expect(codeOf(await on.application.commands.requestPasswordReset({ username: "ada" }))).toBe("ok");
    const reset = await letter(on, { kind: "reset-password" });
    expect(reset.to).toBe(OLD);
    expect(codeOf(await on.application.commands.resetPassword({ link: reset.link, password: NEXT }))).toBe("ok");
    expect((await signedIn(on, OLD, NEXT)).id).toBe(reset.user.id);
  });

  test("for three days", async () => {
    const [late, inTime] = [await changed(), await changed()];
    for (const [{ on }, after, code] of [
      [late, 3 * DAY, "challenge-invalid"],
      [inTime, 3 * DAY - 1, "ok"],
    ] as const) {
      const { link } = await letter(on, { kind: "revert-email" });
      on.clock.advance(after);
      expect(codeOf(await on.application.commands.revertEmailChange({ link }))).toBe(code);
    }
  });

  test("after a second change as well, which issues no way back of its own", async () => {
    const { on, id, commands } = await changed();
    const { link } = await letter(on, { kind: "revert-email" });
    on.clock.advance(MINUTE);
    (await commands.requestEmailChange({ email: "eve@example.com" }))._unsafeUnwrap();
    (await commands.confirmEmailChange({ link: (await letter(on, { kind: "change-email", to: "eve@example.com" })).link }))._unsafeUnwrap();
    expect(await arrived(on, { kind: "revert-email" })).toEqual([`revert-email → ${OLD}`]);
    expect(codeOf(await on.application.commands.revertEmailChange({ link }))).toBe("ok");
    expect((await look(on, id)).emails).toEqual([`${OLD}*`]);
  });

  test("not when another has proved the old one since", async () => {
    const { on, id } = await changed();
    const { link } = await letter(on, { kind: "revert-email" });
    await person(on, { name: "Bob", emails: [OLD], proved: [OLD] });
    expect(codeOf(await on.application.commands.revertEmailChange({ link }))).toBe("email-taken");
    expect((await look(on, id)).emails).toEqual([`${NEW}*`]);
  });

  test.each([[undefined], [null], [{}], [{ link: 7 }], [{ email: OLD, code: "12345678" }]])("not by %j", async (input) => {
    const { on, id } = await changed();
    expect(codeOf(await on.application.commands.revertEmailChange(input as { link: string }))).toBe("challenge-invalid");
    expect((await look(on, id)).emails).toEqual([`${NEW}*`]);
  });
});
