import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { AnyAggregate, Application, Secret, User, err, fromHistory, domainError, ok, okAsync } from "denizen";
import type { Json } from "denizen";
import type { AuthenticationMethod } from "denizen/ports";
import { fastHasher, fixedClock } from "denizen/testing";
import { codeOf } from "../support/codes.js";
import { collectionsOf } from "../support/collections.js";
import { newName, PASSWORD, secured, signUp, signUpAs, SYSTEM } from "../support/secured.js";
import { dump, fifty, postgresOf, rounds, worldOn } from "../support/worlds.js";
import type { Place, World } from "../support/worlds.js";

/** In every text that is Ada's; its look-alike form begins with it as well. */
const MARKER = /xyzzy|600471147/i;
const PHONE = "+34600471147";

const attributes = {
  "~standard": { version: 1, vendor: "test", validate: (value: unknown) => ({ value: value as { motto?: Json } }) },
} as const;
const fob: AuthenticationMethod<string, never> = {
  factor: "possession",
  enrol: (label) => okAsync({ secret: new Secret("xyzzy-secret"), label }),
  verify: (input) => okAsync({ accepted: input === "fob" }),
};

describe.each<Place>(["memory", "postgres.js", "node-postgres"])("erasing a user, on %s", (place) => {
  let world: World;
  beforeAll(async () => {
    world = await worldOn(place);
  });
  afterAll(() => world.close());

  /** With collections, which a subscriber of the host's empties in the transaction in which their owner is forgotten. */
  function start(tenant = newName("tenant")) {
    const clock = fixedClock();
    const whole = new Application({
      store: world.store,
      clock,
      passwordHasher: fastHasher(),
      attributes,
      methods: { fob },
      aggregates: { collections: collectionsOf(3) },
      onError: () => undefined,
    });
    whole.inTransaction.subscribe("user-erased", async (event, unit) => {
      const collection = await unit.collections.get(event.publisher.id);
      return collection.map((own) => own.forget()).orElse((error) => (error.code === "not-found" ? ok(undefined) : err(error)));
    });
    const application = whole.tenant(tenant);
    return { application, clock, tenant, whole, system: application.as(SYSTEM) };
  }
  type On = ReturnType<typeof start>;

  const WHO = { email: "xyzzy4711@example.com", username: "xyzzy4711" };

  /** Somebody who has left something of himself wherever one can. */
  async function ada(on: On) {
    const { application, system } = on;
    const input = {
      name: { given: "Xyzzy", family: "Marker" },
      username: WHO.username,
      emails: [WHO.email],
      phones: [PHONE],
      password: PASSWORD,
    };
    const tokens = (
      await application.commands.signUp({ ...input, attributes: { motto: "xyzzy!" }, device: "xyzzy's phone" })
    )._unsafeUnwrap();
    if (tokens.status !== "signed-in") throw new Error("she is not signed in");
    const actor = (await application.authenticate(tokens.accessToken))._unsafeUnwrap();
    await using uow = application.unitOfWork();
    const user = (await uow.users.get(tokens.userId))._unsafeUnwrap();
    user.rename("Xyzzy the Second")._unsafeUnwrap();
    user.verifyEmail(WHO.email)._unsafeUnwrap();
    user.addEmail("xyzzy-too@example.com")._unsafeUnwrap();
    user.makePrimaryEmail("xyzzy-too@example.com")._unsafeUnwrap();
    user.verifyPhone(PHONE)._unsafeUnwrap();
    (await user.enrol("fob", "xyzzy's fob"))._unsafeUnwrap();
    (await uow.collections.create({ finder: { name: "Xyzzy" }, grams: 7 }, { id: user.id }))._unsafeUnwrap();
    (await uow.commit())._unsafeUnwrap();
    expect(codeOf(await application.commands.logIn({ email: WHO.email, password: "wrong horse" }))).toBe("invalid-credentials");
    expect(codeOf(await system.commands.suspendAccount({ id: user.id, reason: "xyzzy was rude" }))).toBe("ok");
    expect(codeOf(await system.commands.activateAccount({ id: user.id }))).toBe("ok");
    expect(codeOf(await application.commands.logIn({ email: WHO.email, password: PASSWORD, device: "xyzzy's laptop" }))).toBe("ok");
    // What was sent to him lies about as well.
    expect(codeOf(await application.commands.requestPasswordReset({ email: WHO.email }))).toBe("ok");
    return { id: user.id, actor, tokens };
  }

  const historyOf = async ({ system }: On, user: string) =>
    (await system.queries.history({ user, limit: 100, direction: "ascending" }))._unsafeUnwrap().items;

  /** All that is kept of somebody, by whatever way one can get at it. */
  async function held(on: On, id: string): Promise<string> {
    const kinds = ["user", "account", "collection", "challenges"];
    const states = await Promise.all(kinds.map((kind) => world.store.load(on.tenant, { kind, id }, { limit: 1 })));
    const logs = await Promise.all(kinds.map((kind) => world.store.history(on.tenant, { kind, id })));
    const rows = world.opened === undefined ? [] : Object.values(await dump(world.opened.database)).flat();
    const parts: readonly unknown[] = [
      ...states.map((found) => found._unsafeUnwrap()),
      ...logs.map((found) => found._unsafeUnwrap()),
      await historyOf(on, id),
      (await on.system.queries.export({ id }))._unsafeUnwrap(),
      (await on.system.queries.profiles({ limit: 100 }))._unsafeUnwrap(),
      (await on.system.queries.accounts({ limit: 100 }))._unsafeUnwrap(),
      (await on.whole.durable.deadLetters())._unsafeUnwrap(),
      ...rows.filter((row) => row.includes(on.tenant)),
    ];
    return parts.map((part) => JSON.stringify(part)).join("\n");
  }

  test("leaves nothing of what was personal anywhere, and the shape of everything that happened", async () => {
    const on = start();
    const { id } = await ada(on);
    on.whole.durable.subscribe(
      newName("mail"),
      "email-added",
      ({ payload }) => {
        throw new Error(`no such mailbox: ${String(payload.email)}`);
      },
      { attempts: 1 },
    );
    await using worker = on.whole.worker();
    const letters = async () => {
      (await worker.drain())._unsafeUnwrap();
      return JSON.stringify((await on.whole.durable.deadLetters())._unsafeUnwrap());
    };
    await expect.poll(letters, { timeout: 10_000 }).toContain("no such mailbox: xyzzy");
    if (world.opened !== undefined) {
      const found = Object.entries(await dump(world.opened.database)).flatMap(([table, rows]) =>
        rows.some((row) => row.includes(on.tenant) && MARKER.test(row)) ? [table.replace("denizen_", "")] : [],
      );
      const everywhere = [
        "aggregates",
        "deliveries",
        "events",
        "identifiers",
        "sessions",
        "user_credentials",
        "user_emails",
        "user_phones",
        "users",
      ];
      expect(found).toEqual([...everywhere, "vault"].sort());
    }
    const before = await historyOf(on, id);
    expect(await held(on, id)).toMatch(MARKER);

    on.clock.advance(1000);
    expect(codeOf(await on.system.commands.eraseUser({ id }))).toBe("ok");

    expect(await held(on, id)).not.toMatch(MARKER);
    const after = await historyOf(on, id);
    const shape = ({ payload: _, ...event }: (typeof before)[number]) => event;
    expect(after.slice(0, before.length).map(shape)).toEqual(before.map(shape));
    expect(
      after
        .slice(before.length)
        .map(({ type }) => type)
        .sort(),
    ).toEqual(["account-closed", "challenges-voided", "collection-forgotten", "user-erased"]);
    const payloadOf = (type: string) => after.find((event) => event.type === type)?.payload;
    expect([payloadOf("email-added"), payloadOf("account-suspended"), payloadOf("rock-found")]).toEqual([
      { primary: true },
      {},
      { grams: 7 },
    ]);
    expect(payloadOf("session-started")).toEqual({ methods: ["password"], newDevice: false });
  });

  test("keeps what is folded the same as what is stored", async () => {
    const on = start();
    const { id } = await ada(on);
    on.clock.advance(1000);
    expect(codeOf(await on.system.commands.eraseUser({ id }))).toBe("ok");
    const history = await historyOf(on, id);
    const rebuilt = [User.fromHistory(history)._unsafeUnwrap(), fromHistory(collectionsOf(3), history)._unsafeUnwrap()];
    for (const [index, kind] of ["user", "collection"].entries()) {
      const [stored] = (await world.store.load(on.tenant, { kind, id }, { limit: 1 }))._unsafeUnwrap();
      expect(AnyAggregate.stateOf(rebuilt[index] ?? expect.unreachable())).toEqual(stored?.state);
    }
    expect(AnyAggregate.stateOf(rebuilt[0] ?? expect.unreachable())).toEqual({
      name: null,
      username: null,
      emails: [],
      phones: [],
      credentials: [],
      attributes: {},
      passwordResetRequired: false,
      createdAt: "2026-01-01T00:00:00.000Z",
      removedAt: "2026-01-01T00:00:01.000Z",
    });
    await using uow = on.application.unitOfWork();
    const was = (await uow.users.asOf(id, { version: 2 }))._unsafeUnwrap();
    expect([was.name, was.emails, was.isErased]).toEqual([null, [], true]);
  });

  test("ends what he could do: no session lives, no secret proves him, nobody finds him", async () => {
    const on = start();
    const { id, actor, tokens } = await ada(on);
    expect(codeOf(await on.system.commands.eraseUser({ id }))).toBe("ok");
    const { application } = on;
    const { commands, queries } = application.as(actor);
    expect([
      codeOf(await application.authenticate(tokens.accessToken)),
      codeOf(await application.commands.refresh({ refreshToken: tokens.refreshToken })),
      codeOf(await application.commands.logIn({ email: WHO.email, password: PASSWORD })),
      codeOf(await application.commands.logIn({ username: WHO.username, fob: "fob" })),
      codeOf(await commands.currentAccount()),
      codeOf(await queries.history()),
      codeOf(await queries.export()),
    ]).toEqual([
      "access-token-invalid",
      "refresh-token-invalid",
      "invalid-credentials",
      "invalid-credentials",
      ...Array<string>(3).fill("not-authenticated"),
    ]);
    await using users = application.users();
    for (const criteria of [{ id }, { email: WHO.email }, { name: "Xyzzy the Second" }])
      expect(codeOf(await users.read(criteria))).toBe("user-not-found");
    expect(codeOf(await users.verify({ id }, { password: PASSWORD }))).toBe("invalid-credentials");
    expect((await world.store.sessions.list(on.tenant, id, "2026-01-01T00:00:00.000Z"))._unsafeUnwrap()).toEqual([]);
  });

  test("gives his identifiers to whoever wants them, which removing does not", async () => {
    const on = start();
    const { id } = await ada(on);
    const again = async () => {
      const input = { name: "New", username: WHO.username, emails: [WHO.email], phones: [PHONE], password: PASSWORD };
      return codeOf(await on.application.commands.signUp(input));
    };
    expect(await again()).toBe("email-taken");
    await using users = on.application.users();
    users.remove((await users.read({ id }))._unsafeUnwrap())._unsafeUnwrap();
    expect(codeOf(await users.save())).toBe("ok");
    expect(await again()).toBe("email-taken");
    expect(codeOf(await users.read({ email: WHO.email }))).toBe("user-not-found");
    const removed = (await users.read({ email: WHO.email }, { removed: true }))._unsafeUnwrap();
    expect([removed.id, removed.name?.display, removed.isErased]).toEqual([id, "Xyzzy the Second", false]);
    expect(codeOf(users.erase(removed))).toBe("ok");
    expect(codeOf(await users.save(removed))).toBe("ok");
    expect(await held(on, id)).not.toMatch(MARKER);
    expect(await again()).toBe("ok");
    const closed = (await historyOf(on, id)).filter(({ type }) => type === "account-closed");
    expect(closed).toHaveLength(1);
  });

  test("is done once: the second time nothing happens", async () => {
    const on = start();
    const { id } = await ada(on);
    expect(codeOf(await on.system.commands.eraseUser({ id }))).toBe("ok");
    const history = await historyOf(on, id);
    expect(codeOf(await on.system.commands.eraseUser({ id }))).toBe("ok");
    await using users = on.application.users();
    const erased = (await users.read({ id }, { removed: true }))._unsafeUnwrap();
    expect([codeOf(users.erase(erased)), (await users.save(erased))._unsafeUnwrap().position]).toEqual(["ok", null]);
    expect(await historyOf(on, id)).toEqual(history);
    expect([codeOf(erased.rename("Back")), codeOf(erased.addEmail(WHO.email)), codeOf(erased.remove())]).toEqual(
      Array(3).fill("user-removed"),
    );
    expect(codeOf(await on.system.commands.eraseUser({ id: "nobody" }))).toBe("user-not-found");
  });

  test("takes along what happened to him in the very unit, before and after", async () => {
    const on = start();
    await using uow = on.application.unitOfWork();
    uow.subscribe("user-erased", async (event, unit) => {
      const late = await unit.collections.create({ finder: { name: "Xyzzy" }, grams: 1 }, { id: event.publisher.id });
      return late;
    });
    const user = (await uow.users.create({ name: "Xyzzy", emails: [WHO.email], password: PASSWORD, attributes: {} }))._unsafeUnwrap();
    user.erase();
    expect(codeOf(await uow.commit())).toBe("ok");
    const history = await historyOf(on, user.id);
    expect(history.map(({ type }) => type)).toEqual(expect.arrayContaining(["user-created", "email-added", "user-erased", "rock-found"]));
    expect(JSON.stringify(history)).not.toMatch(MARKER);
    const events = (await world.store.history(on.tenant, { kind: "user", id: user.id }))._unsafeUnwrap();
    expect(JSON.stringify(events)).not.toMatch(MARKER);
  });

  test("is open to the host's own aggregates, for people who are no users", async () => {
    const { application, tenant, system } = start();
    await using uow = application.unitOfWork();
    const [burnt, other] = [
      (await uow.collections.create({ finder: { name: "Xyzzy" }, grams: 1 }))._unsafeUnwrap(),
      (await uow.collections.create({ finder: { name: "Xyzzy" }, grams: 2 }))._unsafeUnwrap(),
    ];
    expect(codeOf(await uow.commit())).toBe("ok");
    burnt.find({ finder: { name: "Xyzzy" }, grams: 3 });
    burnt.burn();
    expect(codeOf(await uow.commit())).toBe("ok");
    const left = async (id: string) =>
      (await system.queries.history({ user: id, type: "rock-found", direction: "ascending" }))
        ._unsafeUnwrap()
        .items.map(({ payload }) => payload);
    expect(await left(burnt.id)).toEqual([{ grams: 1 }, { grams: 3 }]);
    expect(await left(other.id)).toEqual([{ finder: { name: "Xyzzy" }, grams: 2 }]);
    const [stored] = (await world.store.load(tenant, { kind: "collection", id: burnt.id }, { limit: 1 }))._unsafeUnwrap();
    expect(stored?.state).toEqual({ finder: null, grams: 4, forgotten: true });
  });

  test("is for administrators, over those below them; a holder of a protected role is erased by nobody", async () => {
    const { application } = secured(world.store, { accounts: { secondFactors: [] } });
    const [user, victim, admin, chief] = [
      await signUp(application),
      await signUp(application),
      await signUpAs(application, "admin"),
      await signUpAs(application, "super-admin"),
    ];
    const other = await signUpAs(application, "super-admin");
    const erase = async (by: { readonly commands: (typeof application)["commands"] }, id: string) =>
      codeOf(await by.commands.eraseUser({ id }));
    expect(await erase(application, victim.id)).toBe("not-authenticated");
    for (const id of [victim.id, admin.id, user.id, "nobody"]) expect(await erase(application.as(user.actor), id)).toBe("not-authorized");
    for (const id of [admin.id, chief.id]) expect(await erase(application.as(admin.actor), id)).toBe("not-authorized");
    for (const by of [SYSTEM, other.actor]) expect(await erase(application.as(by), chief.id)).toBe("not-authorized");
    await using users = application.users();
    users.erase((await users.read({ id: chief.id }))._unsafeUnwrap())._unsafeUnwrap();
    expect((await users.save())._unsafeUnwrapErr()).toMatchObject({ code: "vetoed", reason: { code: "account-protected" } });
    await using after = application.users();
    expect((await after.read({ id: chief.id }))._unsafeUnwrap().primaryEmail).toBe(chief.email);
    expect(await erase(application.as(admin.actor), victim.id)).toBe("ok");
    expect(await erase(application.as(other.actor), admin.id)).toBe("ok");
    // Whose account is closed was somebody's once: a former administrator is none of another's.
    const [former, peer] = [await signUpAs(application, "admin"), await signUpAs(application, "admin")];
    await using removing = application.users();
    removing.remove((await removing.read({ id: former.id }))._unsafeUnwrap())._unsafeUnwrap();
    expect(codeOf(await removing.save())).toBe("ok");
    expect(await erase(application.as(peer.actor), former.id)).toBe("not-authorized");
    expect(await erase(application.as(other.actor), former.id)).toBe("ok");
    await using bare = application.users();
    const without = (await bare.create({ name: "Without an account" }))._unsafeUnwrap();
    expect(codeOf(await bare.save())).toBe("ok");
    expect(await erase(application.as(peer.actor), without.id)).toBe("ok");
  });

  test("touches nobody else: not another tenant's user of the same id, not who did something to him", async () => {
    const [here, there] = [start(), start()];
    for (const { application } of [here, there]) {
      await using users = application.users();
      (await users.create({ id: "same", name: "Xyzzy", emails: [WHO.email], attributes: { motto: "xyzzy" } }))._unsafeUnwrap();
      expect(codeOf(await users.save())).toBe("ok");
    }
    expect(codeOf(await here.system.commands.eraseUser({ id: "same" }))).toBe("ok");
    expect(await held(here, "same")).not.toMatch(MARKER);
    expect((await there.system.queries.export({ id: "same" }))._unsafeUnwrap()).toMatchObject({
      user: { name: { display: "Xyzzy" }, emails: [{ value: WHO.email }] },
      account: null,
      history: [{ payload: { name: { display: "Xyzzy" } } }, { payload: { email: WHO.email } }],
    });
  });

  test("is undone wholly by whoever vetoes it", async () => {
    const on = start();
    const { id, tokens } = await ada(on);
    const rows = world.opened === undefined ? await held(on, id) : await dump(postgresOf(world).database);
    await using uow = on.application.unitOfWork();
    uow.subscribe("account-closed", () => err(domainError("court-order", "he must be kept")));
    (await uow.users.get(id))._unsafeUnwrap().erase();
    expect((await uow.commit())._unsafeUnwrapErr()).toMatchObject({ code: "vetoed", reason: { code: "court-order" } });
    expect(world.opened === undefined ? await held(on, id) : await dump(postgresOf(world).database)).toEqual(rows);
    expect(codeOf(await on.application.commands.refresh({ refreshToken: tokens.refreshToken }))).toBe("refresh-token-invalid");
    expect(codeOf(await on.application.commands.logIn({ email: WHO.email, password: PASSWORD }))).toBe("ok");
  });

  test.each(rounds)("50 log-ins race with it, round %i: none leaves a device's name behind", async () => {
    const on = start();
    const { id } = await ada(on);
    const [erased, codes] = await Promise.all([
      on.system.commands.eraseUser({ id }),
      fifty(async () => codeOf(await on.application.commands.logIn({ email: WHO.email, password: PASSWORD, device: "xyzzy's watch" }))),
    ]);
    expect(codeOf(erased)).toBe("ok");
    expect(
      codes.filter((code) => !["ok", "invalid-credentials", "too-many-attempts", "account-missing", "proof-expired"].includes(code)),
    ).toEqual([]);
    expect(await held(on, id)).not.toMatch(MARKER);
    expect((await world.store.sessions.list(on.tenant, id, "2026-01-01T00:00:00.000Z"))._unsafeUnwrap()).toEqual([]);
  });
});

