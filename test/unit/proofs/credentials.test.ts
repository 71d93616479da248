import { describe, expect, test } from "vitest";
import { Account, User, sessionEvents, userBehaviour } from "denizen";
import type { DomainEvent, Result, ResultAsync } from "denizen";
import { codeOf } from "../../support/codes.js";
import { happened, MINUTE, PASSWORD, person, world } from "./world.js";
import type { World } from "./world.js";

const ADA = "ada@example.com";
type Key = "fob" | "badge";

/** Ada, where fobs and badges are second factors. */
async function ada() {
  const on = world({ accounts: { secondFactors: ["fob", "badge"] } });
  const id = await person(on, { emails: [ADA], proved: [ADA] });
  return { on, id };
}

/** Does something with Ada in a unit of its own, which is committed. */
async function change({ application }: World, id: string, work: (user: Bound) => Answer): Promise<Result<unknown, unknown>> {
  await using uow = application.unitOfWork();
  const answer = await work((await uow.users.get(id))._unsafeUnwrap());
  expect(codeOf(await uow.commit())).toBe("ok");
  return answer;
}

async function userIn({ application }: World, id: string) {
  await using uow = application.unitOfWork();
  return (await uow.users.get(id))._unsafeUnwrap();
}

type Bound = Awaited<ReturnType<typeof userIn>>;
type Answer = ResultAsync<unknown, unknown> | Promise<Result<unknown, unknown>>;

const logIn = async ({ application }: World, input: object = { password: PASSWORD }) => {
  // One proof of one method, which a type of several cannot say.
  const answer = await application.commands.logIn({ email: ADA, ...(input as { password: string }) });
  return answer.isOk() ? answer.value.status : answer.error.code;
};

const eventsOf = async (on: World, id: string, ...types: readonly string[]) =>
  (await happened(on, id)).filter(({ type }) => types.includes(type)).map(({ type, version, payload }) => [type, version, payload]);

describe("a credential that was enrolled", () => {
  test.each<[Key, boolean]>([
    ["fob", false],
    ["badge", true],
  ])("%s is confirmed by that: %s", async (key, confirmed) => {
    const { on, id } = await ada();
    expect(codeOf(await change(on, id, (user) => user.enrol(key, "mine")))).toBe("ok");
    const [credential] = (await userIn(on, id)).credentials.filter(({ kind }) => kind === key);
    expect(credential).toMatchObject({ label: "of mine", confirmedAt: confirmed ? "2026-01-01T00:00:00.000Z" : null });
    expect(await eventsOf(on, id, "credential-added", "credential-confirmed")).toEqual([
      ["credential-added", 2, { credentialId: credential?.id, kind: key, confirmed }],
    ]);
    expect(await logIn(on)).toBe(confirmed ? "second-factor-required" : "signed-in");
  });

  test("and not confirmed asks for nothing, neither of who shows the password nor of who shows it", async () => {
    const { on, id } = await ada();
    expect(codeOf(await change(on, id, (user) => user.enrol("fob", "mine")))).toBe("ok");
    expect(await logIn(on)).toBe("signed-in");
    expect(await logIn(on, { fob: "mine" })).toBe("signed-in");
  });

  test("is confirmed by its first proof, once, and asks for itself from then on", async () => {
    const { on, id } = await ada();
    expect(codeOf(await change(on, id, (user) => user.enrol("fob", "mine")))).toBe("ok");
    on.clock.advance(MINUTE);
    const verified = await change(on, id, (user) => user.confirmCredential({ fob: "mine" }));
    expect(verified._unsafeUnwrap()).toMatchObject({ userId: id, method: "fob" });
    const fob = (await userIn(on, id)).credentials.find(({ kind }) => kind === "fob");
    expect(fob).toMatchObject({ createdAt: "2026-01-01T00:00:00.000Z", confirmedAt: "2026-01-01T00:01:00.000Z" });
    expect(await logIn(on)).toBe("second-factor-required");
    expect(codeOf(await change(on, id, (user) => user.confirmCredential({ fob: "mine" })))).toBe("ok");
    expect(await eventsOf(on, id, "credential-confirmed")).toEqual([["credential-confirmed", 1, { credentialId: fob?.id, kind: "fob" }]]);
  });

  test("is not confirmed by a wrong proof, by another method's, or before it is saved", async () => {
    const { on, id } = await ada();
    const early = await change(on, id, (user) => user.enrol("fob", "mine").andThen(() => user.confirmCredential({ fob: "mine" })));
    expect(codeOf(early)).toBe("credential-not-saved");
    for (const [proof, code] of [
      [{ fob: "wrong" }, "invalid-credentials"],
      [{ badge: "mine" }, "invalid-credentials"],
      [{ password: PASSWORD }, "ok"],
      [{ pin: "1" }, "method-unknown"],
      [{}, "invalid-argument"],
      [undefined, "invalid-argument"],
    ] as const)
      // The compiler refuses some of them.
      expect(codeOf(await change(on, id, (user) => user.confirmCredential(proof as { fob: string })))).toBe(code);
    expect(await eventsOf(on, id, "credential-confirmed")).toEqual([]);
    expect(await logIn(on)).toBe("signed-in");
  });

  test("is not confirmed when its commit does not happen, though its proof is counted", async () => {
    const { on, id } = await ada();
    expect(codeOf(await change(on, id, (user) => user.enrol("fob", "mine")))).toBe("ok");
    {
      await using uow = on.application.unitOfWork();
      const user = (await uow.users.get(id))._unsafeUnwrap();
      expect(codeOf(await user.confirmCredential({ fob: "mine" }))).toBe("ok");
    }
    expect(await logIn(on)).toBe("signed-in");
  });

  test("of two of one kind the one that was proved is confirmed", async () => {
    const { on, id } = await ada();
    expect(codeOf(await change(on, id, (user) => user.enrol("fob", "first")))).toBe("ok");
    expect(codeOf(await change(on, id, (user) => user.enrol("fob", "second")))).toBe("ok");
    expect(codeOf(await change(on, id, (user) => user.confirmCredential({ fob: "second" })))).toBe("ok");
    const fobs = (await userIn(on, id)).credentials.filter(({ kind }) => kind === "fob");
    expect(fobs.map(({ confirmedAt }) => confirmedAt === null)).toEqual([true, false]);
  });

  test("is not confirmed for who was removed", async () => {
    const { on, id } = await ada();
    expect(codeOf(await change(on, id, (user) => user.enrol("fob", "mine")))).toBe("ok");
    await using uow = on.application.unitOfWork();
    const user = (await uow.users.get(id))._unsafeUnwrap();
    user.remove()._unsafeUnwrap();
    expect(codeOf(await user.confirmCredential({ fob: "mine" }))).toBe("user-removed");
  });
});

