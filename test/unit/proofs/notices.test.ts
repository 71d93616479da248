import { describe, expect, test } from "vitest";
import { codeOf } from "../../support/codes.js";
import { arrived, DAY, deliver, letter, NEXT, PASSWORD, person, signedIn, world } from "./world.js";
import type { World } from "./world.js";

const ADA = "ada@example.com";
const OTHER = "ada@work.example.com";
const PHONE = "+34600123456";

/** Does something with a user in a unit of its own, which is committed. */
async function change({ application }: World, id: string, work: (user: Awaited<ReturnType<typeof find>>) => unknown) {
  await using uow = application.unitOfWork();
  await work((await uow.users.get(id))._unsafeUnwrap());
  (await uow.commit())._unsafeUnwrap();
}

async function find({ application }: World, id: string) {
  await using uow = application.unitOfWork();
  return (await uow.users.get(id))._unsafeUnwrap();
}

/** Ada, whose password is somebody else's from now on. */
async function robbed(birth: Parameters<typeof person>[1] = {}) {
  const on = world();
  const id = await person(on, { emails: [ADA], proved: [ADA], ...birth });
  await change(on, id, async (user) => (await user.setPassword(NEXT))._unsafeUnwrap());
  return { on, id };
}

describe("a user is told", () => {
  test("that the password was changed, without a code or a link", async () => {
    const { on, id } = await robbed();
    expect(await letter(on)).toMatchObject({
      kind: "password-changed",
      channel: "email",
      to: ADA,
      tenant: "default",
      user: { id, name: { display: "Ada" } },
      at: "2026-01-01T00:00:00.000Z",
      detail: null,
    });
    expect(on.post.last()).toMatchObject({ code: undefined, link: undefined });
  });

  test("so when it was reset, and when he has changed it himself, and not of a first one", async () => {
    const on = world();
    await person(on, { emails: [ADA], proved: [ADA] });
    const { commands } = await signedIn(on, ADA);
    (await commands.changePassword({ current: PASSWORD, next: NEXT }))._unsafeUnwrap();
    (await commands.requestPasswordReset({ email: ADA }))._unsafeUnwrap();
    const { link } = await letter(on, { kind: "reset-password" });
    (await commands.resetPassword({ link, password: PASSWORD }))._unsafeUnwrap();
    expect(await arrived(on, { kind: "password-changed" })).toHaveLength(2);
    const bob = await person(on, { name: "Bob", emails: ["bob@example.com"], password: null });
    await change(on, bob, async (user) => (await user.setPassword(NEXT))._unsafeUnwrap());
    expect(await arrived(on, { to: "bob@example.com" })).toEqual([]);
  });

  test("that there is a new factor once it is one, and that it is gone", async () => {
    const on = world();
    const id = await person(on, { emails: [ADA], proved: [ADA] });
    await change(on, id, async (user) => (await user.enrol("badge", "b"))._unsafeUnwrap());
    await change(on, id, async (user) => (await user.enrol("fob", "f"))._unsafeUnwrap());
    await deliver(on);
    expect(on.post.letters.map(({ kind, to, detail }) => [kind, to, detail])).toEqual([["factor-added", ADA, "badge"]]);
    await change(on, id, async (user) => (await user.confirmCredential({ fob: "f" }))._unsafeUnwrap());
    await change(on, id, async (user) => (await user.confirmCredential({ fob: "f" }))._unsafeUnwrap());
    const badge = (await find(on, id)).credentials.find(({ kind }) => kind === "badge");
    await change(on, id, (user) => user.removeCredential(badge?.id ?? "")._unsafeUnwrap());
    await deliver(on);
    expect(on.post.letters.map(({ kind, detail }) => [kind, detail])).toEqual([
      ["factor-added", "badge"],
      ["factor-added", "fob"],
      ["factor-removed", "badge"],
    ]);
  });

  test("nothing of a password that is gone", async () => {
    const on = world();
    const id = await person(on, { emails: [ADA], proved: [ADA] });
    const password = (await find(on, id)).credentials.find(({ kind }) => kind === "password");
    await change(on, id, (user) => user.removeCredential(password?.id ?? "")._unsafeUnwrap());
    expect(await arrived(on)).toEqual([]);
  });

  test("that somebody is in from a device that was never trusted, as the log-in called it", async () => {
    const on = world();
    await person(on, { emails: [ADA], proved: [ADA] });
    const first = await on.application.commands.logIn({ email: ADA, password: PASSWORD, device: "Firefox on Linux" });
    const tokens = first._unsafeUnwrap();
    if (tokens.status !== "signed-in") throw new Error(tokens.status);
    const { trustedDevice } = tokens;
    (await on.application.commands.logIn({ email: ADA, password: PASSWORD, trustedDevice }))._unsafeUnwrap();
    await deliver(on);
    expect(on.post.letters.map(({ kind, to, detail }) => [kind, to, detail])).toEqual([["new-device", ADA, "Firefox on Linux"]]);
    (await on.application.commands.logIn({ email: ADA, password: PASSWORD }))._unsafeUnwrap();
    expect(await letter(on)).toMatchObject({ kind: "new-device", detail: null });
    expect(on.post.letters).toHaveLength(2);
  });

  test("that somebody has signed up with his e-mail, where that is not to be known; a stranger is told nothing", async () => {
    const on = world({ accounts: { activation: "verified", enumerationProtection: true } });
    const id = await person(on, { emails: [ADA], proved: [ADA] });
    for (const email of [ADA, "zoe@example.com"]) {
      const answer = await on.application.commands.signUp({ name: "Eve", emails: [email], password: NEXT });
      expect(answer._unsafeUnwrap()).toEqual({ status: "check-inbox" });
    }
    expect(await arrived(on)).toEqual(expect.arrayContaining([`sign-up-repeated → ${ADA}`, "verify-email → zoe@example.com"]));
    expect(on.post.letters).toHaveLength(2);
    expect(on.post.last({ to: ADA })).toMatchObject({ user: { id, name: { display: "Ada" } }, code: undefined, link: undefined });
  });
});

