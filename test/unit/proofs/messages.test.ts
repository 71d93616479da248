import { describe, expect, test } from "vitest";
import { Application, ConfigurationError, Secret } from "denizen";
import { memory } from "denizen/memory";
import { mailbox } from "denizen/testing";
import { codeOf } from "../../support/codes.js";
import { arrived, DAY, deliver, letter, look, MINUTE, person, world } from "./world.js";

const ADA = "ada@example.com";
const PHONE = "+34600123456";

/** Delivers once more what was delivered already, to a mailbox that has forgotten it. */
async function again(on: ReturnType<typeof world>): Promise<readonly string[]> {
  on.post.clear();
  for (const subscriber of ["denizen-mail", "denizen-sms"])
    (await on.application.durable.replay({ subscriber, from: "beginning" }))._unsafeUnwrap();
  return arrived(on);
}

describe("who sends messages", () => {
  test("are two durable subscribers, of which one sends e-mail and the other SMS", async () => {
    const on = world();
    await person(on, { emails: [ADA], phones: [PHONE] });
    (await on.application.commands.requestEmailVerification({ email: ADA }))._unsafeUnwrap();
    (await on.application.commands.requestPhoneVerification({ phone: PHONE }))._unsafeUnwrap();
    const [mail, sms] = [await letter(on, { to: ADA }), await letter(on, { to: PHONE })];
    expect([mail.channel, sms.channel]).toEqual(["email", "phone"]);
    const issued = (await on.admin.queries.history({ type: "challenge-issued" }))._unsafeUnwrap().items;
    expect([mail.idempotencyKey, sms.idempotencyKey].sort()).toEqual(
      [
        ...new Set(
          issued.map(({ id, payload }) => `denizen-${"channel" in payload && payload.channel === "email" ? "mail" : "sms"}:${id}`),
        ),
      ].sort(),
    );
    const status = (await on.application.durable.status())._unsafeUnwrap();
    expect(status.map(({ subscriber }) => subscriber)).toEqual(["denizen-mail", "denizen-sms"]);
    expect(() => on.application.durable.subscribe("denizen-mail", "*", () => undefined)).toThrow(ConfigurationError);
  });

  test("are nobody where no messages are configured: names are free, commands answer as ever", async () => {
    const application = new Application({ store: memory() });
    (await application.commands.signUp({ name: "Ada", emails: [ADA] }))._unsafeUnwrap();
    expect(codeOf(await application.commands.requestEmailVerification({ email: ADA }))).toBe("ok");
    expect((await application.durable.settled())._unsafeUnwrap()).toEqual({ deadLetters: 0 });
    expect((await application.durable.status())._unsafeUnwrap()).toEqual([]);
    const heard: string[] = [];
    application.durable.subscribe("denizen-mail", "challenge-issued", ({ type }) => heard.push(type));
    (await application.durable.settled())._unsafeUnwrap();
    expect(heard).toEqual(["challenge-issued"]);
  });
});

