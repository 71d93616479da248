import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { Application, Secret, isVerified, okAsync } from "denizen";
import { memory } from "denizen/memory";
import { fastHasher, fixedClock } from "denizen/testing";
import { codeOf } from "../../support/codes.js";
import { PASSWORD, people } from "../../support/people.js";
import type { People } from "../../support/people.js";

async function ada({ application, id }: People) {
  const users = application.users();
  return { users, user: (await users.read({ id }))._unsafeUnwrap() };
}

const guess = async ({ application, id }: People, password: string) => {
  await using users = application.users();
  return codeOf(await users.verify({ id }, { password }));
};

/** Everything that the bus announces of proofs: their traces. */
function traces({ application }: People): string[] {
  const heard: string[] = [];
  application.bus.subscribe("proof-succeeded", ({ payload }) => heard.push(`${payload.method} succeeded`));
  application.bus.subscribe("proof-failed", ({ payload }) => heard.push(`${payload.method} ${payload.cause}`));
  return heard;
}

describe("a proof", () => {
  test("by the right password is a value that says whose, by what and when, and that nobody can forge", async () => {
    const world = await people();
    const { user } = await ada(world);
    const verified = (await user.verify({ password: PASSWORD }))._unsafeUnwrap();
    expect(verified).toEqual({ userId: world.id, tenant: "default", method: "password", at: "2026-01-01T00:00:00.000Z" });
    expect([isVerified(verified), Object.isFrozen(verified)]).toEqual([true, true]);
    for (const forged of [
      { ...verified },
      structuredClone(verified),
      JSON.parse(JSON.stringify(verified)),
      new Proxy(verified, {}),
      Object.create(verified),
      null,
      "verified",
    ]) {
      expect(isVerified(forged)).toBe(false);
    }
  });

  test.each([{ id: undefined }, { email: "ADA@example.com" }, { username: "Ada" }, { phone: "+34 600 123 456" }])(
    "may be asked for by %o, without reading the user first",
    async (criteria) => {
      const { application, id } = await people();
      await using users = application.users();
      const by = "id" in criteria ? { id } : criteria;
      expect((await users.verify(by, { password: PASSWORD }))._unsafeUnwrap().userId).toBe(id);
    },
  );

  test("takes the same text for the same password, composed or decomposed, and nothing else", async () => {
    const { application } = await people();
    await using users = application.users();
    const user = (await users.create({ name: "Zoë", password: "cafe\u0301 au lait pour deux" }))._unsafeUnwrap();
    expect(codeOf(await users.save(user))).toBe("ok");
    for (const [password, code] of [
      ["caf\u00e9 au lait pour deux", "ok"],
      [new Secret("caf\u00e9 au lait pour deux"), "ok"],
      ["cafe au lait pour deux", "invalid-credentials"],
      ["caf\u00e9 au lait pour deux ", "invalid-credentials"],
      ["CAF\u00c9 au lait pour deux", "invalid-credentials"],
    ] as const) {
      expect(codeOf(await user.verify({ password }))).toBe(code);
    }
  });

  test("answers the same for a wrong password, an unknown user and one without a password, after the same work", async () => {
    const { application, hasher } = await people();
    await using users = application.users();
    const bare = (await users.create({ name: "No password", emails: ["bare@example.com"] }))._unsafeUnwrap();
    const gone = (await users.create({ name: "Gone", emails: ["gone@example.com"], password: PASSWORD }))._unsafeUnwrap();
    expect(codeOf(await users.save())).toBe("ok");
    expect(users.remove(gone).isOk()).toBe(true);
    expect(codeOf(await users.save())).toBe("ok");
    expect(codeOf(await users.verify({ id: bare.id }, { password: "the first makes the dummy" }))).toBe("invalid-credentials");
    const answers: unknown[] = [];
    for (const criteria of [
      { email: "ada@example.com" },
      { email: "nobody@example.com" },
      { email: "bare@example.com" },
      { email: "gone@example.com" },
      { id: "nobody" },
      { username: "stranger" },
      { phone: "+34600000000" },
    ]) {
      const before = { ...hasher.calls };
      const answer = await users.verify(criteria, { password: "a wrong password" });
      answers.push([answer, hasher.calls.hash - before.hash, hasher.calls.verify - before.verify]);
    }
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]).toMatchObject([{ error: { code: "invalid-credentials" } }, 0, 1]);
  });

  test("of the very first stranger does the work of the very first user", async () => {
    const work = async (email: string) => {
      const { application, hasher } = await people();
      const before = { ...hasher.calls };
      await using users = application.users();
      expect(codeOf(await users.verify({ email }, { password: "a wrong password" }))).toBe("invalid-credentials");
      return [hasher.calls.hash - before.hash, hasher.calls.verify - before.verify];
    };
    expect(await work("ada@example.com")).toEqual(await work("nobody@example.com"));
  });

  test.each([
    [{}, "invalid-argument"],
    [{ password: PASSWORD, pin: "1843:1" }, "invalid-argument"],
    [null, "invalid-argument"],
    ["password", "invalid-argument"],
    [{ telepathy: "x" }, "method-unknown"],
    [{ constructor: "x" }, "method-unknown"],
    [JSON.parse('{"__proto__": "x"}'), "method-unknown"],
    [{ password: undefined }, "invalid-credentials"],
    [{ password: 7 }, "invalid-credentials"],
    [{ password: "x".repeat(5000) }, "invalid-credentials"],
    [{ password: "\ud800" }, "invalid-credentials"],
  ])("with %o is none", async (proof, code) => {
    const world = await people();
    const { user, users } = await ada(world);
    expect(codeOf(await user.verify(proof as never))).toBe(code);
    expect(codeOf(await users.verify({ id: world.id }, proof as never))).toBe(code);
  });

  test.each([{ name: "Ada Lovelace" }, {}, { email: "x" }, { id: "a", email: "b@c.com" }])("is not asked for by %o", async (criteria) => {
    const { application } = await people();
    await using users = application.users();
    expect(["invalid-argument", "email-invalid"]).toContain(codeOf(await users.verify(criteria as never, { password: PASSWORD })));
  });

  test("leaves its trace although the call answers err and nothing is committed, and the refused one says why to the log alone", async () => {
    const world = await people();
    const heard = traces(world);
    {
      const { users, user } = await ada(world);
      expect(codeOf(await user.verify({ password: "wrong" }))).toBe("invalid-credentials");
      expect(codeOf(await users.verify({ email: "nobody@example.com" }, { password: "wrong" }))).toBe("invalid-credentials");
      expect(codeOf(await user.verify({ password: PASSWORD }))).toBe("ok");
      await users[Symbol.asyncDispose]();
    }
    expect(heard).toEqual(["password wrong", "password stranger", "password succeeded"]);
    for (let count = 0; count < 6; count++) await guess(world, "wrong");
    expect(heard.at(-1)).toBe("password too-many-attempts");
  });
});

