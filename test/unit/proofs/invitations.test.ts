import { describe, expect, test } from "vitest";
import { domainError, err, ok } from "denizen";
import { codeOf } from "../../support/codes.js";
import { arrived, census, commitOf, DAY, happened, letter, look, NEXT, PASSWORD, person, signedIn, world } from "./world.js";

const BOB = "bob@example.com";
const BOSS = "boss@example.com";
const INVITATION = { name: "Bob", emails: [BOB], role: "user" } as const;

/** Bob, who is invited, with the link that he was sent. */
async function invited(input: object = {}) {
  const on = world();
  const { userId: id } = (await on.admin.commands.inviteUser({ ...INVITATION, ...input }))._unsafeUnwrap();
  return { on, id, commands: on.application.commands, ...(await letter(on, { kind: "invitation" })) };
}

describe("an invitation", () => {
  test("makes a user and an account that waits, and sends a link, in one commit", async () => {
    const { on, id, to, link, code } = await invited({ username: "bob", emails: [BOB, "bob@work.example.com"] });
    expect([to, code, link]).toEqual([BOB, "", expect.stringMatching(/./)]);
    expect(await look(on, id)).toEqual({
      name: "Bob",
      emails: [`${BOB}*?`, "bob@work.example.com?"],
      phones: [],
      credentials: [],
      status: "pending",
      resetRequired: false,
    });
    expect(await commitOf(on, id, "challenge-issued")).toEqual(expect.arrayContaining(["user-created", "account-opened"]));
    expect(await arrived(on)).toEqual([`invitation → ${BOB}`]);
  });

  test("takes an id of the host's own, and happens once for a command id", async () => {
    const on = world();
    const options = { id: "00000000-0000-7000-8000-00000000b0bb", commandId: "invite-bob" };
    const both = [await on.admin.commands.inviteUser(INVITATION, options), await on.admin.commands.inviteUser(INVITATION, options)];
    expect(both.map((answer) => answer._unsafeUnwrap())).toEqual([{ userId: options.id }, { userId: options.id }]);
    expect(await arrived(on)).toEqual([`invitation → ${BOB}`]);
  });

  test.each([
    ["super-admin", "admin", "ok"],
    ["super-admin", "user", "ok"],
    ["super-admin", "super-admin", "not-authorized"],
    ["admin", "user", "ok"],
    ["admin", "admin", "not-authorized"],
    ["user", "user", "not-authorized"],
  ] as const)("by a %s of a %s is %s", async (own, role, code) => {
    const on = world();
    await person(on, { name: "Boss", emails: [BOSS], role: own });
    const { commands } = await signedIn(on, BOSS);
    expect(codeOf(await commands.inviteUser({ ...INVITATION, role }))).toBe(code);
    expect(await arrived(on, { kind: "invitation" })).toEqual(code === "ok" ? [`invitation → ${BOB}`] : []);
    expect(await census(on)).toBe(code === "ok" ? 2 : 1);
  });

  test.each([
    [{ password: PASSWORD }, "invalid-argument"],
    [{ emails: [] }, "invalid-argument"],
    [{ emails: undefined, phones: ["+34600123456"] }, "invalid-argument"],
    [{ emails: ["none"] }, "email-invalid"],
    [{ name: "" }, "name-invalid"],
    [{ role: "emperor" }, "not-authorized"],
    [{ role: undefined }, "invalid-argument"],
  ])("with %j is %s: nobody is there, and nothing is sent", async (input, code) => {
    const on = world();
    await person(on, { name: "Boss", emails: [BOSS], role: "super-admin" });
    const { commands } = await signedIn(on, BOSS);
    // The compiler refuses most of them.
    const given = { ...INVITATION, ...(input as object) };
    expect(codeOf(await commands.inviteUser(given))).toBe(code);
    expect([await census(on), await arrived(on, { kind: "invitation" })]).toEqual([1, []]);
  });

  test("to an e-mail that is somebody's is refused", async () => {
    const { on } = await invited();
    expect(codeOf(await on.admin.commands.inviteUser({ ...INVITATION, name: "Other" }))).toBe("email-taken");
    expect(codeOf(await on.application.commands.inviteUser({ ...INVITATION, emails: ["eve@example.com"] }))).toBe("not-authenticated");
    expect(await arrived(on)).toEqual([`invitation → ${BOB}`]);
  });
});

