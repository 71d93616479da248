import { describe, expect, test } from "vitest";
import { Application, domainError, err, okAsync } from "denizen";
import { memory } from "denizen/memory";
import { fastHasher } from "denizen/testing";
import { codeOf } from "../../support/codes.js";
import { DAY, historyOf, MINUTE, PASSWORD, people, signedUp, stored, world } from "./world.js";
import type { World } from "./world.js";

const ADA = { name: "Ada Lovelace", username: "ada", emails: ["ada@example.com"], phones: ["+34600123456"], password: PASSWORD };
const signUp = ({ application }: World, input: object = {}, options: { readonly id?: string } = {}) =>
  application.commands.signUp({ ...ADA, ...input }, options);

describe("signing up", () => {
  test("gives a user, an active account with the first role, and a session, in that order", async () => {
    const on = world();
    const answer = (await signUp(on, { device: "Ada's phone" }))._unsafeUnwrap();
    if (answer.status !== "signed-in") throw new Error(answer.status);
    expect(answer).toEqual({
      status: "signed-in",
      userId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      sessionId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      accessToken: expect.stringMatching(/^da_[0-9a-f]{32}\.[0-9a-f]{64}$/),
      refreshToken: expect.stringMatching(/^dr_[0-9a-f]{32}\.[0-9a-f]{64}$/),
      accessTokenExpiresAt: new Date(on.clock.now() + 15 * MINUTE).toISOString(),
      refreshTokenExpiresAt: new Date(on.clock.now() + 7 * DAY).toISOString(),
      sessionExpiresAt: new Date(on.clock.now() + 30 * DAY).toISOString(),
      trustedDevice: expect.any(String),
    });
    const heard = [
      "user-created",
      "email-added",
      "phone-added",
      "username-changed",
      "password-changed",
      "account-opened",
      "log-in-succeeded",
      "session-started",
    ];
    expect(on.heard).toEqual(heard);
    const { commands } = on.application.as((await on.application.authenticate(answer.accessToken))._unsafeUnwrap());
    expect((await commands.currentAccount())._unsafeUnwrap()).toMatchObject({
      id: answer.userId,
      status: "active",
      username: "ada",
      roles: [{ role: "user" }],
    });
    expect((await commands.listSessions())._unsafeUnwrap()).toMatchObject([
      { device: "Ada's phone", methods: ["password"], current: true },
    ]);
  });

  test("takes no more than it is asked for: neither role nor status nor a verified flag", async () => {
    const on = world();
    const extra = {
      role: "super-admin",
      roles: ["admin"],
      status: "suspended",
      grants: [{ role: "admin" }],
      verified: true,
      actor: "system:job",
      verifiedAt: "x",
    };
    const { userId } = (await signUp(on, extra))._unsafeUnwrap() as { userId: string };
    expect((await stored(on, userId))?.state).toMatchObject({ status: "active", grants: [{ role: "user", scope: null }] });
    expect((await on.store.queries.profile("default", userId))._unsafeUnwrap()).toMatchObject({
      emails: [{ verified: false }],
      attributes: {},
    });
  });

  test.each<["own" | "administrator", string]>([
    ["own", "account-pending"],
    ["administrator", "account-pending"],
  ])("waits for its activation where that is %s", async (activation, refusal) => {
    const on = world({ activation });
    const answer = (await signUp(on))._unsafeUnwrap();
    expect(answer).toEqual({ status: "pending", userId: expect.any(String) });
    expect(codeOf(await on.application.commands.logIn({ username: "ada", password: PASSWORD }))).toBe(refusal);
    const activated = await on.application.commands.activateOwn({ username: "ada", password: PASSWORD });
    expect(codeOf(activated)).toBe(activation === "own" ? "ok" : "account-pending");
    expect(codeOf(await on.application.commands.logIn({ username: "ada", password: PASSWORD }))).toBe(
      activation === "own" ? "ok" : refusal,
    );
  });

  test("without a password starts no session: nothing was proved", async () => {
    const on = world();
    const answer = (await on.application.commands.signUp({ name: "Ada" }))._unsafeUnwrap();
    expect(answer).toEqual({ status: "pending", userId: expect.any(String) });
    expect((await on.store.queries.account("default", (answer as { userId: string }).userId))._unsafeUnwrap()?.status).toBe("active");
    expect(on.heard).toEqual(["user-created", "account-opened"]);
  });

  test("may bring an id of the host's own, which only one can have", async () => {
    const on = world();
    expect((await signUp(on, {}, { id: "4711" }))._unsafeUnwrap()).toMatchObject({ userId: "4711" });
    expect(codeOf(await on.application.commands.signUp({ name: "Bob" }, { id: "4711" }))).toBe("id-taken");
    expect(codeOf(await on.application.commands.signUp({ name: "Bob" }, { id: "no id" }))).toBe("user-id-invalid");
    expect(await people(on)).toEqual([1, 1]);
  });

  test.each<[object, string]>([
    [{ name: "" }, "name-invalid"],
    [{ username: "a b" }, "username-invalid"],
    [{ emails: ["no address"] }, "email-invalid"],
    [{ phones: ["112"] }, "phone-invalid"],
    [{ password: "short" }, "password-rejected"],
    [{ password: "ada@example.com" }, "password-rejected"],
    [{ device: "" }, "invalid-argument"],
    [{ device: "x".repeat(256) }, "invalid-argument"],
    [{ device: "\ud800" }, "invalid-argument"],
    [{ emails: "ada@example.com" }, "invalid-argument"],
  ])("with %j is refused, and there is nobody then", async (input, code) => {
    const on = world();
    expect(codeOf(await signUp(on, input))).toBe(code);
    expect([on.heard, await people(on)]).toEqual([[], [0, 0]]);
  });

  test.each<[object, string]>([
    [{ emails: ["ADA@example.com"] }, "email-taken"],
    [{ phones: ["+34 600 123 456"] }, "phone-taken"],
    [{ username: "ADA" }, "username-taken"],
    [{ username: "аda" }, "username-confusable"],
  ])("with what is somebody's already, as %j, is refused, and there is nobody new", async (input, code) => {
    const on = world();
    expect(codeOf(await signUp(on))).toBe("ok");
    on.heard.length = 0;
    expect(codeOf(await on.application.commands.signUp({ name: "Eve", password: PASSWORD, ...input }))).toBe(code);
    expect([on.heard, await people(on)]).toEqual([[], [1, 1]]);
  });
});

