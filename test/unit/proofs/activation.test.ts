import { describe, expect, test } from "vitest";
import { codeOf } from "../../support/codes.js";
import { arrived, census, commitOf, letter, look, NEXT, PASSWORD, signedIn, world } from "./world.js";

const ADA = "ada@example.com";
const PHONE = "+34600123456";
const BOTH = { name: "Ada", emails: [ADA], phones: [PHONE], password: PASSWORD };
const prove = { password: PASSWORD };

async function signedUp(on: ReturnType<typeof world>, input: Parameters<typeof on.application.commands.signUp>[0] = BOTH) {
  const answer = (await on.application.commands.signUp(input))._unsafeUnwrap();
  if (answer.status !== "pending") throw new Error(answer.status);
  return answer.userId;
}

describe("an account that its owner's addresses activate", () => {
  test("waits for the e-mail, whose link and code were sent in the commit of the sign-up", async () => {
    const on = world({ accounts: { activation: "verified" } });
    const id = await signedUp(on);
    expect(await commitOf(on, id, "challenge-issued")).toContain("account-opened");
    expect(await arrived(on)).toEqual([`verify-email → ${ADA}`]);
    expect(codeOf(await on.application.commands.logIn({ email: ADA, password: PASSWORD }))).toBe("account-pending");
    const { link } = await letter(on);
    expect(codeOf(await on.application.commands.verifyEmail({ link, ...prove }))).toBe("ok");
    expect(await commitOf(on, id, "email-verified")).toEqual(["email-verified", "account-activated", "challenge-spent"]);
    expect((await signedIn(on, ADA)).id).toBe(id);
  });

  test("waits for the phone where that is what counts, and for no e-mail", async () => {
    const on = world({ accounts: { activation: "verified", verify: ["phone"] } });
    const id = await signedUp(on);
    expect(await arrived(on)).toEqual([`verify-phone → ${PHONE}`]);
    const { code } = await letter(on);
    expect(codeOf(await on.application.commands.verifyPhone({ phone: PHONE, code, ...prove }))).toBe("ok");
    expect(await commitOf(on, id, "phone-verified")).toEqual(["phone-verified", "account-activated", "challenge-spent"]);
    expect(await look(on, id)).toMatchObject({ status: "active", emails: [`${ADA}*?`], phones: [`${PHONE}*`] });
  });

  test.each([["email", "phone"] as const, ["phone", "email"] as const])(
    "waits for both, and is active in the commit of the last: %s, %s",
    async (...order) => {
      const on = world({ accounts: { activation: "verified", verify: ["email", "phone"] } });
      const id = await signedUp(on);
      expect([...(await arrived(on))].sort()).toEqual([`verify-email → ${ADA}`, `verify-phone → ${PHONE}`]);
      const statuses: string[] = [];
      for (const channel of order) {
        const { code } = await letter(on, { kind: `verify-${channel}` });
        const { commands } = on.application;
        const answer =
          channel === "email"
            ? await commands.verifyEmail({ email: ADA, code, ...prove })
            : await commands.verifyPhone({ phone: PHONE, code, ...prove });
        expect(codeOf(answer)).toBe("ok");
        statuses.push((await look(on, id)).status);
      }
      expect(statuses).toEqual(["pending", "active"]);
      expect(await commitOf(on, id, "account-activated")).toEqual([`${order[1]}-verified`, "account-activated", "challenge-spent"]);
    },
  );

  test("is active once: the proof of a further e-mail changes nothing, nor does one lift a suspension", async () => {
    const on = world({ accounts: { activation: "verified" } });
    const id = await signedUp(on, { ...BOTH, emails: [ADA, NEXT_EMAIL] });
    const { link } = await letter(on);
    (await on.application.commands.verifyEmail({ link, ...prove }))._unsafeUnwrap();
    (await on.admin.commands.suspendAccount({ id }))._unsafeUnwrap();
    on.clock.advance(60_000);
    (await on.application.commands.requestEmailVerification({ email: NEXT_EMAIL }))._unsafeUnwrap();
    const second = await letter(on, { to: NEXT_EMAIL });
    expect(codeOf(await on.application.commands.verifyEmail({ link: second.link, ...prove }))).toBe("ok");
    expect(await look(on, id)).toMatchObject({ status: "suspended", emails: [`${ADA}*`, NEXT_EMAIL] });
  });

  test("is activated by a host that has had the e-mail proved by means of its own", async () => {
    const on = world({ accounts: { activation: "verified" } });
    const id = await signedUp(on);
    await using uow = on.application.unitOfWork();
    (await uow.users.get(id))._unsafeUnwrap().verifyEmail(ADA)._unsafeUnwrap();
    (await uow.commit())._unsafeUnwrap();
    expect((await look(on, id)).status).toBe("active");
  });

  test.each<["email" | "phone", object]>([
    ["phone", { emails: [ADA] }],
    ["email", { phones: [PHONE] }],
    ["email", {}],
  ])("cannot be without the %s that has to be proved: nothing is written, and nothing sent", async (channel, addresses) => {
    const on = world({ accounts: { activation: "verified", verify: [channel] } });
    const refused = (await on.application.commands.signUp({ name: "Ada", password: PASSWORD, ...addresses }))._unsafeUnwrapErr();
    expect(refused).toMatchObject({ code: "invalid-argument", message: expect.stringContaining(channel) });
    expect(await census(on)).toBe(0);
    expect(await arrived(on)).toEqual([]);
    // The address is nobody's: it can be signed up with.
    expect(codeOf(await on.application.commands.signUp(BOTH))).toBe("ok");
  });
});