describe("an invitation in a unit of the host's", () => {
  test("lands in its commit, with the host's own changes", async () => {
    const on = world();
    const done = await on.admin.transact(async function* ({ uow }) {
      const planet = yield* uow.planets.create({ name: "Mars" });
      const { userId } = yield* uow.commands.inviteUser(INVITATION);
      return ok({ planet: planet.id, userId });
    });
    const { planet, userId } = done._unsafeUnwrap();
    const formed = (await on.store.history("default", { kind: "planet", id: planet }))._unsafeUnwrap();
    const commits = [...formed, ...(await happened(on, userId))].map(({ metadata }) => metadata.commitId);
    expect(new Set(commits).size).toBe(1);
    const { link } = await letter(on);
    expect(codeOf(await on.application.commands.acceptInvitation({ link, password: PASSWORD }))).toBe("ok");
  });

  test("comes to nothing with it", async () => {
    const on = world();
    const done = await on.admin.transact(async function* ({ uow }) {
      yield* uow.commands.inviteUser(INVITATION);
      return err(domainError("changed-mind", "after all, no"));
    });
    expect(codeOf(done)).toBe("changed-mind");
    expect([await census(on), await arrived(on)]).toEqual([0, []]);
  });

  test("can be sent again in the same way, and is sent in the commit, not before", async () => {
    const { on, id, link, commands } = await invited();
    await using uow = on.admin.unitOfWork();
    expect(codeOf(await uow.commands.resendInvitation({ id }))).toBe("ok");
    expect(await arrived(on)).toHaveLength(1);
    expect(codeOf(await uow.commit())).toBe("ok");
    expect(await arrived(on)).toEqual([`invitation → ${BOB}`, `invitation → ${BOB}`]);
    expect(codeOf(await commands.acceptInvitation({ link, password: PASSWORD }))).toBe("challenge-invalid");
    expect(codeOf(await commands.acceptInvitation({ link: on.post.last()?.link ?? "", password: PASSWORD }))).toBe("ok");
  });
});

describe("an invitation is accepted", () => {
  test("with a password: the e-mail is proved, the account active, and nobody logged in", async () => {
    const { on, id, commands, link } = await invited();
    expect((await commands.acceptInvitation({ link, password: PASSWORD }))._unsafeUnwrap()).toBeUndefined();
    expect(await look(on, id)).toMatchObject({ name: "Bob", emails: [`${BOB}*`], credentials: ["password"], status: "active" });
    expect(await commitOf(on, id, "challenge-spent")).toEqual(
      expect.arrayContaining(["email-verified", "password-changed", "account-activated", "challenge-spent"]),
    );
    expect((await signedIn(on, BOB)).id).toBe(id);
  });

  test("without one, by who will log in by link or code", async () => {
    const { on, id, commands, link } = await invited();
    expect(codeOf(await commands.acceptInvitation({ link }))).toBe("ok");
    expect(await look(on, id)).toMatchObject({ emails: [`${BOB}*`], credentials: [], status: "active" });
    (await commands.requestLogIn({ email: BOB }))._unsafeUnwrap();
    const { code } = await letter(on, { kind: "log-in" });
    expect((await commands.logInWithCode({ email: BOB, code }))._unsafeUnwrap()).toMatchObject({ status: "signed-in", userId: id });
  });

  test("under another name", async () => {
    const { on, id, commands, link } = await invited();
    expect(codeOf(await commands.acceptInvitation({ link, password: PASSWORD, name: { given: "Robert", family: "Roe" } }))).toBe("ok");
    expect((await look(on, id)).name).toBe("Robert Roe");
  });

  test.each([
    [{ name: "" }, "name-invalid"],
    [{ password: "short" }, "password-rejected"],
    [{ password: null }, "password-rejected"],
  ])("not with %j (%s), which leaves it as it was", async (input, code) => {
    const { on, id, commands, link } = await invited();
    expect(codeOf(await commands.acceptInvitation({ link, password: PASSWORD, ...(input as object) }))).toBe(code);
    expect(await look(on, id)).toMatchObject({ emails: [`${BOB}*?`], status: "pending" });
    expect(codeOf(await commands.acceptInvitation({ link, password: NEXT }))).toBe("ok");
  });

  test("once, and for a week", async () => {
    const { on, commands, link } = await invited();
    on.clock.advance(7 * DAY - 1);
    expect(codeOf(await commands.acceptInvitation({ link, password: PASSWORD }))).toBe("ok");
    expect(codeOf(await commands.acceptInvitation({ link, password: NEXT }))).toBe("challenge-invalid");
    const late = await invited();
    late.on.clock.advance(7 * DAY);
    expect(codeOf(await late.commands.acceptInvitation({ link: late.link, password: NEXT }))).toBe("challenge-invalid");
    expect((await signedIn(on, BOB)).id).toBeDefined();
  });

  test("by the latest link alone", async () => {
    const { on, id, commands, link } = await invited();
    expect(codeOf(await on.admin.commands.resendInvitation({ id }))).toBe("ok");
    const again = await letter(on, { kind: "invitation" });
    expect(codeOf(await commands.acceptInvitation({ link, password: PASSWORD }))).toBe("challenge-invalid");
    expect(codeOf(await commands.acceptInvitation({ link: again.link, password: PASSWORD }))).toBe("ok");
  });

  test("by no code, and by nothing at all", async () => {
    const { on, id, commands } = await invited();
    for (const input of [undefined, null, {}, { email: BOB, code: "12345678" }, { link: "none" }])
      expect(codeOf(await commands.acceptInvitation(input as unknown as { link: string }))).toBe("challenge-invalid");
    expect((await look(on, id)).status).toBe("pending");
  });
});