describe("events of before credentials were confirmed", () => {
  const METADATA = { actor: "system:import", tenant: "default", commitId: "c", correlationId: "c", causationId: null, trace: null };
  const past = (type: string, version: number, payload: object, at: number): DomainEvent => ({
    id: `e${at}`,
    type,
    version,
    occurredAt: `2025-01-0${at}T00:00:00.000Z`,
    publisher: { kind: "user", id: "ada", version: at },
    subject: "ada",
    payload,
    metadata: METADATA,
  });
  const created = past("user-created", 1, { name: { display: "Ada" }, attributes: {} }, 1);

  test("tell of credentials that asked for themselves at every log-in: they are confirmed", () => {
    const added = past("credential-added", 1, { credentialId: "c1", kind: "fob", label: "mine" }, 2);
    expect(User.fromHistory([created, added])._unsafeUnwrap().credentials).toEqual([
      { id: "c1", kind: "fob", label: "mine", createdAt: "2025-01-02T00:00:00.000Z", confirmedAt: "2025-01-02T00:00:00.000Z" },
    ]);
  });

  test("and of those that say so themselves: they are as they say", () => {
    const added = past("credential-added", 2, { credentialId: "c1", kind: "fob", label: null, confirmed: false }, 2);
    const confirmed = past("credential-confirmed", 1, { credentialId: "c1", kind: "fob" }, 3);
    expect(User.fromHistory([created, added])._unsafeUnwrap().credentials[0]?.confirmedAt).toBeNull();
    expect(User.fromHistory([created, added, confirmed])._unsafeUnwrap().credentials[0]?.confirmedAt).toBe("2025-01-03T00:00:00.000Z");
  });

  test("are brought up to date without their personal fields as well", () => {
    const { upcasters } = userBehaviour.events["credential-added"];
    expect(upcasters?.[1]?.({ credentialId: "c1", kind: "fob" })).toEqual({ credentialId: "c1", kind: "fob", confirmed: true });
  });
});

describe("a session that started", () => {
  const started = async ({ admin }: World, id: string) =>
    (await admin.queries.history({ user: id, type: "session-started", direction: "ascending" }))._unsafeUnwrap().items;

  test("says whether the device was trusted before: not at the sign-up, which is nobody's new device", async () => {
    const on = world();
    const input = { name: "Ada", emails: [ADA], password: PASSWORD, device: "laptop" };
    const first = (await on.application.commands.signUp(input))._unsafeUnwrap();
    if (first.status !== "signed-in") throw new Error(first.status);
    const { trustedDevice, userId } = first;
    await logIn(on, { password: PASSWORD, trustedDevice });
    await logIn(on, { password: PASSWORD, device: "phone" });
    expect((await started(on, userId)).map(({ version, payload }) => [version, payload])).toEqual([
      [2, { methods: ["password"], device: "laptop", newDevice: false }],
      [2, { methods: ["password"], device: null, newDevice: false }],
      [2, { methods: ["password"], device: "phone", newDevice: true }],
    ]);
  });

  test("on a device that is another's is a new one", async () => {
    const on = world();
    await person(on, { name: "Bob", emails: ["bob@example.com"] });
    const id = await person(on, { emails: [ADA] });
    const bob = (await on.application.commands.logIn({ email: "bob@example.com", password: PASSWORD }))._unsafeUnwrap();
    if (bob.status !== "signed-in") throw new Error(bob.status);
    await logIn(on, { password: PASSWORD, trustedDevice: bob.trustedDevice });
    expect((await started(on, id)).map(({ payload }) => payload)).toMatchObject([{ newDevice: true }]);
  });

  test("before anybody kept that is told of as none", () => {
    const upcast = sessionEvents["session-started"].upcasters?.[1];
    expect(upcast?.({ methods: ["password"], device: "laptop" })).toEqual({ methods: ["password"], device: "laptop", newDevice: false });
  });
});

test("an account's history passes over the events of sessions and challenges", async () => {
  const on = world({ accounts: { verify: ["email"] } });
  const answer = (await on.application.commands.signUp({ name: "Ada", emails: [ADA], password: PASSWORD }))._unsafeUnwrap();
  if (answer.status !== "signed-in") throw new Error(answer.status);
  const { items } = (await on.admin.queries.history({ user: answer.userId, direction: "ascending" }))._unsafeUnwrap();
  expect(items.map(({ type }) => type)).toEqual(expect.arrayContaining(["session-started", "challenge-issued"]));
  expect(Account.fromHistory(items)._unsafeUnwrap().status).toBe("active");
  expect(User.fromHistory(items)._unsafeUnwrap().primaryEmail).toBe(ADA);
});