describe("guesses", () => {
  test("are counted before anything is hashed, and beyond the limit nothing is", async () => {
    const world = await people();
    const before = world.hasher.calls.verify;
    const codes: string[] = [];
    for (let count = 0; count < 8; count++) codes.push(await guess(world, `wrong ${count}`));
    expect(codes).toEqual([...Array<string>(5).fill("invalid-credentials"), ...Array<string>(3).fill("too-many-attempts")]);
    expect(world.hasher.calls.verify - before).toBe(5);
    expect(await guess(world, PASSWORD)).toBe("too-many-attempts");
  });

  test("of 50 at once evaluate no more than the limit, also when the right one is among them", async () => {
    const world = await people();
    const before = world.hasher.calls.verify;
    const codes = await Promise.all(Array.from({ length: 50 }, (_, index) => guess(world, `wrong ${index}`)));
    expect(codes.filter((code) => code === "invalid-credentials")).toHaveLength(5);
    expect(codes.filter((code) => code === "too-many-attempts")).toHaveLength(45);
    expect(world.hasher.calls.verify - before).toBe(5);
  });

  test("at a stranger are counted and limited like those at a user", async () => {
    const { application, hasher } = await people();
    await using users = application.users();
    const codes: string[] = [];
    const before = hasher.calls.verify;
    for (let count = 0; count < 7; count++) codes.push(codeOf(await users.verify({ email: "nobody@example.com" }, { password: "wrong" })));
    expect(codes).toEqual([...Array<string>(5).fill("invalid-credentials"), "too-many-attempts", "too-many-attempts"]);
    expect(hasher.calls.verify - before).toBe(5);
    expect(codeOf(await users.verify({ email: "somebody@else.com" }, { password: "wrong" }))).toBe("invalid-credentials");
  });

  test("may go on when the window has passed, as the error says", async () => {
    const world = await people();
    world.clock.advance(1000);
    for (let count = 0; count < 5; count++) await guess(world, "wrong");
    const { user } = await ada(world);
    world.clock.advance(30_000);
    const error = (await user.verify({ password: PASSWORD }))._unsafeUnwrapErr();
    expect(error).toMatchObject({ code: "too-many-attempts", retryAt: "2026-01-01T00:01:01.000Z" });
    world.clock.advance(29_999);
    expect(await guess(world, PASSWORD)).toBe("too-many-attempts");
    world.clock.advance(1);
    expect(await guess(world, PASSWORD)).toBe("ok");
  });

  test("start anew after a success", async () => {
    const world = await people();
    for (let round = 0; round < 3; round++) {
      for (let count = 0; count < 4; count++) expect(await guess(world, "wrong")).toBe("invalid-credentials");
      expect(await guess(world, PASSWORD)).toBe("ok");
    }
  });

  test("at one method do not lock another", async () => {
    const world = await people();
    for (let count = 0; count < 6; count++) await guess(world, "wrong");
    const { user } = await ada(world);
    expect(codeOf(await user.verify({ pin: "1843:1" }))).toBe("ok");
    expect(codeOf(await user.verify({ password: PASSWORD }))).toBe("too-many-attempts");
  });

  test("are one counter, by whatever the user was found", async () => {
    const { application } = await people();
    await using users = application.users();
    for (const criteria of [
      { email: "ada@example.com" },
      { username: "ada" },
      { phone: "+34600123456" },
      { email: "ADA@example.com" },
      { username: "ADA" },
    ]) {
      expect(codeOf(await users.verify(criteria, { password: "wrong" }))).toBe("invalid-credentials");
    }
    expect(codeOf(await users.verify({ email: "ada@example.com" }, { password: PASSWORD }))).toBe("too-many-attempts");
  });

  test("are counted for a tenant apart", async () => {
    const world = await people();
    for (let count = 0; count < 6; count++) await guess(world, "wrong");
    await using users = world.application.tenant("other").users();
    expect(codeOf(await users.verify({ email: "ada@example.com" }, { password: PASSWORD }))).toBe("invalid-credentials");
  });
});

