import { describe, expect, test } from "vitest";
import type { AccountsConfig } from "denizen";
import { codeOf } from "../../support/codes.js";
import { arrived, happened, letter, look, MINUTE, NEXT, PASSWORD, person, world } from "./world.js";

const ADA = "ada@example.com";
const PHONE = "+34600123456";

/** Ada, whose e-mail is proved, with what she was sent to log in by. */
async function asked(birth: Parameters<typeof person>[1] = {}, accounts: AccountsConfig = {}) {
  const on = world({ accounts });
  const id = await person(on, { emails: [ADA], proved: [ADA], username: "ada", ...birth });
  return { on, id, commands: on.application.commands, ...(await ask(on)) };
}

async function ask(on: ReturnType<typeof world>) {
  expect(codeOf(await on.application.commands.requestLogIn({ username: "ada" }))).toBe("ok");
  return letter(on, { kind: "log-in" });
}

describe("a log-in by what was sent", () => {
  test("by the link starts a session, which says how", async () => {
    const { on, id, commands, link } = await asked();
    const answer = (await commands.logInWithLink({ link, device: "phone" }))._unsafeUnwrap();
    if (answer.status !== "signed-in") throw new Error(answer.status);
    expect(answer.userId).toBe(id);
    const actor = (await on.application.authenticate(answer.accessToken))._unsafeUnwrap();
    const sessions = (await on.application.as(actor).commands.listSessions())._unsafeUnwrap();
    expect(sessions).toMatchObject([{ device: "phone", methods: ["email"], current: true }]);
    expect(codeOf(await commands.logInWithLink({ link }))).toBe("challenge-invalid");
  });

  test.each([[{ email: ADA }], [{ username: "ada" }], [{ identifier: ADA }]])("by the code and %j starts a session", async (criteria) => {
    const { id, commands, code } = await asked();
    const given = criteria as { email: string };
    expect((await commands.logInWithCode({ ...given, code }))._unsafeUnwrap()).toMatchObject({ status: "signed-in", userId: id });
    expect(codeOf(await commands.logInWithCode({ ...given, code }))).toBe("challenge-invalid");
  });

  test("by a code that came to the phone proves the phone", async () => {
    const on = world();
    const id = await person(on, { phones: [PHONE], password: null });
    expect(codeOf(await on.application.commands.requestLogIn({ phone: PHONE }))).toBe("ok");
    const { code, link } = await letter(on, { to: PHONE });
    expect(link).toBe("");
    const answer = (await on.application.commands.logInWithCode({ phone: PHONE, code }))._unsafeUnwrap();
    expect(answer).toMatchObject({ status: "signed-in", userId: id });
    expect((await look(on, id)).phones).toEqual([`${PHONE}*`]);
  });

  test("hands the device that is trusted on, and gives every other one its own", async () => {
    const { on, commands, code } = await asked();
    const first = (await commands.logInWithCode({ email: ADA, code }))._unsafeUnwrap();
    if (first.status !== "signed-in") throw new Error(first.status);
    on.clock.advance(MINUTE);
    const { link } = await ask(on);
    const again = (await commands.logInWithLink({ link, trustedDevice: first.trustedDevice }))._unsafeUnwrap();
    expect(again).toMatchObject({ trustedDevice: first.trustedDevice });
    on.clock.advance(MINUTE);
    const third = (await commands.logInWithLink({ link: (await ask(on)).link }))._unsafeUnwrap();
    expect(third).toMatchObject({ trustedDevice: expect.not.stringMatching(first.trustedDevice) });
    // Before the third one is delivered: of the first two the second was known.
    expect(on.post.all({ kind: "new-device" })).toHaveLength(1);
    expect(await arrived(on, { kind: "new-device" })).toEqual([`new-device → ${ADA}`, `new-device → ${ADA}`]);
  });

  test("is refused with a device that is no text, and can be made after that", async () => {
    const { commands, link } = await asked();
    expect(codeOf(await commands.logInWithLink({ link, device: "" }))).toBe("invalid-argument");
    expect(codeOf(await commands.logInWithLink({ link, device: "laptop" }))).toBe("ok");
  });

  test.each([
    [{}, "invalid-argument"],
    [{ email: ADA }, "invalid-argument"],
    [{ code: "12345678" }, "invalid-argument"],
    [{ email: "none", code: "12345678" }, "email-invalid"],
    [{ email: ADA, code: "none" }, "challenge-invalid"],
    [{ link: "none" }, "challenge-invalid"],
  ])("by %j is %s", async (input, code) => {
    const { commands } = await asked();
    expect(codeOf(await commands.logInWithCode(input as { email: string; code: string }))).toBe(code);
    expect(codeOf(await commands.logInWithLink(input as { link: string }))).toBe(code);
  });

  test("is not made by what was sent for something else", async () => {
    const { on, commands } = await asked();
    (await commands.requestPasswordReset({ email: ADA }))._unsafeUnwrap();
    const { link, code } = await letter(on, { kind: "reset-password" });
    expect(codeOf(await commands.logInWithLink({ link }))).toBe("challenge-invalid");
    expect(codeOf(await commands.logInWithCode({ email: ADA, code }))).toBe("challenge-invalid");
    expect(codeOf(await commands.resetPassword({ link, password: NEXT }))).toBe("ok");
  });
});