describe("what a user is told goes", () => {
  test.each([
    ["the primary e-mail of two that were proved", { emails: [ADA, OTHER], proved: [ADA, OTHER] }, [ADA]],
    ["the one that was proved, where the primary one is a mere claim", { emails: [ADA, OTHER], proved: [OTHER] }, [OTHER]],
    ["the primary one, where none was ever proved", { emails: [ADA, OTHER], proved: [] }, [ADA]],
    ["nowhere, where there is no e-mail", { emails: [], phones: [PHONE], proved: [PHONE] }, []],
  ])("to %s", async (_, birth, to) => {
    const { on } = await robbed(birth);
    await deliver(on);
    expect(on.post.letters.map((one) => one.to)).toEqual(to);
  });

  test.each([
    [DAY, 1],
    [DAY + 1, 0],
  ])("out for a day: after %d ms to %d", async (after, count) => {
    const { on } = await robbed();
    on.clock.advance(after);
    expect(await arrived(on)).toHaveLength(count);
  });

  test.each(["removed", "erased"] as const)("to nobody who was %s since", async (way) => {
    const { on, id } = await robbed();
    await change(on, id, (user) => (way === "removed" ? user.remove()._unsafeUnwrap() : user.erase()));
    expect(await arrived(on)).toEqual([]);
  });

  test("to where he is now, and not to where he was", async () => {
    const { on, id } = await robbed();
    await change(on, id, (user) => {
      user.addEmail(OTHER)._unsafeUnwrap();
      user.makePrimaryEmail(OTHER)._unsafeUnwrap();
      user.removeEmail(ADA)._unsafeUnwrap();
    });
    expect(await arrived(on)).toEqual([`password-changed → ${OTHER}`]);
    expect(codeOf(await on.application.commands.logIn({ email: OTHER, password: NEXT }))).toBe("ok");
  });
});
