import { describe, expect, test } from "vitest";
import { codeOf } from "../../support/codes.js";
import { arrived, commitOf, HOUR, letter, look, MINUTE, NEXT, PASSWORD, person, signedIn, world } from "./world.js";

const ADA = "ada@example.com";
const OTHER = "ada@work.example.com";
const PHONE = "+34600123456";

/** Ada, whose e-mail is proved, with what she was sent. */
async function asked(birth: Parameters<typeof person>[1] = {}, criteria: { readonly email: string } = { email: ADA }) {
  const on = world();
  const id = await person(on, { emails: [ADA], proved: [ADA], username: "ada", ...birth });
  expect(codeOf(await on.application.commands.requestPasswordReset(criteria))).toBe("ok");
  return { on, id, commands: on.application.commands, ...(await letter(on, { kind: "reset-password" })) };
}

describe("a new password", () => {
  test("is set by the link, and logs nobody in", async () => {
    const { on, id, commands, link } = await asked();
    const before = await signedIn(on, ADA);
    expect((await commands.resetPassword({ link, password: NEXT }))._unsafeUnwrap()).toBeUndefined();
    expect([...(await commitOf(on, id, "password-changed"))].sort()).toEqual(["challenge-spent", "password-changed", "sessions-ended"]);
    expect(codeOf(await before.commands.currentAccount())).toBe("not-authenticated");
    expect(codeOf(await commands.logIn({ email: ADA, password: PASSWORD }))).toBe("invalid-credentials");
    expect((await signedIn(on, ADA, NEXT)).id).toBe(id);
    expect(codeOf(await commands.resetPassword({ link, password: PASSWORD }))).toBe("challenge-invalid");
  });

  test.each([[{ email: ADA }], [{ identifier: ADA }], [{ username: "ada" }], [{ identifier: "ada" }]])(
    "is asked for and set by %j and the code",
    async (criteria) => {
      // Any of them will do.
      const { on, commands, to, code } = await asked({}, criteria as { email: string });
      expect(to).toBe(ADA);
      expect(codeOf(await commands.resetPassword({ ...(criteria as { email: string }), code, password: NEXT }))).toBe("ok");
      expect(codeOf(await commands.logIn({ email: ADA, password: NEXT }))).toBe("ok");
      expect(on.post.all({ kind: "reset-password" })).toHaveLength(1);
    },
  );

  test("is set by a code that came to the phone, where that is what was named", async () => {
    const { on, commands, channel, to, code, link } = await asked({ phones: [PHONE], proved: [ADA, PHONE] }, {
      phone: PHONE,
    } as unknown as { email: string });
    expect([channel, to, link]).toEqual(["phone", PHONE, ""]);
    expect(codeOf(await commands.resetPassword({ phone: "+34 600 123 456", code, password: NEXT }))).toBe("ok");
    expect(await arrived(on, { to: ADA, kind: "reset-password" })).toEqual([]);
  });

  test("is sent to the very e-mail that was named", async () => {
    const { to } = await asked({ emails: [ADA, OTHER], proved: [ADA, OTHER] }, { email: OTHER });
    expect(to).toBe(OTHER);
  });

  test("is set as the first one of who has none", async () => {
    const { on, id, commands, link } = await asked({ password: null });
    expect(codeOf(await commands.resetPassword({ link, password: NEXT }))).toBe("ok");
    expect([...(await commitOf(on, id, "password-changed"))].sort()).toEqual(["challenge-spent", "password-changed", "sessions-ended"]);
    expect((await signedIn(on, ADA, NEXT)).id).toBe(id);
  });

  test.each(["short", "ada", "12345678"])("that is refused (%s) leaves the code and the link as they were", async (password) => {
    const { on, id, commands, link, code } = await asked();
    expect(codeOf(await commands.resetPassword({ link, password }))).toBe("password-rejected");
    expect(codeOf(await commands.resetPassword({ email: ADA, code, password }))).toBe("password-rejected");
    expect((await signedIn(on, ADA)).id).toBe(id);
    expect(codeOf(await commands.resetPassword({ email: ADA, code, password: NEXT }))).toBe("ok");
  });

  test("proves the e-mail that the code was sent to; nothing that was set up before is left", async () => {
    const { on, id, commands, link } = await asked({ proved: [], emails: [ADA, OTHER], phones: [PHONE] });
    expect(codeOf(await commands.resetPassword({ link, password: NEXT }))).toBe("ok");
    expect(await look(on, id)).toMatchObject({ emails: [`${ADA}*`], phones: [], credentials: ["password"] });
    expect(codeOf(await commands.logIn({ email: ADA, password: NEXT }))).toBe("ok");
  });

  test("leaves the second factor where it is", async () => {
    const { on, id, commands, link } = await asked();
    await using uow = on.application.unitOfWork();
    (await (await uow.users.get(id))._unsafeUnwrap().enrol("badge", "b"))._unsafeUnwrap();
    (await uow.commit())._unsafeUnwrap();
    expect(codeOf(await commands.resetPassword({ link, password: NEXT }))).toBe("ok");
    expect((await look(on, id)).credentials).toEqual(["badge", "password"]);
  });

  test.each(["suspended", "deactivated", "pending"] as const)("leaves an account that is %s so", async (status) => {
    const { on, id, commands, link } = await asked({ status });
    expect(codeOf(await commands.resetPassword({ link, password: NEXT }))).toBe("ok");
    expect((await look(on, id)).status).toBe(status);
    expect(codeOf(await commands.logIn({ email: ADA, password: NEXT }))).toBe(`account-${status}`);
  });

  test("cannot be where there are no passwords", async () => {
    const on = world({ hasher: false });
    await person(on, { emails: [ADA], proved: [ADA], password: null });
    (await on.application.commands.requestPasswordReset({ email: ADA }))._unsafeUnwrap();
    const { link } = await letter(on);
    expect((await on.application.commands.resetPassword({ link, password: NEXT }))._unsafeUnwrapErr()).toMatchObject({
      code: "method-unknown",
      method: "password",
    });
  });

  test("is set by a code for ten minutes, and by a link for an hour", async () => {
    const { on, commands, link, code } = await asked();
    on.clock.advance(10 * MINUTE);
    expect(codeOf(await commands.resetPassword({ email: ADA, code, password: NEXT }))).toBe("challenge-invalid");
    on.clock.advance(HOUR - 10 * MINUTE - 1);
    expect(codeOf(await commands.resetPassword({ link, password: NEXT }))).toBe("ok");
  });

  test.each(["the password", "the status"] as const)("is not set by what was sent before a change of %s", async (what) => {
    const { on, id, commands, link, code } = await asked();
    if (what === "the password") {
      const { commands: own } = await signedIn(on, ADA);
      (await own.changePassword({ current: PASSWORD, next: "a third horse battery staple" }))._unsafeUnwrap();
    } else (await on.admin.commands.suspendAccount({ id }))._unsafeUnwrap();
    expect(codeOf(await commands.resetPassword({ link, password: NEXT }))).toBe("challenge-invalid");
    expect(codeOf(await commands.resetPassword({ email: ADA, code, password: NEXT }))).toBe("challenge-invalid");
  });
});