describe("inside a transaction", () => {
  test("nothing is proved, by whatever the transaction was opened, and nothing is counted", async () => {
    const world = await people();
    const { users, user } = await ada(world);
    expect((await users.unit.transaction()).isOk()).toBe(true);
    const codes = [
      await user.verify({ password: PASSWORD }),
      await user.changePassword({ current: PASSWORD, next: "another horse battery" }),
      await users.verify({ id: world.id }, { password: PASSWORD }),
    ].map(codeOf);
    expect(codes).toEqual(["proof-inside-transaction", "proof-inside-transaction", "proof-inside-transaction"]);
    await using locked = world.application.users();
    await users[Symbol.asyncDispose]();
    const held = (await locked.read({ id: world.id }, { lock: "update" }))._unsafeUnwrap();
    expect(codeOf(await held.verify({ password: PASSWORD }))).toBe("proof-inside-transaction");
  });

  test("a subscriber cannot prove either, and its veto takes no count back", async () => {
    const world = await people();
    const codes: string[] = [];
    const { users, user } = await ada(world);
    for (let count = 0; count < 5; count++) await guess(world, "wrong");
    users.subscribe("email-added", async () => {
      codes.push(codeOf(await user.verify({ password: PASSWORD })));
      throw new Error("veto");
    });
    expect(user.addEmail("ada@work.com").isOk()).toBe(true);
    expect(codeOf(await users.save(user))).toBe("vetoed");
    expect(codes).toEqual(["proof-inside-transaction"]);
    expect(await guess(world, PASSWORD)).toBe("too-many-attempts");
  });

  test("a unit that has ended proves nothing", async () => {
    const world = await people();
    const { users, user } = await ada(world);
    await users[Symbol.asyncDispose]();
    expect(codeOf(await user.verify({ password: PASSWORD }))).toBe("unit-closed");
    expect(codeOf(await users.verify({ id: world.id }, { password: PASSWORD }))).toBe("unit-closed");
  });
});