const NEXT_EMAIL = "ada@work.example.com";

describe("a sign-up that is asked for proofs and not held up by them", () => {
  test("is in at once, and is sent them: what they prove gates nothing", async () => {
    const on = world({ accounts: { verify: ["email", "phone"] } });
    const answer = (await on.application.commands.signUp(BOTH))._unsafeUnwrap();
    expect(answer.status).toBe("signed-in");
    expect([...(await arrived(on))].sort()).toEqual([`verify-email → ${ADA}`, `verify-phone → ${PHONE}`]);
    const { id, commands } = await signedIn(on, ADA);
    expect(codeOf(await commands.verifyEmail({ link: (await letter(on, { kind: "verify-email" })).link }))).toBe("ok");
    expect(await commitOf(on, id, "email-verified")).toEqual(["email-verified", "challenge-spent"]);
  });

  test("is asked for nothing by default", async () => {
    const on = world();
    expect(codeOf(await on.application.commands.signUp(BOTH))).toBe("ok");
    expect(await arrived(on)).toEqual([]);
  });
});

test.each(["administrator", "own"] as const)("an account whose activation is %s is not activated by a proof", async (activation) => {
  const on = world({ accounts: { activation, verify: ["email"] } });
  const id = await signedUp(on);
  const { link } = await letter(on);
  expect(codeOf(await on.application.commands.verifyEmail({ link, ...prove }))).toBe("ok");
  expect(await look(on, id)).toMatchObject({ status: "pending", emails: [`${ADA}*`] });
  expect(codeOf(await on.admin.commands.activateAccount({ id }))).toBe("ok");
  expect((await look(on, id)).status).toBe("active");
});

test("an administrator activates an account that waits for proofs, which can still be made", async () => {
  const on = world({ accounts: { activation: "verified" } });
  const id = await signedUp(on, { ...BOTH, password: NEXT });
  const { link } = await letter(on);
  expect(codeOf(await on.admin.commands.activateAccount({ id }))).toBe("ok");
  expect((await signedIn(on, ADA, NEXT)).id).toBe(id);
  expect(codeOf(await on.application.commands.verifyEmail({ link, password: NEXT }))).toBe("ok");
  expect(await commitOf(on, id, "email-verified")).toEqual(["email-verified", "challenge-spent"]);
});
