import { describe, expect, test } from "vitest";
import { codeOf } from "../../support/codes.js";
import { commitOf, happened, letter, look, MINUTE, person, signedIn, world } from "./world.js";

const ADA = "ada@example.com";
const OTHER = "ada@work.example.com";
const PHONE = "+34600123456";

/** Ada with what was sent to her e-mail. */
async function asked(birth: Parameters<typeof person>[1] = {}) {
  const on = world();
  const id = await person(on, { emails: [ADA], password: null, ...birth });
  (await on.application.commands.requestEmailVerification({ email: ADA }))._unsafeUnwrap();
  return { on, id, commands: on.application.commands, ...(await letter(on, { kind: "verify-email" })) };
}

describe("an e-mail is proved", () => {
  test("by its link alone", async () => {
    const { on, id, commands, link } = await asked();
    expect(codeOf(await commands.verifyEmail({ link }))).toBe("ok");
    expect((await look(on, id)).emails).toEqual([`${ADA}*`]);
    expect(await commitOf(on, id, "challenge-spent")).toEqual(["email-verified", "challenge-spent"]);
  });

  test.each([
    ["as it was sent", (code: string) => code],
    ["grouped", (code: string) => ` ${code.slice(0, 4)} ${code.slice(4, 6)}-${code.slice(6)} `],
  ])("by the e-mail and its code, %s", async (_, typed) => {
    const { on, id, commands, code } = await asked();
    expect(codeOf(await commands.verifyEmail({ email: "Ada@EXAMPLE.com", code: typed(code) }))).toBe("ok");
    expect((await look(on, id)).emails).toEqual([`${ADA}*`]);
  });

  test("once: neither its link nor its code proves it again", async () => {
    const { commands, link, code } = await asked();
    expect(codeOf(await commands.verifyEmail({ link }))).toBe("ok");
    expect(codeOf(await commands.verifyEmail({ link }))).toBe("challenge-invalid");
    expect(codeOf(await commands.verifyEmail({ email: ADA, code }))).toBe("challenge-invalid");
  });

  test("by a code for ten minutes, and by a link for a day", async () => {
    const { on, commands, link, code } = await asked();
    on.clock.advance(10 * MINUTE);
    expect(codeOf(await commands.verifyEmail({ email: ADA, code }))).toBe("challenge-invalid");
    on.clock.advance(1430 * MINUTE - 1);
    const late = await asked();
    late.on.clock.advance(1440 * MINUTE);
    expect(codeOf(await late.commands.verifyEmail({ link: late.link }))).toBe("challenge-invalid");
    expect(codeOf(await commands.verifyEmail({ link }))).toBe("ok");
  });

  test.each([
    ["his other e-mail", { email: OTHER }],
    ["his username", { username: "ada" }],
    ["his phone", { phone: PHONE }],
  ])("by nothing that is said to be of %s", async (_, said) => {
    const { on, id, commands, code } = await asked({ emails: [ADA, OTHER], username: "ada", phones: [PHONE] });
    // The types take an e-mail alone.
    expect(codeOf(await commands.verifyEmail({ ...said, code } as { email: string; code: string }))).toBe("challenge-invalid");
    expect(codeOf(await commands.verifyEmail({ email: ADA, code }))).toBe("ok");
    expect((await look(on, id)).emails).toEqual([`${ADA}*`, `${OTHER}?`]);
  });

  test("by nobody when it is not his any more", async () => {
    const { on, id, commands, link } = await asked({ emails: [ADA, OTHER] });
    await using uow = on.application.unitOfWork();
    (await uow.users.get(id))._unsafeUnwrap().releaseEmail(ADA)._unsafeUnwrap();
    (await uow.commit())._unsafeUnwrap();
    expect(codeOf(await commands.verifyEmail({ link }))).toBe("challenge-invalid");
  });

  test.each([
    [{}, "invalid-argument"],
    [{ email: ADA }, "invalid-argument"],
    [{ code: "12345678" }, "invalid-argument"],
    [{ email: "none", code: "12345678" }, "email-invalid"],
    [{ email: ADA, code: "1234567" }, "challenge-invalid"],
    [{ email: ADA, code: 12_345_678 }, "challenge-invalid"],
    [{ email: "nobody@example.com", code: "12345678" }, "challenge-invalid"],
    [{ link: "" }, "challenge-invalid"],
    [{ link: 7 }, "challenge-invalid"],
  ])("by nothing else: %j is %s", async (input, code) => {
    const { on, id, commands } = await asked();
    expect(codeOf(await commands.verifyEmail(input as { link: string }))).toBe(code);
    expect((await look(on, id)).emails).toEqual([`${ADA}*?`]);
  });

  test("by the user himself, whoever shows the link", async () => {
    const { on, id, commands, link } = await asked();
    expect(codeOf(await commands.verifyEmail({ link }))).toBe("ok");
    const verified = (await happened(on, id)).find(({ type }) => type === "email-verified");
    expect(verified?.metadata.actor).toBe(`user:${id}`);
  });
});