describe("a password", () => {
  test("that is not saved yet cannot be proved, and one that is can", async () => {
    const { application } = await people();
    await using users = application.users();
    const eve = (await users.create({ name: "Eve", password: PASSWORD }))._unsafeUnwrap();
    expect(codeOf(await eve.verify({ password: PASSWORD }))).toBe("credential-not-saved");
    expect(codeOf(await users.save(eve))).toBe("ok");
    expect(codeOf(await eve.verify({ password: PASSWORD }))).toBe("ok");
  });

  test("that was set takes the place of the old one, whose material is gone", async () => {
    const world = await people();
    const { users, user } = await ada(world);
    const before = user.credentials.find(({ kind }) => kind === "password")?.id ?? "";
    expect(codeOf(await user.setPassword("another horse battery"))).toBe("ok");
    expect(user.credentials.filter(({ kind }) => kind === "password")).toHaveLength(1);
    expect(codeOf(await users.save(user))).toBe("ok");
    expect([await guess(world, PASSWORD), await guess(world, "another horse battery")]).toEqual(["invalid-credentials", "ok"]);
    expect((await world.store.vault.read("default", before))._unsafeUnwrap()).toBeUndefined();
  });

  test("that was set twice before the save is the second", async () => {
    const world = await people();
    const { users, user } = await ada(world);
    expect(codeOf(await user.setPassword("first horse battery"))).toBe("ok");
    expect(codeOf(await user.setPassword("second horse battery"))).toBe("ok");
    expect(codeOf(await users.save(user))).toBe("ok");
    expect([await guess(world, "first horse battery"), await guess(world, "second horse battery")]).toEqual(["invalid-credentials", "ok"]);
  });

  test("is changed by who knows the current one, for another", async () => {
    const world = await people();
    const { users, user } = await ada(world);
    expect(codeOf(await user.changePassword({ current: "wrong", next: "another horse battery" }))).toBe("invalid-credentials");
    expect(codeOf(await user.changePassword({ current: PASSWORD, next: PASSWORD }))).toBe("password-unchanged");
    expect(codeOf(await user.changePassword({ current: PASSWORD, next: new Secret(PASSWORD) }))).toBe("password-unchanged");
    expect(codeOf(await user.changePassword({ current: PASSWORD, next: "short" }))).toBe("password-rejected");
    expect(codeOf(await user.changePassword({} as never))).toBe("invalid-credentials");
    expect(codeOf(await user.changePassword(null as never))).toBe("invalid-credentials");
    expect(codeOf(await user.changePassword({ current: PASSWORD, next: "another horse battery" }))).toBe("ok");
    expect(await guess(world, PASSWORD)).toBe("ok");
    expect(codeOf(await users.save(user))).toBe("ok");
    expect([await guess(world, PASSWORD), await guess(world, "another horse battery")]).toEqual(["invalid-credentials", "ok"]);
  });

  test("that only its spelling tells from the current one is the current one", async () => {
    const { application } = await people();
    await using users = application.users();
    const zoe = (await users.create({ name: "Zoë", password: "caf\u00e9 au lait pour deux" }))._unsafeUnwrap();
    expect(codeOf(await users.save(zoe))).toBe("ok");
    const change = { current: "cafe\u0301 au lait pour deux", next: "caf\u00e9 au lait pour deux" };
    expect(codeOf(await zoe.changePassword(change))).toBe("password-unchanged");
  });

  test("a change counts as a guess", async () => {
    const world = await people();
    const { user } = await ada(world);
    for (let count = 0; count < 5; count++) {
      expect(codeOf(await user.changePassword({ current: "wrong", next: "another horse battery" }))).toBe("invalid-credentials");
    }
    expect(await guess(world, PASSWORD)).toBe("too-many-attempts");
  });

  test("that is hashed as nobody would today is hashed anew at the next log-in, once, by whoever comes first", async () => {
    const world = await people();
    world.hasher.outdate();
    const before = { ...world.hasher.calls };
    expect(await guess(world, PASSWORD)).toBe("ok");
    expect(world.hasher.calls.hash - before.hash).toBe(2);
    expect(await guess(world, PASSWORD)).toBe("ok");
    expect(world.hasher.calls.hash - before.hash).toBe(2);
    world.hasher.outdate();
    expect(await Promise.all(Array.from({ length: 5 }, () => guess(world, PASSWORD)))).toEqual(Array(5).fill("ok"));
    const hashes = world.hasher.calls.hash;
    expect(await guess(world, PASSWORD)).toBe("ok");
    expect(world.hasher.calls.hash).toBe(hashes);
  });

  test("that is wrong is not hashed anew", async () => {
    const world = await people();
    expect(await guess(world, PASSWORD)).toBe("ok");
    world.hasher.outdate();
    const { hash } = world.hasher.calls;
    expect(await guess(world, "wrong")).toBe("invalid-credentials");
    expect(world.hasher.calls.hash).toBe(hash);
  });

  test("imported as a hash is proved, and a hash that nobody can read is refused", async () => {
    const world = await people();
    const { users, user } = await ada(world);
    const hash = (await world.hasher.hash(new Secret("imported horse battery")))._unsafeUnwrap();
    expect(codeOf(await user.importPasswordHash("{SSHA}nobody knows"))).toBe("hasher-failed");
    expect(codeOf(await user.importPasswordHash(undefined as never))).toBe("hasher-failed");
    expect(codeOf(await user.importPasswordHash(hash))).toBe("ok");
    expect(codeOf(await users.save(user))).toBe("ok");
    expect(await guess(world, "imported horse battery")).toBe("ok");
  });

  test("needs a hasher: without one there is no such method", async () => {
    await using users = new Application({ store: memory() }).users();
    expect(codeOf(await users.create({ name: "Ada", password: PASSWORD }))).toBe("method-unknown");
    const user = (await users.create({ name: "Ada" }))._unsafeUnwrap();
    expect(codeOf(await user.setPassword(PASSWORD))).toBe("method-unknown");
    expect(codeOf(await user.verify({ password: PASSWORD }))).toBe("method-unknown");
    expect(user.password).toBeUndefined();
  });
});

