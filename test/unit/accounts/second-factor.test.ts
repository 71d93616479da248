import { describe, expect, test } from "vitest";
import { codeOf } from "../../support/codes.js";
import { arrange, lives, loggedIn, MINUTE, OTHER_PASSWORD, PASSWORD, signedUp, world } from "./world.js";
import type { World } from "./world.js";

type Key = "fob" | "card" | "face" | "memo";

/** Ada, who has these credentials besides her password, where fobs, cards and faces are second factors. */
async function withAda(credentials: readonly Key[] = ["fob"], secondFactors: readonly string[] = ["fob", "card", "face"]) {
  const on = world({ secondFactors });
  const ada = await signedUp(on, "ada");
  for (const key of credentials) await enrol(on, ada.id, key);
  on.heard.length = 0;
  return { on, ada };
}

async function enrol({ application }: World, id: string, key: Key): Promise<void> {
  await using users = application.users();
  const user = (await users.read({ id }))._unsafeUnwrap();
  (await user.enrol(key, `${key} of ${id}`))._unsafeUnwrap();
  expect(codeOf(await users.save(user))).toBe("ok");
}

const first = async ({ application }: World, proof: object = { password: PASSWORD }) => {
  // One proof of one method, which a type of several cannot say.
  const answer = (await application.commands.logIn({ email: "ada@example.com", ...(proof as { password: string }) }))._unsafeUnwrap();
  if (answer.status !== "second-factor-required") throw new Error(answer.status);
  return answer;
};
const complete = ({ application }: World, pending: string, proof: object) =>
  // One proof of one method, which a type of several cannot say.
  application.commands.completeLogIn({ pending, ...(proof as { password: string }) });

describe("a log-in with a second factor", () => {
  test("asks for it once the user has it, and gives nothing but a pending log-in before", async () => {
    const { on, ada } = await withAda([]);
    await loggedIn(on, ada.email);
    await enrol(on, ada.id, "fob");
    on.heard.length = 0;
    const asked = await first(on);
    expect(asked).toEqual({ status: "second-factor-required", methods: ["fob"], pending: expect.stringMatching(/^dp_/) });
    expect(on.heard).toEqual(["proof-succeeded"]);
    const answer = (await complete(on, asked.pending, { fob: `fob of ${ada.id}` }))._unsafeUnwrap();
    expect(answer).toMatchObject({ status: "signed-in", userId: ada.id });
    expect(on.heard).toEqual(["proof-succeeded", "log-in-succeeded", "session-started", "proof-succeeded"]);
    const { commands } = on.application.as((await on.application.authenticate(answer.accessToken))._unsafeUnwrap());
    const sessions = (await commands.listSessions())._unsafeUnwrap();
    expect(sessions.find(({ current }) => current)?.methods).toEqual(["password", "fob"]);
  });

  test("begins with either factor, and asks for another class than it was shown", async () => {
    const { on, ada } = await withAda(["fob", "card", "face", "memo"]);
    expect((await first(on)).methods).toEqual(["fob", "card", "face"]);
    expect((await first(on, { memo: `memo of ${ada.id}` })).methods).toEqual(["fob", "card", "face"]);
    const asked = await first(on, { fob: `fob of ${ada.id}` });
    expect(asked.methods).toEqual(["password", "face", "memo"]);
    expect(codeOf(await complete(on, asked.pending, { password: PASSWORD }))).toBe("ok");
  });

  test.each<[object, object, string]>([
    [{ password: PASSWORD }, { password: PASSWORD }, "second-factor-required"],
    [{ password: PASSWORD }, { memo: "memo" }, "second-factor-required"],
    [{ fob: "fob" }, { card: "card" }, "second-factor-required"],
    [{ fob: "fob" }, { fob: "fob" }, "second-factor-required"],
    [{ fob: "fob" }, { memo: "memo" }, "ok"],
    [{ face: "face" }, { fob: "fob" }, "ok"],
  ])("takes two proofs of one class for one factor: %j and %j", async (one, other, code) => {
    const { on, ada } = await withAda(["fob", "card", "face", "memo"]);
    const own = (proof: object) =>
      Object.fromEntries(Object.entries(proof).map(([key, value]) => [key, key === "password" ? value : `${value} of ${ada.id}`]));
    const { pending } = await first(on, own(one));
    expect(codeOf(await complete(on, pending, own(other)))).toBe(code);
  });

  test("refuses two factors of which none is one that is asked for", async () => {
    const { on, ada } = await withAda(["fob", "face"], ["fob"]);
    const { pending } = await first(on);
    expect(codeOf(await complete(on, pending, { face: `face of ${ada.id}` }))).toBe("second-factor-required");
    expect(codeOf(await complete(on, pending, { fob: `fob of ${ada.id}` }))).toBe("ok");
  });

  test("counts guesses at each factor by itself: the password stays open while the fob is guessed at", async () => {
    const { on, ada } = await withAda();
    const { pending } = await first(on);
    for (let count = 0; count < 5; count++) expect(codeOf(await complete(on, pending, { fob: "wrong" }))).toBe("invalid-credentials");
    expect(codeOf(await complete(on, pending, { fob: `fob of ${ada.id}` }))).toBe("too-many-attempts");
    expect((await first(on)).methods).toEqual(["fob"]);
    on.clock.advance(MINUTE);
    expect(codeOf(await complete(on, pending, { fob: `fob of ${ada.id}` }))).toBe("ok");
  });

  test("refuses by the status that the account has at the second proof", async () => {
    const { on, ada } = await withAda();
    const { pending } = await first(on);
    await arrange(on, ada.id, (account) => account.suspend()._unsafeUnwrap());
    const code = codeOf(await complete(on, pending, { fob: `fob of ${ada.id}` }));
    expect(["pending-log-in-invalid", "account-suspended"]).toContain(code);
  });
});

