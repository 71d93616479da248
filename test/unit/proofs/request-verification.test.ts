import { describe, expect, test } from "vitest";
import { codeOf } from "../../support/codes.js";
import { arrived, letter, look, MINUTE, person, signedIn, world } from "./world.js";

const ADA = "ada@example.com";
const OTHER = "ada@work.example.com";
const PHONE = "+34600123456";

describe("who asks for the proof of an e-mail", () => {
  test("and is nobody in particular is sent a code and a link to it, in whatever spelling it was asked for", async () => {
    const on = world();
    const id = await person(on, { emails: [ADA] });
    expect(codeOf(await on.application.commands.requestEmailVerification({ email: "ADA@Example.com" }))).toBe("ok");
    expect(await letter(on)).toMatchObject({
      kind: "verify-email",
      channel: "email",
      to: ADA,
      tenant: "default",
      user: { id, name: { display: "Ada" }, attributes: {} },
      code: expect.stringMatching(/^\d{8}$/),
      link: expect.stringMatching(/./),
      at: "2026-01-01T00:00:00.000Z",
      detail: null,
    });
  });

  test("and is signed in names none: it goes to the primary one", async () => {
    const on = world();
    await person(on, { emails: [ADA, OTHER] });
    const { commands } = await signedIn(on, ADA);
    expect(codeOf(await commands.requestEmailVerification())).toBe("ok");
    expect(await arrived(on, { kind: "verify-email" })).toEqual([`verify-email → ${ADA}`]);
  });

  test("and is signed in names another of his own", async () => {
    const on = world();
    await person(on, { emails: [ADA, OTHER] });
    const { commands } = await signedIn(on, ADA);
    expect(codeOf(await commands.requestEmailVerification({ email: OTHER }))).toBe("ok");
    expect(await arrived(on, { kind: "verify-email" })).toEqual([`verify-email → ${OTHER}`]);
  });

  test.each(["nobody@example.com", "bob@example.com"])("and is signed in names %s, which is not his: nothing is sent", async (email) => {
    const on = world();
    await person(on, { emails: [ADA] });
    await person(on, { name: "Bob", emails: ["bob@example.com"] });
    const { commands } = await signedIn(on, ADA);
    expect(codeOf(await commands.requestEmailVerification({ email }))).toBe("ok");
    expect(await arrived(on, { kind: "verify-email" })).toEqual([]);
  });

  test("names nobody's: the answer is the same, and nothing is sent", async () => {
    const on = world();
    await person(on, { emails: [ADA] });
    expect(codeOf(await on.application.commands.requestEmailVerification({ email: "nobody@example.com" }))).toBe("ok");
    expect(await arrived(on)).toEqual([]);
  });

  test("names one that was proved: the answer is the same, and nothing is sent", async () => {
    const on = world();
    await person(on, { emails: [ADA], proved: [ADA] });
    expect(codeOf(await on.application.commands.requestEmailVerification({ email: ADA }))).toBe("ok");
    const { commands } = await signedIn(on, ADA);
    on.clock.advance(MINUTE);
    expect(codeOf(await commands.requestEmailVerification())).toBe("ok");
    expect(await arrived(on, { kind: "verify-email" })).toEqual([]);
  });

  test("has no e-mail and is signed in: nothing is sent", async () => {
    const on = world();
    await person(on, { username: "ada" });
    const { commands } = await signedIn(on, "ada");
    expect(codeOf(await commands.requestEmailVerification())).toBe("ok");
    expect(await arrived(on, { kind: "verify-email" })).toEqual([]);
  });

  test("again within a minute is told when, and later gets another one, which voids the first", async () => {
    const on = world();
    const id = await person(on, { emails: [ADA], password: null });
    const { commands } = on.application;
    expect(codeOf(await commands.requestEmailVerification({ email: ADA }))).toBe("ok");
    const first = await letter(on);
    on.clock.advance(MINUTE - 1);
    const soon = (await commands.requestEmailVerification({ email: ADA }))._unsafeUnwrapErr();
    expect(soon).toMatchObject({ code: "too-many-attempts", retryAt: "2026-01-01T00:01:00.000Z" });
    on.clock.advance(1);
    expect(codeOf(await commands.requestEmailVerification({ email: ADA }))).toBe("ok");
    const second = await letter(on);
    expect(on.post.letters).toHaveLength(2);
    expect(codeOf(await commands.verifyEmail({ link: first.link }))).toBe("challenge-invalid");
    expect((await look(on, id)).emails).toEqual([`${ADA}*?`]);
    expect(codeOf(await commands.verifyEmail({ link: second.link }))).toBe("ok");
    expect((await look(on, id)).emails).toEqual([`${ADA}*`]);
  });

  test("may ask as soon as the application says", async () => {
    const on = world({ challenges: { coolDown: 1000 } });
    await person(on, { emails: [ADA] });
    const ask = async () => codeOf(await on.application.commands.requestEmailVerification({ email: ADA }));
    expect([await ask(), await ask()]).toEqual(["ok", "too-many-attempts"]);
    on.clock.advance(1000);
    expect(await ask()).toBe("ok");
  });
});