describe("a method of the host's own", () => {
  test("enrols a credential with a label, and proves with it", async () => {
    const world = await people();
    const { users, user } = await ada(world);
    const verified = (await user.verify({ pin: "1843:1" }))._unsafeUnwrap();
    expect([verified.method, isVerified(verified)]).toEqual(["pin", true]);
    expect(codeOf(await user.verify({ pin: "1844:2" }))).toBe("invalid-credentials");
    expect(codeOf(await user.enrol("pin", "no digits"))).toBe("pin-invalid");
    expect(codeOf(await user.enrol("telepathy" as never, "x" as never))).toBe("method-unknown");
    expect(codeOf(await user.enrol("password" as never, "x" as never))).toBe("method-unknown");
    const credential = user.credentials.find(({ kind }) => kind === "pin");
    expect(user.removeCredential(credential?.id ?? "")._unsafeUnwrap()).toEqual(credential);
    expect(codeOf(user.removeCredential(credential?.id ?? ""))).toBe("credential-unknown");
    expect(codeOf(await users.save(user))).toBe("ok");
    expect(codeOf(await user.verify({ pin: "1843:3" }))).toBe("invalid-credentials");
    expect((await world.store.vault.read("default", credential?.id ?? ""))._unsafeUnwrap()).toBeUndefined();
  });

  test("takes a step once and only forward", async () => {
    const world = await people();
    const { user } = await ada(world);
    const codes: string[] = [];
    for (const pin of ["1843:2", "1843:2", "1843:1", "1843:3"]) codes.push(codeOf(await user.verify({ pin })));
    expect(codes).toEqual(["ok", "invalid-credentials", "invalid-credentials", "ok"]);
  });

  test("takes a step once also when 5 come with it at the same time", async () => {
    for (let round = 0; round < 20; round++) {
      const world = await people();
      const { user } = await ada(world);
      const codes = (await Promise.all(Array.from({ length: 5 }, () => user.verify({ pin: "1843:1" })))).map(codeOf);
      expect(codes.filter((code) => code === "ok")).toHaveLength(1);
      expect(codes.filter((code) => code === "invalid-credentials")).toHaveLength(4);
    }
  });

  test("may have several credentials, each of which proves", async () => {
    const world = await people();
    const { users, user } = await ada(world);
    expect(codeOf(await user.enrol("pin", "1815"))).toBe("ok");
    expect(codeOf(await user.verify({ pin: "1843:1" }))).toBe("ok");
    expect(codeOf(await users.save(user))).toBe("ok");
    for (const [pin, code] of [
      ["1815:1", "ok"],
      ["1843:2", "ok"],
      ["1815:1", "invalid-credentials"],
      ["1852:1", "invalid-credentials"],
    ] as const) {
      expect(codeOf(await user.verify({ pin }))).toBe(code);
    }
  });

  test("that is down says so, and the guess has left its count and trace", async () => {
    const world = await people();
    const heard = traces(world);
    const { user } = await ada(world);
    world.pin.mode = "is down";
    expect(codeOf(await user.verify({ pin: "1843:1" }))).toBe("pin-unavailable");
    expect(heard).toEqual(["pin unavailable"]);
  });

  test.each(["throws", "answers nonsense"] as const)("that %s fails closed: typed, counted, and with a trace", async (mode) => {
    const world = await people();
    const heard = traces(world);
    const { user } = await ada(world);
    world.pin.mode = mode;
    expect((await user.verify({ pin: "1843:1" }))._unsafeUnwrapErr()).toMatchObject({ code: "method-failed", method: "pin" });
    expect(heard).toEqual(["pin unavailable"]);
    world.pin.mode = "works";
    expect(codeOf(await user.verify({ pin: "1843:1" }))).toBe("ok");
  });

  test("that throws while it enrols fails typed, and the user stays as it was", async () => {
    const throws = (): never => {
      throw new Error("a bug of the method's");
    };
    const application = new Application({ store: memory(), methods: { broken: { enrol: throws, verify: throws } } });
    await using users = application.users();
    const user = (await users.create({ name: "Ada" }))._unsafeUnwrap();
    expect((await user.enrol("broken", 1))._unsafeUnwrapErr()).toMatchObject({ code: "method-failed", method: "broken" });
    expect(user.credentials).toEqual([]);
  });

  test("that accepts without any material is not believed", async () => {
    const credulous = { enrol: () => okAsync({ secret: new Secret("x") }), verify: () => okAsync({ accepted: true }) };
    const application = new Application({ store: memory(), methods: { credulous } });
    await using users = application.users();
    const user = (await users.create({ name: "Ada" }))._unsafeUnwrap();
    expect(codeOf(await users.save(user))).toBe("ok");
    expect(codeOf(await user.verify({ credulous: undefined }))).toBe("invalid-credentials");
  });
});