describe("an invitation is sent again", () => {
  test.each([
    [
      "who has accepted it",
      async (_: string, { commands, link }: Awaited<ReturnType<typeof invited>>) => commands.acceptInvitation({ link }),
    ],
    [
      "who was activated and suspended",
      async (id: string, { on }: Awaited<ReturnType<typeof invited>>) => on.admin.commands.suspendAccount({ id }),
    ],
  ])("not to %s", async (_, change) => {
    const bob = await invited();
    (await change(bob.id, bob))._unsafeUnwrap();
    expect(codeOf(await bob.on.admin.commands.resendInvitation({ id: bob.id }))).toBe("invalid-argument");
  });

  test("also to who has signed up himself and waits: whoever has the mailbox begins afresh, and is active", async () => {
    const on = world({ accounts: { activation: "administrator" } });
    const answer = (await on.application.commands.signUp({ name: "Bob", emails: [BOB], password: PASSWORD }))._unsafeUnwrap();
    if (answer.status !== "pending") throw new Error(answer.status);
    expect(codeOf(await on.admin.commands.resendInvitation({ id: answer.userId }))).toBe("ok");
    const { link } = await letter(on, { kind: "invitation" });
    expect(codeOf(await on.application.commands.acceptInvitation({ link }))).toBe("ok");
    expect(codeOf(await on.application.commands.logIn({ email: BOB, password: PASSWORD }))).toBe("invalid-credentials");
    expect(codeOf(await on.admin.commands.resendInvitation({ id: answer.userId }))).toBe("invalid-argument");
  });

  test("by an administrator alone, to who is there", async () => {
    const { on, id } = await invited();
    await person(on, { name: "Eve", emails: [BOSS], role: "user" });
    const { commands } = await signedIn(on, BOSS);
    expect(codeOf(await commands.resendInvitation({ id }))).toBe("not-authorized");
    expect(codeOf(await on.application.commands.resendInvitation({ id }))).toBe("not-authenticated");
    expect(codeOf(await on.admin.commands.resendInvitation({ id: "nobody" }))).toBe("account-not-found");
    expect(codeOf(await on.admin.commands.resendInvitation({} as { id: string }))).toBe("invalid-argument");
    expect(await arrived(on, { kind: "invitation" })).toEqual([`invitation → ${BOB}`]);
  });
});
