import { describe, expect, test } from "vitest";
import type { Verified } from "denizen";
import { codeOf } from "../../support/codes.js";
import { arrange, inStatus, loggedIn, MINUTE, OTHER_PASSWORD, PASSWORD, signedUp, world } from "./world.js";
import type { World } from "./world.js";

/** A proof of the host's own asking. */
async function proofOf(
  { application }: Pick<World, "application">,
  email: string,
  proof: object = { password: PASSWORD },
): Promise<Verified> {
  await using users = application.users();
  // One proof of one method, which a type of several cannot say.
  return (await users.verify({ email }, proof as { password: string }))._unsafeUnwrap();
}

describe("a session from a proof of the host's own asking", () => {
  test("starts as after a log-in, with the device that it is told of", async () => {
    const on = world();
    const ada = await signedUp(on, "ada");
    const proof = await proofOf(on, ada.email);
    on.heard.length = 0;
    const answer = (await on.application.startSession(proof, { device: "Phone" }))._unsafeUnwrap();
    expect(answer).toMatchObject({ status: "signed-in", userId: ada.id });
    expect(on.heard).toEqual(["log-in-succeeded", "session-started"]);
    const sessions = (await ada.commands.listSessions())._unsafeUnwrap();
    expect(sessions.find(({ id }) => id === answer.sessionId)).toMatchObject({ device: "Phone", methods: ["password"] });
    // What the types forbid is what is tested.
    expect(codeOf(await on.application.startSession(proof, { device: 1 as never }))).toBe("invalid-argument");
  });

  test("takes genuine proofs alone: no copy, no look-alike, none at all", async () => {
    const on = world();
    const ada = await signedUp(on, "ada");
    const proof = await proofOf(on, ada.email);
    on.heard.length = 0;
    for (const forged of [
      { ...proof },
      structuredClone(proof),
      JSON.parse(JSON.stringify(proof)),
      new Proxy(proof, {}),
      [proof, { ...proof }],
      [],
      undefined,
      ada.actor,
    ]) {
      expect(codeOf(await on.application.startSession(forged as Verified))).toBe("proof-expired");
    }
    expect(on.heard).toEqual([]);
  });

  test("takes a proof for ten minutes", async () => {
    const on = world();
    const ada = await signedUp(on, "ada");
    const proof = await proofOf(on, ada.email);
    on.clock.advance(10 * MINUTE);
    expect(codeOf(await on.application.startSession(proof))).toBe("ok");
    on.clock.advance(1);
    expect(codeOf(await on.application.startSession(proof))).toBe("proof-expired");
  });

  test("takes no proof of two users, nor of whoever bears the same id in another tenant or another application", async () => {
    const [on, elsewhere] = [world(), world()];
    const input = { name: "Ada", id: "4711", emails: ["ada@example.com"], password: PASSWORD };
    for (const doors of [on.application, on.application.tenant("b"), elsewhere.application]) {
      expect(codeOf(await doors.commands.signUp(input))).toBe("ok");
    }
    const eve = await signedUp(on, "eve");
    const proof = await proofOf(on, "ada@example.com");
    expect(codeOf(await on.application.tenant("b").startSession(proof))).toBe("proof-expired");
    expect(codeOf(await elsewhere.application.startSession(proof))).toBe("proof-expired");
    expect(codeOf(await on.application.startSession([proof, await proofOf(on, eve.email)]))).toBe("proof-expired");
    expect(codeOf(await on.application.startSession([proof, proof]))).toBe("ok");
  });

  test.each(["suspended", "deactivated"] as const)("is refused to an account that is %s, at the proof or after it", async (status) => {
    const on = world();
    const [ada, eve] = [await inStatus(on, "ada", status), await signedUp(on, "eve")];
    expect(codeOf(await on.application.startSession(await proofOf(on, ada.email)))).toBe(`account-${status}`);
    const proof = await proofOf(on, eve.email);
    await arrange(on, eve.id, (account) => (status === "suspended" ? account.suspend() : account.deactivate())._unsafeUnwrap());
    expect(codeOf(await on.application.startSession(proof))).toBe("proof-expired");
    expect((await on.store.sessions.list("default", eve.id, new Date(on.clock.now()).toISOString()))._unsafeUnwrap()).toEqual([]);
  });

  test("is void when the password was changed after the proof", async () => {
    const on = world();
    const ada = await signedUp(on, "ada");
    const proof = await proofOf(on, ada.email);
    expect(codeOf(await ada.commands.changePassword({ current: PASSWORD, next: OTHER_PASSWORD }))).toBe("ok");
    expect(codeOf(await on.application.startSession(proof))).toBe("proof-expired");
    await loggedIn(on, ada.email, OTHER_PASSWORD);
  });

  test("asks for a second factor, which may be proved in any order, and for no proof of the other's past", async () => {
    const on = world({ secondFactors: ["fob"] });
    const ada = await signedUp(on, "ada");
    await using users = on.application.users();
    const user = (await users.read({ id: ada.id }))._unsafeUnwrap();
    (await user.enrol("fob", "hers"))._unsafeUnwrap();
    expect(codeOf(await users.save(user))).toBe("ok");
    const [password, fob] = [await proofOf(on, ada.email), await proofOf(on, ada.email, { fob: "hers" })];
    expect((await on.application.startSession(password))._unsafeUnwrapErr()).toMatchObject({
      code: "second-factor-required",
      methods: ["fob"],
    });
    expect((await on.application.startSession(fob))._unsafeUnwrapErr()).toMatchObject({
      code: "second-factor-required",
      methods: ["password"],
    });
    expect(codeOf(await on.application.startSession([password, password]))).toBe("second-factor-required");
    for (const proofs of [
      [password, fob],
      [fob, password],
    ])
      expect(codeOf(await on.application.startSession(proofs))).toBe("ok");
    await arrange(on, ada.id, (account) => account.endSessions("asked")._unsafeUnwrap());
    expect(codeOf(await on.application.startSession([password, await proofOf(on, ada.email, { fob: "hers" })]))).toBe("proof-expired");
  });

  test("is none where the user has no account", async () => {
    const on = world();
    await using users = on.application.users();
    const bare = (await users.create({ name: "Bare", emails: ["bare@example.com"], password: PASSWORD }))._unsafeUnwrap();
    expect(codeOf(await users.save(bare))).toBe("ok");
    expect(codeOf(await on.application.startSession(await proofOf(on, "bare@example.com")))).toBe("account-missing");
  });
});