describe("a subscriber of the host's to a sign-up", () => {
  test("creates an aggregate of the host's own in the same transaction", async () => {
    const on = world();
    on.application.inTransaction.subscribe("account-opened", (event, unit) =>
      unit.planets.create({ name: "Home" }, { id: `home of ${event.publisher.id}` }),
    );
    const { id } = await signedUp(on, "ada");
    await using uow = on.application.unitOfWork();
    expect((await uow.planets.get(`home of ${id}`))._unsafeUnwrap().name).toBe("Home");
    expect(on.heard).toContain("planet-formed");
  });

  test("vetoes it, and then there is neither user nor account nor session nor anything of the host's", async () => {
    const on = world();
    on.application.inTransaction.subscribe("account-opened", (_, unit) => unit.planets.create({ name: "Home" }, { id: "home" }));
    on.application.inTransaction.subscribe("account-opened", () => err(domainError("not-invited", "by invitation only")));
    expect((await signUp(on))._unsafeUnwrapErr()).toMatchObject({ code: "vetoed", reason: { code: "not-invited" } });
    expect([on.heard, await people(on)]).toEqual([[], [0, 0]]);
    await using uow = on.application.unitOfWork();
    expect(codeOf(await uow.planets.get("home"))).toBe("not-found");
  });

  test("sees who has signed up in the user's own events too", async () => {
    const on = world();
    const { id } = await signedUp(on, "ada");
    expect(await historyOf(on, "user", id)).toEqual(["user-created", "email-added", "username-changed", "password-changed"]);
  });
});

test("signing up fails closed when no token can be made: the account is there, and no session", async () => {
  const accessTokens = {
    issue: () =>
      new Application({ store: memory() })
        .authenticate("")
        .mapErr(() => domainError("access-tokens-failed", "no key"))
        .map(() => ""),
    verify: () => okAsync(undefined as never),
  };
  const store = memory();
  const application = new Application({ store, passwordHasher: fastHasher(), accessTokens });
  expect(codeOf(await application.commands.signUp(ADA))).toBe("access-tokens-failed");
  expect(codeOf(await application.commands.signUp(ADA))).toBe("email-taken");
});
