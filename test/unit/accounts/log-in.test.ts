import { describe, expect, test } from "vitest";
import { systemActor } from "denizen";
import { codeOf } from "../../support/codes.js";
import { DAY, inStatus, loggedIn, MINUTE, PASSWORD, signedUp, world } from "./world.js";
import type { World } from "./world.js";

const PHONE = "+34600123456";
/** Ada has signed up, with everything that she can be recognised by. */
const withAda = async (on = world()) => {
  const input = { name: "Ada", username: "ada", emails: ["Ada@example.com"], phones: [PHONE], password: PASSWORD };
  const { userId } = (await on.application.commands.signUp(input))._unsafeUnwrap() as { userId: string };
  on.heard.length = 0;
  return { on, userId };
};
const guess = async ({ application }: World, input: object) =>
  // What the types forbid is part of what is tested.
  application.commands.logIn({ password: PASSWORD, ...input } as unknown as { email: string; password: string });
const wrong = (on: World, input: object = {}) => guess(on, { email: "ada@example.com", password: "wrong", ...input });

describe("logging in", () => {
  test.each([
    { email: "ada@example.com" },
    { email: "ADA@EXAMPLE.COM" },
    { username: "ADA" },
    { phone: "+34 600 123 456" },
    { phone: "+34-600-123-456" },
    { identifier: "ada@EXAMPLE.com" },
    { identifier: "Ada" },
    { identifier: "+34600123456" },
    { identifier: "+34 (600) 123-456" },
  ])("is possible by %o", async (criteria) => {
    const { on, userId } = await withAda();
    const answer = (await guess(on, criteria))._unsafeUnwrap();
    expect(answer).toMatchObject({ status: "signed-in", userId });
    expect(on.heard).toEqual(["log-in-succeeded", "session-started", "proof-succeeded"]);
  });

  test.each<[object, string]>([
    [{ email: "no address" }, "email-invalid"],
    [{ username: "a b" }, "username-invalid"],
    [{ phone: "112" }, "phone-invalid"],
    [{ identifier: "112" }, "phone-invalid"],
    [{ identifier: "@" }, "email-invalid"],
    [{ identifier: 1 }, "username-invalid"],
    [{}, "invalid-argument"],
    [{ email: "ada@example.com", username: "ada" }, "invalid-argument"],
    [{ id: "4711" }, "invalid-argument"],
    [{ name: "Ada" }, "invalid-argument"],
    [{ email: "ada@example.com", password: undefined }, "invalid-argument"],
    [{ email: "ada@example.com", fob: "x" }, "invalid-argument"],
    [{ email: "ada@example.com", device: 1 }, "invalid-argument"],
  ])("with %o is no log-in, and counts for nobody", async (criteria, code) => {
    const { on } = await withAda();
    expect([codeOf(await guess(on, criteria)), on.heard]).toEqual([code, []]);
  });

  test("answers the same to an unknown address, a wrong password and a user without one, after the same work", async () => {
    const { on } = await withAda();
    const { commands } = on.application;
    (await commands.signUp({ name: "Bare", emails: ["bare@example.com"] }))._unsafeUnwrap();
    expect((await wrong(on)).isErr()).toBe(true);
    const answers = new Set<string>();
    for (const email of ["ada@example.com", "nobody@example.com", "bare@example.com"]) {
      const before = { ...on.hasher.calls };
      on.heard.length = 0;
      const error = (await wrong(on, { email }))._unsafeUnwrapErr();
      answers.add(
        JSON.stringify({
          error,
          hash: on.hasher.calls.hash - before.hash,
          verify: on.hasher.calls.verify - before.verify,
          heard: on.heard,
        }),
      );
    }
    expect([...answers]).toHaveLength(1);
    expect([...answers][0]).toContain('"heard":["log-in-failed","proof-failed"]');
  });

  test.each(["deactivated", "suspended"] as const)(
    "into an account that is %s is refused after the right password alone",
    async (status) => {
      const on = world();
      const { email } = await inStatus(on, "ada", status);
      on.heard.length = 0;
      const causes: string[] = [];
      on.application.bus.subscribe("log-in-failed", ({ payload }) => causes.push(payload.cause));
      expect(codeOf(await guess(on, { email }))).toBe(`account-${status}`);
      expect(codeOf(await wrong(on, { email }))).toBe("invalid-credentials");
      expect(causes).toEqual([`account-${status}`, "invalid-credentials"]);
      expect(on.heard.filter((type) => type.startsWith("session") || type === "log-in-succeeded")).toEqual([]);
    },
  );

  test("of a user without an account, of one who was removed, and of one in another tenant", async () => {
    const { on, userId } = await withAda();
    await using users = on.application.users();
    const bare = (await users.create({ name: "Bare", emails: ["bare@example.com"], password: PASSWORD }))._unsafeUnwrap();
    expect(codeOf(await users.save(bare))).toBe("ok");
    expect(codeOf(await guess(on, { email: "bare@example.com" }))).toBe("account-missing");
    expect(codeOf(await on.application.tenant("b").commands.logIn({ username: "ada", password: PASSWORD }))).toBe("invalid-credentials");
    expect(users.remove((await users.read({ id: userId }))._unsafeUnwrap()).isOk()).toBe(true);
    expect(codeOf(await users.save())).toBe("ok");
    expect(codeOf(await guess(on, { username: "ada" }))).toBe("invalid-credentials");
  });

  test("in a tenant is for that tenant: the same address is somebody else there", async () => {
    const { on, userId } = await withAda();
    const there = on.application.tenant("b");
    const input = { name: "Other Ada", emails: ["ada@example.com"], password: "the other horse battery" };
    const other = (await there.commands.signUp(input))._unsafeUnwrap();
    if (other.status !== "signed-in") throw new Error(other.status);
    expect(other.userId).not.toBe(userId);
    expect(codeOf(await there.commands.logIn({ email: "ada@example.com", password: PASSWORD }))).toBe("invalid-credentials");
    expect(codeOf(await on.application.authenticate(other.accessToken))).toBe("access-token-invalid");
    expect(codeOf(await there.authenticate(other.accessToken))).toBe("ok");
    expect(codeOf(await on.application.commands.refresh({ refreshToken: other.refreshToken }))).toBe("refresh-token-invalid");
    expect(codeOf(await there.commands.refresh({ refreshToken: other.refreshToken }))).toBe("ok");
  });
});