describe("of a user who has set up a password before", () => {
  test("it takes the password as well", async () => {
    const { on, id, commands, link } = await asked({ password: "correct horse battery staple" });
    expect(codeOf(await commands.verifyEmail({ link }))).toBe("credentials-unproved");
    expect(codeOf(await commands.verifyEmail({ link, password: "wrong" }))).toBe("invalid-credentials");
    expect(codeOf(await commands.verifyEmail({ link, password: "correct horse battery staple" }))).toBe("ok");
    expect(await look(on, id)).toMatchObject({ emails: [`${ADA}*`], credentials: ["password"] });
  });

  test("or his session", async () => {
    const { on, id, link } = await asked({ password: "correct horse battery staple" });
    const { commands } = await signedIn(on, ADA);
    expect(codeOf(await commands.verifyEmail({ link }))).toBe("ok");
    expect(await look(on, id)).toMatchObject({ emails: [`${ADA}*`], credentials: ["password"] });
  });

  test("or to start afresh, which leaves nothing of what was set up", async () => {
    const { on, id, link, commands } = await asked({ emails: [ADA, OTHER], phones: [PHONE], password: "correct horse battery staple" });
    expect(codeOf(await commands.verifyEmail({ link, startAfresh: true }))).toBe("ok");
    expect(await look(on, id)).toMatchObject({ emails: [`${ADA}*`], phones: [], credentials: [] });
  });

  test("to start afresh is none once an address of his was proved; it takes the password or his session all the same", async () => {
    const { on, id, link, commands } = await asked({ phones: [PHONE], proved: [PHONE], password: "correct horse battery staple" });
    expect(codeOf(await commands.verifyEmail({ link }))).toBe("credentials-unproved");
    expect(codeOf(await commands.verifyEmail({ link, startAfresh: true }))).toBe("credentials-unproved");
    expect(codeOf(await commands.verifyEmail({ link, password: "correct horse battery staple" }))).toBe("ok");
    expect(await look(on, id)).toMatchObject({ emails: [`${ADA}*`], phones: [`${PHONE}*`], credentials: ["password"] });
  });
});

describe("a phone is proved", () => {
  test("by the code that was sent there, and by nothing that was sent elsewhere", async () => {
    const { on, id, commands, link, code } = await asked({ phones: [PHONE] });
    (await commands.requestPhoneVerification({ phone: PHONE }))._unsafeUnwrap();
    const sms = await letter(on, { kind: "verify-phone" });
    // The types take a phone and its code alone.
    const shown = (input: object) => commands.verifyPhone(input as { phone: string; code: string });
    expect(codeOf(await shown({ phone: PHONE, code }))).toBe("challenge-invalid");
    expect(codeOf(await shown({ link }))).toBe("challenge-invalid");
    expect(codeOf(await shown({ phone: "+34600999999", code: sms.code }))).toBe("challenge-invalid");
    expect(codeOf(await shown({ phone: "+34 600 123 456", code: sms.code }))).toBe("ok");
    expect(codeOf(await shown({ phone: PHONE, code: sms.code }))).toBe("challenge-invalid");
    expect(await look(on, id)).toMatchObject({ emails: [`${ADA}*?`], phones: [`${PHONE}*`] });
  });
});

describe("whoever has the mailbox or the phone, and has not signed up", () => {
  test.each(["link", "code"] as const)("takes the e-mail from who has merely claimed it, by the %s", async (form) => {
    const { on, id, commands, link, code } = await asked({ emails: [ADA, OTHER], password: "correct horse battery staple" });
    expect(codeOf(await commands.releaseEmail(form === "link" ? { link } : { email: ADA, code }))).toBe("ok");
    expect(await look(on, id)).toMatchObject({ emails: [`${OTHER}*?`], credentials: ["password"] });
    expect(codeOf(await commands.releaseEmail({ link }))).toBe("challenge-invalid");
    expect(codeOf(await commands.signUp({ name: "Owner", emails: [ADA] }))).toBe("ok");
  });

  test("takes the phone by its code", async () => {
    const on = world();
    const id = await person(on, { phones: [PHONE] });
    (await on.application.commands.requestPhoneVerification({ phone: PHONE }))._unsafeUnwrap();
    const { code } = await letter(on, { to: PHONE });
    expect(codeOf(await on.application.commands.releasePhone({ phone: "+34600999999", code }))).toBe("challenge-invalid");
    expect(codeOf(await on.application.commands.releasePhone({ phone: PHONE, code }))).toBe("ok");
    expect((await look(on, id)).phones).toEqual([]);
  });

  test("takes nothing that was proved meanwhile, and nothing by what was sent for something else", async () => {
    const { on, id, commands, link } = await asked();
    (await commands.requestLogIn({ email: ADA }))._unsafeUnwrap();
    const logIn = await letter(on, { kind: "log-in" });
    expect(codeOf(await commands.releaseEmail({ link: logIn.link }))).toBe("challenge-invalid");
    await using uow = on.application.unitOfWork();
    (await uow.users.get(id))._unsafeUnwrap().verifyEmail(ADA)._unsafeUnwrap();
    (await uow.commit())._unsafeUnwrap();
    expect(codeOf(await commands.releaseEmail({ link }))).toBe("challenge-invalid");
    expect((await look(on, id)).emails).toEqual([`${ADA}*`]);
  });
});