describe("a code or a link", () => {
  test("says until when it is good, and of what it is", async () => {
    const given: unknown[] = [];
    const on = world({
      through: (post) => ({
        send: (message, sending) => {
          given.push(message, sending);
          return post.send(message, sending);
        },
      }),
    });
    const id = await person(on, { emails: [ADA] });
    (await on.application.commands.requestPasswordReset({ email: ADA }))._unsafeUnwrap();
    const { code, link } = await letter(on);
    expect(given).toEqual([
      {
        kind: "reset-password",
        channel: "email",
        to: ADA,
        tenant: "default",
        user: { id, name: { display: "Ada" }, attributes: {} },
        code: { text: expect.any(Secret), expiresAt: "2026-01-01T00:10:00.000Z" },
        link: { token: expect.any(Secret), expiresAt: "2026-01-01T01:00:00.000Z" },
        at: "2026-01-01T00:00:00.000Z",
        detail: null,
      },
      { idempotencyKey: expect.stringMatching(/^denizen-mail:/), signal: expect.any(AbortSignal) },
    ]);
    // Neither can be read by whoever logs the message.
    for (const secret of [code, link]) expect(JSON.stringify(given)).not.toContain(secret);
  });

  test("is the same each time it is sent, and good each time", async () => {
    const on = world();
    const id = await person(on, { emails: [ADA], password: null });
    (await on.application.commands.requestEmailVerification({ email: ADA }))._unsafeUnwrap();
    const first = await letter(on);
    expect(await again(on)).toEqual([`verify-email → ${ADA}`]);
    expect(on.post.last()).toMatchObject({ code: first.code, idempotencyKey: first.idempotencyKey });
    (await on.application.commands.verifyEmail({ link: on.post.last()?.link ?? "" }))._unsafeUnwrap();
    expect((await look(on, id)).emails).toEqual([`${ADA}*`]);
  });

  test("that was used is not sent any more", async () => {
    const on = world();
    await person(on, { emails: [ADA], password: null });
    (await on.application.commands.requestEmailVerification({ email: ADA }))._unsafeUnwrap();
    (await on.application.commands.verifyEmail({ link: (await letter(on)).link }))._unsafeUnwrap();
    expect(await again(on)).toEqual([]);
  });

  test("that was replaced before it was sent is not sent any more", async () => {
    const on = world();
    await person(on, { emails: [ADA], password: null });
    for (let count = 0; count < 3; count++) {
      (await on.application.commands.requestEmailVerification({ email: ADA }))._unsafeUnwrap();
      on.clock.advance(MINUTE);
    }
    const { link } = await letter(on);
    expect(on.post.letters).toHaveLength(1);
    expect(codeOf(await on.application.commands.verifyEmail({ link }))).toBe("ok");
  });

  test.each([
    [10 * MINUTE - 1, { code: expect.any(String), link: expect.any(String) }],
    [10 * MINUTE, { code: undefined, link: expect.any(String) }],
    [DAY - 1, { code: undefined, link: expect.any(String) }],
    [DAY, undefined],
  ])("is sent for as long as it is good: after %d ms %j", async (after, expected) => {
    const on = world();
    await person(on, { emails: [ADA] });
    (await on.application.commands.requestEmailVerification({ email: ADA }))._unsafeUnwrap();
    on.clock.advance(after);
    await deliver(on);
    if (expected === undefined) expect(on.post.letters).toEqual([]);
    else expect(on.post.letters).toMatchObject([expected]);
  });

  test("by phone is not sent any more after ten minutes", async () => {
    const on = world();
    await person(on, { phones: [PHONE] });
    (await on.application.commands.requestPhoneVerification({ phone: PHONE }))._unsafeUnwrap();
    on.clock.advance(10 * MINUTE);
    expect(await arrived(on)).toEqual([]);
  });

  test.each(["remove", "erase"] as const)("is not sent to who is no more: %s", async (way) => {
    const on = world();
    const id = await person(on, { emails: [ADA] });
    (await on.application.commands.requestEmailVerification({ email: ADA }))._unsafeUnwrap();
    await using uow = on.application.unitOfWork();
    const user = (await uow.users.get(id))._unsafeUnwrap();
    if (way === "remove") user.remove()._unsafeUnwrap();
    else user.erase();
    (await uow.commit())._unsafeUnwrap();
    expect(await arrived(on)).toEqual([]);
  });

  test("whose key is known to nobody any more is not sent", async () => {
    const store = memory();
    const key = (byte: number) => new Uint8Array(32).fill(byte);
    const [old, both, young] = [
      { current: "a", keys: { a: key(1) } },
      { current: "b", keys: { a: key(1), b: key(2) } },
      { current: "b", keys: { b: key(2) } },
    ];
    const asking = new Application({ store, keys: old });
    (await asking.commands.signUp({ name: "Ada", emails: [ADA] }))._unsafeUnwrap();
    (await asking.commands.requestEmailVerification({ email: ADA }))._unsafeUnwrap();
    const [late, inTime] = [mailbox(), mailbox()];
    (await new Application({ store, keys: young, messages: late }).durable.settled())._unsafeUnwrap();
    const sending = new Application({ store, keys: both, messages: inTime });
    (await sending.durable.replay({ subscriber: "denizen-mail", from: "beginning" }))._unsafeUnwrap();
    (await sending.durable.settled())._unsafeUnwrap();
    expect([late.letters.length, inTime.letters.length]).toEqual([0, 1]);
    expect(codeOf(await sending.commands.verifyEmail({ link: inTime.last()?.link ?? "" }))).toBe("ok");
  });

  test("is sent in its user's tenant, to that tenant's user", async () => {
    const on = world();
    const there = on.application.tenant("acme");
    (await there.commands.signUp({ name: "Other", emails: [ADA] }))._unsafeUnwrap();
    await person(on, { emails: [ADA] });
    (await there.commands.requestEmailVerification({ email: ADA }))._unsafeUnwrap();
    const { link, tenant, user } = await letter(on);
    expect([tenant, user.name?.display]).toEqual(["acme", "Other"]);
    expect(codeOf(await on.application.commands.verifyEmail({ link }))).toBe("challenge-invalid");
    expect(codeOf(await there.commands.verifyEmail({ link }))).toBe("ok");
  });
});