describe("guessing", () => {
  /** Until when the next guess is refused, in milliseconds from now. */
  const refusedFor = async (on: World, input: object = {}) => {
    const error = (await wrong(on, input))._unsafeUnwrapErr();
    return error.code === "too-many-attempts" ? Date.parse(error.retryAt) - on.clock.now() : error.code;
  };

  test("locks for a minute after five, then twice as long with each, up to an hour; the right password opens nothing meanwhile", async () => {
    const { on } = await withAda();
    for (let count = 0; count < 5; count++) expect(await refusedFor(on)).toBe("invalid-credentials");
    for (const minutes of [1, 2, 4, 8, 16, 32, 60, 60]) {
      expect(await refusedFor(on)).toBe(minutes * MINUTE);
      expect(codeOf(await guess(on, { email: "ada@example.com" }))).toBe("too-many-attempts");
      on.clock.advance(minutes * MINUTE - 1);
      expect(await refusedFor(on)).toBe(1);
      on.clock.advance(1);
      expect(await refusedFor(on)).toBe("invalid-credentials");
    }
  });

  test("is forgotten after a right one, and after a day", async () => {
    const { on } = await withAda();
    for (let count = 0; count < 4; count++) expect(await refusedFor(on)).toBe("invalid-credentials");
    expect(codeOf(await guess(on, { email: "ada@example.com" }))).toBe("ok");
    for (let count = 0; count < 4; count++) expect(await refusedFor(on)).toBe("invalid-credentials");
    on.clock.advance(DAY);
    for (let count = 0; count < 5; count++) expect(await refusedFor(on)).toBe("invalid-credentials");
    expect(await refusedFor(on)).toBe(MINUTE);
  });

  test("counts by user, whichever identifier is used, and for strangers alike", async () => {
    const { on } = await withAda();
    const by = [{ email: "ada@example.com" }, { username: "ada" }, { phone: PHONE }, { identifier: "ADA" }, { identifier: PHONE }];
    for (const criteria of by) expect(codeOf(await guess(on, { ...criteria, password: "wrong" }))).toBe("invalid-credentials");
    for (const criteria of by) expect(codeOf(await guess(on, criteria))).toBe("too-many-attempts");
    const stranger = { email: "nobody@example.com" };
    for (let count = 0; count < 5; count++) expect(await refusedFor(on, stranger)).toBe("invalid-credentials");
    expect(await refusedFor(on, stranger)).toBe(MINUTE);
  });

  test("by a stranger does not lock the owner out on a device that he has logged in from", async () => {
    const { on } = await withAda();
    const ada = await loggedIn(on, "ada@example.com");
    const { trustedDevice } = ada.tokens;
    for (let count = 0; count < 6; count++) expect((await wrong(on)).isErr()).toBe(true);
    expect(codeOf(await guess(on, { email: "ada@example.com" }))).toBe("too-many-attempts");
    const answer = (await guess(on, { email: "ada@example.com", trustedDevice }))._unsafeUnwrap();
    expect(answer).toMatchObject({ status: "signed-in", trustedDevice });
    expect(codeOf(await guess(on, { email: "ada@example.com" }))).toBe("too-many-attempts");
  });

  test("on a trusted device is counted too, for that device alone", async () => {
    const { on } = await withAda();
    const [one, other] = [await loggedIn(on, "ada@example.com"), await loggedIn(on, "ada@example.com")];
    const by = ({ tokens: { trustedDevice } }: typeof one) => ({ trustedDevice });
    for (let count = 0; count < 5; count++) expect(await refusedFor(on, by(one))).toBe("invalid-credentials");
    expect(await refusedFor(on, by(one))).toBe(MINUTE);
    expect(codeOf(await guess(on, { email: "ada@example.com", ...by(other) }))).toBe("ok");
    expect(codeOf(await guess(on, { email: "ada@example.com" }))).toBe("ok");
  });

  test("is not helped by a device of somebody else's, of who bears the same id in another tenant, or of nobody's making", async () => {
    const on = world();
    const input = { name: "Ada", id: "4711", emails: ["ada@example.com"], password: PASSWORD };
    const signUp = async (doors: Pick<World["application"], "commands">) => {
      const answer = (await doors.commands.signUp(input))._unsafeUnwrap();
      return answer.status === "signed-in" ? answer.trustedDevice : "";
    };
    const own = await signUp(on.application);
    const eve = await signedUp(on, "eve");
    const devices = [eve.tokens.trustedDevice, await signUp(on.application.tenant("b")), `${own}0`, own.slice(0, -1), "", "."];
    for (let count = 0; count < 5; count++) expect(await refusedFor(on, { trustedDevice: devices[count] })).toBe("invalid-credentials");
    for (const trustedDevice of devices) expect(await refusedFor(on, { trustedDevice })).toBe(MINUTE);
    expect(await refusedFor(on, { trustedDevice: own })).toBe("invalid-credentials");
  });

  test("of whoever shares a machine goes on as it was: each of its users has a trusted device of his own", async () => {
    const { on } = await withAda();
    const eve = await signedUp(on, "eve");
    const { trustedDevice: adas } = (await loggedIn(on, "ada@example.com")).tokens;
    const answer = (await guess(on, { email: eve.email, trustedDevice: adas }))._unsafeUnwrap();
    if (answer.status !== "signed-in") throw new Error(answer.status);
    for (let count = 0; count < 6; count++) expect((await wrong(on, { email: eve.email })).isErr()).toBe(true);
    expect(codeOf(await guess(on, { email: eve.email, trustedDevice: adas }))).toBe("too-many-attempts");
    expect(codeOf(await guess(on, { email: eve.email, trustedDevice: answer.trustedDevice }))).toBe("ok");
  });

  test.each(["acme.com", "a~b", "a%2Eb", "ü", "a.b.c.d"])("is no worse in a tenant that is called %s", async (tenant) => {
    const on = world();
    const { commands } = on.application.tenant(tenant);
    const answer = (await commands.signUp({ name: "Ada", username: "ada", password: PASSWORD }, { id: "ada.lovelace" }))._unsafeUnwrap();
    if (answer.status !== "signed-in") throw new Error(answer.status);
    for (let count = 0; count < 6; count++) (await commands.logIn({ username: "ada", password: "wrong" }))._unsafeUnwrapErr();
    expect(codeOf(await commands.logIn({ username: "ada", password: PASSWORD }))).toBe("too-many-attempts");
    expect(codeOf(await commands.logIn({ username: "ada", password: PASSWORD, trustedDevice: answer.trustedDevice }))).toBe("ok");
  });
});

test("events of a log-in name nobody as their actor, or whoever was in the scope", async () => {
  const { on } = await withAda();
  const actors: string[] = [];
  on.application.bus.subscribe("*", ({ metadata }) => actors.push(metadata.actor));
  expect(codeOf(await guess(on, { username: "ada" }))).toBe("ok");
  const job = on.application.as(systemActor("job")._unsafeUnwrap());
  expect(codeOf(await job.commands.logIn({ username: "ada", password: "wrong" }))).toBe("invalid-credentials");
  expect(actors).toEqual([...Array(3).fill("anonymous"), ...Array(2).fill("system:job")]);
});