describe("who asks for the proof of a phone", () => {
  test("is sent a code to it, and no link", async () => {
    const on = world();
    await person(on, { phones: [PHONE] });
    expect(codeOf(await on.application.commands.requestPhoneVerification({ phone: "+34 600 123 456" }))).toBe("ok");
    expect(await letter(on)).toMatchObject({
      kind: "verify-phone",
      channel: "phone",
      to: PHONE,
      code: expect.stringMatching(/^\d{8}$/),
      link: "",
    });
  });

  test("and is signed in names none, another of his own, and a stranger's", async () => {
    const on = world();
    await person(on, { emails: [ADA], phones: [PHONE, "+34600123457"] });
    const { commands } = await signedIn(on, ADA);
    for (const input of [undefined, { phone: "+34600123457" }, { phone: "+34600999999" }]) {
      expect(codeOf(await commands.requestPhoneVerification(input))).toBe("ok");
      on.clock.advance(MINUTE);
    }
    // Of the two that were sent the first was replaced before anybody delivered it.
    expect(await arrived(on, { kind: "verify-phone" })).toEqual(["verify-phone → +34600123457"]);
  });

  test("and names one that was proved is sent nothing", async () => {
    const on = world();
    await person(on, { phones: [PHONE], proved: [PHONE] });
    expect(codeOf(await on.application.commands.requestPhoneVerification({ phone: PHONE }))).toBe("ok");
    expect(await arrived(on)).toEqual([]);
  });
});

test.each([
  ["requestEmailVerification", {}, "invalid-argument"],
  ["requestEmailVerification", { email: "no e-mail" }, "email-invalid"],
  ["requestEmailVerification", { email: 7 }, "email-invalid"],
  ["requestPhoneVerification", {}, "invalid-argument"],
  ["requestPhoneVerification", { phone: "600" }, "phone-invalid"],
  ["requestPhoneVerification", { phone: null }, "phone-invalid"],
] as const)("%s of %j by nobody in particular answers %s, and nothing of what was typed", async (name, input, code) => {
  const on = world();
  const error = (await on.application.commands[name](input as { email?: string; phone?: string }))._unsafeUnwrapErr();
  expect(error.code).toBe(code);
  expect(error).not.toHaveProperty("value");
});

test("the host's own software has no address of its own: it names one, as anybody does", async () => {
  const on = world();
  await person(on, { emails: [ADA] });
  expect(codeOf(await on.admin.commands.requestEmailVerification())).toBe("invalid-argument");
  expect(codeOf(await on.admin.commands.requestEmailVerification({ email: ADA }))).toBe("ok");
  expect(await arrived(on)).toEqual([`verify-email → ${ADA}`]);
});

test("who was signed in and is not any more is told so", async () => {
  const on = world();
  await person(on, { emails: [ADA] });
  const { commands } = await signedIn(on, ADA);
  (await commands.logOut())._unsafeUnwrap();
  expect(codeOf(await commands.requestEmailVerification({ email: ADA }))).toBe("not-authenticated");
  expect(await arrived(on, { kind: "verify-email" })).toEqual([]);
});