describe("a log-in by what was sent, of who has a second factor", () => {
  async function withBadge() {
    const world = await asked({}, { secondFactors: ["badge"] });
    await using uow = world.on.application.unitOfWork();
    (await (await uow.users.get(world.id))._unsafeUnwrap().enrol("badge", "a badge"))._unsafeUnwrap();
    (await uow.commit())._unsafeUnwrap();
    return world;
  }

  test("asks for it, and is completed by it", async () => {
    const { commands, link, id } = await withBadge();
    const answer = (await commands.logInWithLink({ link }))._unsafeUnwrap();
    if (answer.status !== "second-factor-required") throw new Error(answer.status);
    expect(answer.methods).toEqual(["badge"]);
    // It is used by that.
    expect(codeOf(await commands.logInWithLink({ link }))).toBe("challenge-invalid");
    const { pending } = answer;
    const completed = await commands.completeLogIn({ pending, badge: "a badge" });
    expect(completed._unsafeUnwrap()).toMatchObject({ status: "signed-in", userId: id });
  });

  test("is one factor with the password: that does not complete it", async () => {
    const { commands, link } = await withBadge();
    const answer = (await commands.logInWithLink({ link }))._unsafeUnwrap();
    if (answer.status !== "second-factor-required") throw new Error(answer.status);
    expect(codeOf(await commands.completeLogIn({ pending: answer.pending, password: PASSWORD }))).toBe("second-factor-required");
  });
});

describe("a log-in by what was sent, to an account", () => {
  test.each(["pending", "deactivated", "suspended"] as const)("that is %s is told so, and used up", async (status) => {
    const { on, id, commands, link, code } = await asked({ status });
    expect(codeOf(await commands.logInWithLink({ link }))).toBe(`account-${status}`);
    expect(codeOf(await commands.logInWithCode({ email: ADA, code }))).toBe("challenge-invalid");
    expect((await look(on, id)).status).toBe(status);
    const types = (await happened(on, id)).map(({ type }) => type);
    expect(types).toContain("challenge-spent");
  });

  test("that was closed since is void", async () => {
    const { on, id, commands, link } = await asked();
    (await on.admin.commands.eraseUser({ id }))._unsafeUnwrap();
    expect(codeOf(await commands.logInWithLink({ link }))).toBe("challenge-invalid");
  });

  test("that waits for this very e-mail activates it, and is in", async () => {
    const { on, id, commands, link } = await asked({ status: "pending", proved: [], password: null }, { activation: "verified" });
    expect((await commands.logInWithLink({ link }))._unsafeUnwrap()).toMatchObject({ status: "signed-in", userId: id });
    expect(await look(on, id)).toMatchObject({ status: "active", emails: [`${ADA}*`] });
  });

  test("of a user who has none is told so", async () => {
    const on = world();
    await using uow = on.application.unitOfWork();
    (await uow.users.create({ name: "Ada", username: "ada", emails: [ADA] }))._unsafeUnwrap();
    (await uow.commit())._unsafeUnwrap();
    expect(codeOf(await on.application.commands.logInWithLink({ link: (await ask(on)).link }))).toBe("account-missing");
  });

  test("whose password has to be reset first is told so", async () => {
    const { on, id, commands } = await asked();
    (await on.admin.commands.forcePasswordReset({ id }))._unsafeUnwrap();
    on.clock.advance(MINUTE);
    const { link } = await ask(on);
    expect(codeOf(await commands.logInWithLink({ link }))).toBe("password-reset-required");
  });
});

describe("a log-in by what was sent, with enumeration protection", () => {
  test("to an account that waits for an administrator is told as a wrong one", async () => {
    const accounts = { activation: "administrator", enumerationProtection: true } as const;
    const { on, id, commands, link } = await asked({ status: "pending" }, accounts);
    const concealed = (await commands.logInWithLink({ link }))._unsafeUnwrapErr();
    expect(concealed).toEqual((await commands.logInWithLink({ link: "wrong" }))._unsafeUnwrapErr());
    expect(concealed.code).toBe("challenge-invalid");
    expect((await look(on, id)).status).toBe("pending");
    const log = (await on.admin.queries.history({ user: id, type: "log-in-failed" }))._unsafeUnwrap().items;
    expect(log.map(({ payload }) => payload)).toEqual([{ cause: "account-pending" }]);
  });

  test("to an account that waits for this very e-mail is in: whoever has it may know", async () => {
    const accounts = { activation: "verified", enumerationProtection: true } as const;
    const { commands, link } = await asked({ status: "pending", proved: [], password: null }, accounts);
    expect((await commands.logInWithLink({ link }))._unsafeUnwrap().status).toBe("signed-in");
  });
});