describe("a request for a new password", () => {
  test.each([{ email: "nobody@example.com" }, { username: "zoe" }, { phone: "+34600999999" }, { identifier: "zoe" }])(
    "for %j, who is nobody, is answered alike, and sends nothing",
    async (criteria) => {
      const on = world();
      await person(on, { emails: [ADA] });
      expect(codeOf(await on.application.commands.requestPasswordReset(criteria))).toBe("ok");
      expect(await arrived(on)).toEqual([]);
    },
  );

  test("sends nothing to an e-mail that was merely claimed beside one that was proved", async () => {
    const on = world();
    await person(on, { emails: [ADA, OTHER], proved: [ADA] });
    expect(codeOf(await on.application.commands.requestPasswordReset({ email: OTHER }))).toBe("ok");
    expect(await arrived(on)).toEqual([]);
  });

  test("sends nothing to who has no address at all, and nothing to who was removed", async () => {
    const on = world();
    await person(on, { username: "ada" });
    const bob = await person(on, { name: "Bob", emails: [ADA] });
    await using users = on.application.users();
    users.remove((await users.read({ id: bob }))._unsafeUnwrap())._unsafeUnwrap();
    (await users.save())._unsafeUnwrap();
    expect(codeOf(await on.application.commands.requestPasswordReset({ username: "ada" }))).toBe("ok");
    expect(codeOf(await on.application.commands.requestPasswordReset({ email: ADA }))).toBe("ok");
    expect(await arrived(on)).toEqual([]);
  });

  test("by a username goes to the phone of who has no e-mail", async () => {
    const on = world();
    await person(on, { username: "ada", phones: [PHONE], proved: [PHONE] });
    expect(codeOf(await on.application.commands.requestPasswordReset({ username: "ada" }))).toBe("ok");
    const { code } = await letter(on, { to: PHONE });
    expect(codeOf(await on.application.commands.resetPassword({ username: "ada", code, password: NEXT }))).toBe("ok");
  });

  test.each([
    [{}, "invalid-argument"],
    [undefined, "invalid-argument"],
    [{ email: ADA, username: "ada" }, "invalid-argument"],
    [{ email: "none" }, "email-invalid"],
    [{ phone: "1" }, "phone-invalid"],
    [{ username: "" }, "username-invalid"],
    [{ id: "1" }, "invalid-argument"],
    [{ name: "Ada" }, "invalid-argument"],
  ])("for %j is %s", async (criteria, code) => {
    const on = world();
    expect(codeOf(await on.application.commands.requestPasswordReset(criteria as { email: string }))).toBe(code);
    expect(codeOf(await on.application.commands.requestLogIn(criteria as { email: string }))).toBe(code);
  });
});