describe.each<Place>(["memory", "node-postgres"])("the export of a user, on %s", (place) => {
  let world: World;
  beforeAll(async () => {
    world = await worldOn(place);
  });
  afterAll(() => world.close());

  test("is all that is held about him, as JSON, and no secret", async () => {
    const { application } = secured(world.store, { accounts: { secondFactors: [] } });
    const user = await signUp(application);
    const own = (await application.as(user.actor).queries.export())._unsafeUnwrap();
    expect(own).toMatchObject({
      user: {
        id: user.id,
        name: { display: "Somebody" },
        emails: [{ value: user.email, primary: true, verifiedAt: null }],
        removedAt: null,
      },
      account: { status: "active", roles: [{ role: "user", scope: null }], closedAt: null },
      sessions: [{ id: user.actor.session, methods: ["password"] }],
    });
    expect(own.history.map(({ type }) => type)).toEqual(expect.arrayContaining(["user-created", "account-opened", "session-started"]));
    expect(JSON.parse(JSON.stringify(own))).toEqual(own);
    expect(JSON.stringify(own)).not.toMatch(/\$fast\$|correct horse|securityVersion|dr_|da_/i);
    expect((await application.as(SYSTEM).queries.export({ id: user.id }))._unsafeUnwrap()).toEqual(own);
  });

  test("of somebody else is for administrators; of who was removed, too, until he is erased", async () => {
    const { application } = secured(world.store, { accounts: { secondFactors: [] } });
    const [user, other, admin] = [await signUp(application), await signUp(application), await signUpAs(application, "admin")];
    const ask = async (by: typeof user, id: string) => codeOf(await application.as(by.actor).queries.export({ id }));
    expect([await ask(other, user.id), await ask(other, "nobody")]).toEqual(["not-authorized", "not-authorized"]);
    expect([await ask(admin, user.id), await ask(admin, "nobody")]).toEqual(["ok", "user-not-found"]);
    expect(codeOf(await application.queries.export({ id: user.id }))).toBe("not-authenticated");
    expect(codeOf(await application.as(SYSTEM).queries.export())).toBe("invalid-argument");
    expect(codeOf(await application.tenant("elsewhere").as(SYSTEM).queries.export({ id: user.id }))).toBe("user-not-found");
    await using users = application.users();
    users.remove((await users.read({ id: user.id }))._unsafeUnwrap())._unsafeUnwrap();
    expect(codeOf(await users.save())).toBe("ok");
    const removed = (await application.as(SYSTEM).queries.export({ id: user.id }))._unsafeUnwrap();
    expect([removed.user.emails[0]?.value, removed.account?.closedAt, removed.sessions]).toEqual([
      user.email,
      "2026-01-01T00:00:00.000Z",
      [],
    ]);
    expect(codeOf(await application.as(SYSTEM).commands.eraseUser({ id: user.id }))).toBe("ok");
    const erased = (await application.as(SYSTEM).queries.export({ id: user.id }))._unsafeUnwrap();
    expect(JSON.stringify(erased)).not.toContain(user.email);
    expect(erased.history.length).toBe(removed.history.length + 1);
  });

  test("has a history of any length", async () => {
    const { application } = secured(world.store, { accounts: { secondFactors: [] } });
    const user = await signUp(application);
    await using uow = application.unitOfWork();
    const loaded = (await uow.users.get(user.id))._unsafeUnwrap();
    for (let index = 0; index < 2100; index++) loaded.rename(`Name ${index}`)._unsafeUnwrap();
    expect(codeOf(await uow.commit())).toBe("ok");
    const { history } = (await application.as(user.actor).queries.export())._unsafeUnwrap();
    expect(history.filter(({ type }) => type === "name-changed").map(({ payload }) => payload)).toEqual(
      Array.from({ length: 2100 }, (_, index) => ({ name: { display: `Name ${index}` } })),
    );
    expect(new Set(history.map(({ id }) => id)).size).toBe(history.length);
  });
});