describe("a pending log-in", () => {
  test("is accepted as a session by nothing", async () => {
    const { on, ada } = await withAda();
    const { pending } = await first(on);
    for (const token of [pending, pending.slice(3), pending.replace("dp_", "da_"), pending.replace("dp_", "dr_")]) {
      expect(codeOf(await on.application.authenticate(token))).toBe("access-token-invalid");
      expect(codeOf(await on.application.commands.refresh({ refreshToken: token }))).toBe("refresh-token-invalid");
      expect(codeOf(await on.application.commands.logOut({ refreshToken: token }))).toBe("ok");
      expect(codeOf(await complete(on, ada.tokens.accessToken, { fob: `fob of ${ada.id}` }))).toBe("pending-log-in-invalid");
    }
    expect(await lives(on, ada)).toBe(true);
    // As a trusted device it opens no counter of its own.
    const guess = { email: ada.email, password: "wrong", trustedDevice: pending.slice(3) };
    for (let count = 0; count < 5; count++) expect(codeOf(await on.application.commands.logIn(guess))).toBe("invalid-credentials");
    expect(codeOf(await on.application.commands.logIn({ email: ada.email, password: PASSWORD }))).toBe("too-many-attempts");
  });

  test("is good for ten minutes", async () => {
    const { on, ada } = await withAda();
    const proof = { fob: `fob of ${ada.id}` };
    const { pending } = await first(on);
    on.clock.advance(10 * MINUTE);
    expect(codeOf(await complete(on, pending, proof))).toBe("ok");
    on.clock.advance(1);
    expect(codeOf(await complete(on, pending, proof))).toBe("pending-log-in-invalid");
  });

  test.each<[string, (on: World, id: string) => Promise<unknown>]>([
    [
      "the password is changed",
      async ({ application }, id) => {
        await using users = application.users();
        (await (await users.read({ id }))._unsafeUnwrap().setPassword(OTHER_PASSWORD))._unsafeUnwrap();
        (await users.save())._unsafeUnwrap();
      },
    ],
    ["all sessions are ended", (on, id) => arrange(on, id, (account) => account.endSessions("asked")._unsafeUnwrap())],
    [
      "the account was suspended, and is not any more",
      (on, id) =>
        arrange(on, id, (account) =>
          account
            .suspend()
            .andThen(() => account.activate())
            ._unsafeUnwrap(),
        ),
    ],
  ])("is void when %s", async (_, change) => {
    const { on, ada } = await withAda();
    const { pending } = await first(on);
    await change(on, ada.id);
    expect(codeOf(await complete(on, pending, { fob: "wrong" }))).toBe("invalid-credentials");
    expect(codeOf(await complete(on, pending, { fob: `fob of ${ada.id}` }))).toBe("pending-log-in-invalid");
    expect(on.heard.filter((type) => type.startsWith("session-"))).toEqual([]);
    expect(on.heard.filter((type) => type === "log-in-failed")).toHaveLength(2);
  });

  test("is void in another tenant, for another application, and in every altered form", async () => {
    const { on, ada } = await withAda();
    const proof = { fob: `fob of ${ada.id}` };
    const { pending } = await first(on);
    expect(codeOf(await on.application.tenant("b").commands.completeLogIn({ pending, ...proof }))).toBe("pending-log-in-invalid");
    expect(codeOf(await complete((await withAda()).on, pending, proof))).toBe("pending-log-in-invalid");
    const eve = await signedUp(on, "eve");
    const forms = [
      pending.replace(ada.id, eve.id),
      pending.replace("password", "fob"),
      pending.replace(".1.", ".2."),
      ...Array.from(
        { length: pending.length },
        (_, at) => `${pending.slice(0, at)}${pending[at] === "0" ? "1" : "0"}${pending.slice(at + 1)}`,
      ),
      `${pending}0`,
      `dp_${pending}`,
      "",
      "dp_",
      "dp_....",
    ];
    for (const form of forms) expect(codeOf(await complete(on, form, proof))).toBe("pending-log-in-invalid");
    expect(codeOf(await complete(on, pending, proof))).toBe("ok");
  });

  test("is for its user alone: another's proof does not complete it", async () => {
    const { on, ada } = await withAda();
    const eve = await signedUp(on, "eve");
    await enrol(on, eve.id, "fob");
    const { pending } = await first(on);
    expect(codeOf(await complete(on, pending, { fob: `fob of ${eve.id}` }))).toBe("invalid-credentials");
    expect(codeOf(await complete(on, pending, { fob: `fob of ${ada.id}` }))).toBe("ok");
  });

  test.each(["acme.com", "a~b", "ü.%2E"])(
    "holds in a tenant called %s, for a user whose id has dots, and is nobody else's there",
    async (tenant) => {
      const on = world({ secondFactors: ["fob"] });
      const there = on.application.tenant(tenant);
      const join = async (id: string) => {
        (
          await there.commands.signUp({ name: "Ada", emails: [`${id.slice(0, 8)}@example.com`], password: PASSWORD }, { id })
        )._unsafeUnwrap();
        await using users = there.users();
        (await (await users.read({ id }))._unsafeUnwrap().enrol("fob", id))._unsafeUnwrap();
        (await users.save())._unsafeUnwrap();
        const asked = (await there.commands.logIn({ email: `${id.slice(0, 8)}@example.com`, password: PASSWORD }))._unsafeUnwrap();
        return asked.status === "second-factor-required" ? asked.pending : "";
      };
      await join("victim12");
      // An id that reads like the parts of the victim's pending log-in.
      const id = `attacker.victim12.password.${on.clock.now()}.1`;
      const pending = await join(id);
      expect(codeOf(await there.commands.completeLogIn({ pending, fob: "victim12" }))).toBe("invalid-credentials");
      expect(codeOf(await there.commands.completeLogIn({ pending, fob: id }))).toBe("ok");
    },
  );

  test("cannot be made of an id that goes on like one", async () => {
    const on = world({ secondFactors: ["fob"] });
    const victim = await signedUp(on, "victim");
    await enrol(on, victim.id, "fob");
    const id = `${victim.id}.password.${on.clock.now()}.1`;
    (await on.application.commands.signUp({ name: "Eve", username: "eve", password: PASSWORD }, { id }))._unsafeUnwrap();
    await enrol(on, id, "fob");
    const asked = (await on.application.commands.logIn({ username: "eve", password: PASSWORD }))._unsafeUnwrap();
    if (asked.status !== "second-factor-required") throw new Error(asked.status);
    expect(codeOf(await complete(on, asked.pending, { fob: `fob of ${victim.id}` }))).toBe("invalid-credentials");
  });
});

test("a log-in by a device that is trusted stays one through its second factor", async () => {
  const { on, ada } = await withAda();
  const { trustedDevice } = ada.tokens;
  const { pending } = await first(on);
  for (let count = 0; count < 6; count++) expect((await complete(on, pending, { fob: "wrong" })).isErr()).toBe(true);
  expect(codeOf(await complete(on, pending, { fob: `fob of ${ada.id}` }))).toBe("too-many-attempts");
  const answer = (await complete(on, pending, { fob: `fob of ${ada.id}`, trustedDevice }))._unsafeUnwrap();
  expect(answer.trustedDevice).toBe(trustedDevice);
});
