import { describe, expect, test } from "vitest";
import { codeOf } from "../../support/codes.js";
import { arrived, commitOf, letter, look, MINUTE, NEXT, PASSWORD, person, signedIn, world } from "./world.js";

const ADA = "ada@example.com";
const BOSS = "boss@example.com";

async function forced(birth: Parameters<typeof person>[1] = {}) {
  const on = world();
  const id = await person(on, { emails: [ADA], proved: [ADA], username: "ada", ...birth });
  const before = birth.password === null ? undefined : await signedIn(on, "ada");
  expect(codeOf(await on.admin.commands.forcePasswordReset({ id }))).toBe("ok");
  return { on, id, before, commands: on.application.commands };
}

describe("who has to choose a new password", () => {
  test("is out, in the commit in which he is sent what it takes", async () => {
    const { on, id, before } = await forced();
    expect(codeOf((await before?.commands.currentAccount()) ?? expect.fail())).toBe("not-authenticated");
    expect([...(await commitOf(on, id, "password-reset-required"))].sort()).toEqual([
      "challenge-issued",
      "password-reset-required",
      "sessions-ended",
    ]);
    expect(await arrived(on, { kind: "reset-password" })).toEqual([`reset-password → ${ADA}`]);
  });

  test("is let in by nothing before: neither his password, nor a code, nor another method", async () => {
    const { on, id, commands } = await forced();
    await using uow = on.application.unitOfWork();
    (await (await uow.users.get(id))._unsafeUnwrap().enrol("badge", "a badge"))._unsafeUnwrap();
    (await uow.commit())._unsafeUnwrap();
    expect(codeOf(await commands.logIn({ email: ADA, password: PASSWORD }))).toBe("password-reset-required");
    expect(codeOf(await commands.logIn({ email: ADA, badge: "a badge" }))).toBe("password-reset-required");
    (await commands.requestLogIn({ email: ADA }))._unsafeUnwrap();
    const { code } = await letter(on, { kind: "log-in" });
    expect(codeOf(await commands.logInWithCode({ email: ADA, code }))).toBe("password-reset-required");
    expect(codeOf(await commands.logIn({ email: ADA, password: "wrong" }))).toBe("invalid-credentials");
  });

  test("is let in after that", async () => {
    const { on, id, commands } = await forced();
    const { link } = await letter(on, { kind: "reset-password" });
    expect(codeOf(await commands.resetPassword({ link, password: NEXT }))).toBe("ok");
    expect((await look(on, id)).resetRequired).toBe(false);
    expect((await signedIn(on, ADA, NEXT)).id).toBe(id);
  });

  test("can ask for another link himself, and is out by a further force only once", async () => {
    const { on, id, commands } = await forced();
    const first = await letter(on, { kind: "reset-password" });
    expect(codeOf(await on.admin.commands.forcePasswordReset({ id }))).toBe("ok");
    const second = await letter(on, { kind: "reset-password" });
    expect(codeOf(await commands.resetPassword({ link: first.link, password: NEXT }))).toBe("challenge-invalid");
    on.clock.advance(MINUTE);
    (await commands.requestPasswordReset({ username: "ada" }))._unsafeUnwrap();
    const third = await letter(on, { kind: "reset-password" });
    expect(codeOf(await commands.resetPassword({ link: second.link, password: NEXT }))).toBe("challenge-invalid");
    expect(codeOf(await commands.resetPassword({ link: third.link, password: NEXT }))).toBe("ok");
  });

  test("and has no password is out, and is sent what sets his first one; he is let in without as before", async () => {
    const { on, id, commands } = await forced({ password: null });
    expect((await look(on, id)).resetRequired).toBe(false);
    expect([...(await commitOf(on, id, "challenge-issued"))].sort()).toEqual(["challenge-issued", "sessions-ended"]);
    (await commands.requestLogIn({ email: ADA }))._unsafeUnwrap();
    const { code } = await letter(on, { kind: "log-in" });
    expect(codeOf(await commands.logInWithCode({ email: ADA, code }))).toBe("ok");
  });

  test("and has no address is out, and is sent nothing", async () => {
    const { on, commands } = await forced({ emails: [], proved: [] });
    expect(codeOf(await commands.logIn({ username: "ada", password: PASSWORD }))).toBe("password-reset-required");
    expect(await arrived(on, { kind: "reset-password" })).toEqual([]);
  });

  test("and has a phone alone is sent a code there", async () => {
    const { on } = await forced({ emails: [], phones: ["+34600123456"], proved: ["+34600123456"] });
    expect(await arrived(on, { kind: "reset-password" })).toEqual(["reset-password → +34600123456"]);
  });
});

describe("a new password is forced", () => {
  test.each([
    ["super-admin", "admin", "ok"],
    ["admin", "user", "ok"],
    ["admin", "admin", "not-authorized"],
    ["user", "user", "not-authorized"],
  ] as const)("by a %s on a %s: %s", async (own, role, code) => {
    const on = world();
    const id = await person(on, { emails: [ADA], role });
    await person(on, { name: "Boss", emails: [BOSS], role: own });
    const { commands, id: self } = await signedIn(on, BOSS);
    expect(codeOf(await commands.forcePasswordReset({ id }))).toBe(code);
    expect((await look(on, id)).resetRequired).toBe(code === "ok");
    expect(codeOf(await commands.forcePasswordReset({ id: self }))).toBe("not-authorized");
    expect(codeOf(await commands.currentAccount())).toBe("ok");
  });

  test("by nobody who is not signed in, and on nobody who is not there", async () => {
    const on = world();
    const id = await person(on, { emails: [ADA] });
    expect(codeOf(await on.application.commands.forcePasswordReset({ id }))).toBe("not-authenticated");
    expect(codeOf(await on.admin.commands.forcePasswordReset({ id: "nobody" }))).toBe("account-not-found");
    expect(codeOf(await on.admin.commands.forcePasswordReset({} as { id: string }))).toBe("invalid-argument");
    (await on.admin.commands.eraseUser({ id }))._unsafeUnwrap();
    expect(codeOf(await on.admin.commands.forcePasswordReset({ id }))).toBe("account-not-found");
  });

  test.each(["suspended", "deactivated", "pending"] as const)("on an account that is %s, which stays so", async (status) => {
    const on = world();
    const id = await person(on, { emails: [ADA], proved: [ADA], status });
    expect(codeOf(await on.admin.commands.forcePasswordReset({ id }))).toBe("ok");
    const { link } = await letter(on, { kind: "reset-password" });
    expect(codeOf(await on.application.commands.resetPassword({ link, password: NEXT }))).toBe("ok");
    expect(await look(on, id)).toMatchObject({ status, resetRequired: false });
  });

  test("once for a command id", async () => {
    const on = world();
    const id = await person(on, { emails: [ADA] });
    for (let count = 0; count < 2; count++)
      expect(codeOf(await on.admin.commands.forcePasswordReset({ id }, { commandId: "force-ada" }))).toBe("ok");
    expect(await arrived(on)).toEqual([`reset-password → ${ADA}`]);
  });
});