describe("a scope", () => {
  test("of an actor that came over a wire, or is another tenant's, is valid behind no door", async () => {
    const on = world({ setAccountPassword: true });
    const ada = await signedUp(on, "ada");
    const { application } = on;
    for (const bad of [
      application.as(JSON.parse(JSON.stringify(ada.actor))),
      application.as({ ...ada.actor }),
      application.as({ kind: "system", id: "job" }),
      application.tenant("b").as(ada.actor),
      ada.doors.tenant("b"),
      application.tenant(""),
      ada.doors.correlated({ trace: "" }),
    ]) {
      const own = { email: ada.email, password: PASSWORD };
      const [id, role] = [ada.id, "user"] as const;
      const { commands, queries } = bad;
      const answers = [
        bad.authenticate(ada.tokens.accessToken),
        bad.startSession(await proofOf(on, ada.email)),
        commands.signUp({ name: "Eve", password: PASSWORD }),
        commands.logIn(own),
        commands.refresh(ada.tokens),
        commands.logOut(),
        commands.logOut(ada.tokens),
        commands.activateOwn(own),
        commands.deactivateOwn(own),
        commands.currentAccount(),
        commands.changePassword({ current: PASSWORD, next: OTHER_PASSWORD }),
        commands.setUsername({ username: "eve" }),
        commands.listSessions(),
        commands.revokeSession(ada.tokens),
        commands.revokeOtherSessions(),
        commands.createAccount({ name: "Eve", role }),
        commands.setAccountPassword({ id, password: OTHER_PASSWORD }),
        commands.activateAccount({ id }),
        commands.suspendAccount({ id }),
        commands.grantRole({ id, role }, { commandId: "once" }),
        commands.revokeRole({ id, role }),
        queries.account(),
        queries.account({ id }),
        queries.accounts(),
        queries.profile(),
        queries.profile({ id }),
        queries.profiles(),
        bad.unitOfWork().commands.grantRole({ id, role }),
        bad.unitOfWork().commands.createAccount({ name: "Eve", role }),
      ];
      for (const answer of answers) expect(codeOf(await (answer as PromiseLike<Awaited<(typeof answers)[0]>>))).toBe("invalid-scope");
    }
    expect(codeOf(await ada.commands.currentAccount())).toBe("ok");
    expect(on.heard.filter((type) => type === "session-revoked" || type === "user-created")).toEqual(["user-created"]);
  });
});