describe("secrets", () => {
  const MARKER = "marker horse battery";

  test("are found nowhere: in no error, event, state, history, document or inspection", async () => {
    const store = memory();
    const [clock, hasher] = [fixedClock(), fastHasher()];
    const application = new Application({ store, clock, passwordHasher: hasher });
    const seen: unknown[] = [];
    application.bus.subscribe("*", (event) => seen.push(event));
    application.inTransaction.subscribe("*", (event, unit) => void seen.push(event, unit));
    await using users = application.users();
    const user = (await users.create({ name: "Ada", emails: ["ada@example.com"], password: MARKER }))._unsafeUnwrap();
    seen.push(user, users, await users.save(user), user);
    seen.push(await user.verify({ password: MARKER }), await user.verify({ password: `${MARKER} wrong` }));
    seen.push(
      await user.changePassword({ current: MARKER, next: MARKER }),
      await user.changePassword({ current: MARKER, next: `${MARKER} next` }),
    );
    seen.push(
      await user.setPassword("marker"),
      await user.setPassword(`ada marker horse battery`.repeat(500)),
      await user.importPasswordHash(MARKER),
    );
    seen.push(await users.save(user), await users.verify({ email: "ada@example.com" }, { password: MARKER }));
    seen.push(await users.create({ name: "Eve", password: `${MARKER}\ud800` }));
    seen.push((await store.history("default", { kind: "user", id: user.id }))._unsafeUnwrap());
    seen.push((await store.load("default", { kind: "user", id: user.id }, { limit: 1 }))._unsafeUnwrap());
    for (const { id } of user.credentials) seen.push((await store.vault.read("default", id))._unsafeUnwrap());
    const shown = seen.map((value) => inspect(value, { depth: 12, showHidden: true }) + (JSON.stringify(value) ?? "")).join("\n");
    expect(shown.split("\n").filter((line) => line.includes("marker"))).toEqual([]);
    expect(shown).not.toContain("$fast$");
  });

  test("are masked where a user is printed", async () => {
    const world = await people();
    const { user } = await ada(world);
    expect([user.password, `${user.password}`, JSON.stringify({ password: user.password })]).toEqual([
      "******",
      "******",
      '{"password":"******"}',
    ]);
  });
});
