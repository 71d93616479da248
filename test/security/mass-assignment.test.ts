import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { AnyAggregate } from "denizen";
import { codeOf, whatever } from "../support/codes.js";
import { newName, PASSWORD, secured, signUp, signUpAs, SYSTEM } from "../support/secured.js";
import type { SecuredApplication } from "../support/secured.js";
import { worldOn } from "../support/worlds.js";
import type { Place, World } from "../support/worlds.js";

/** Fields of aggregates, sessions and scopes, as an attacker adds them to a body. */
const MORE = {
  status: "active",
  role: "super-admin",
  roles: [{ role: "super-admin", scope: null }],
  grants: [{ role: "super-admin", scope: null, grantedAt: "2026-01-01T00:00:00.000Z" }],
  verified: true,
  verifiedAt: "2020-01-01T00:00:00.000Z",
  emailVerified: true,
  securityVersion: 99,
  sparedSession: "me",
  version: 7,
  tenant: "elsewhere",
  actor: "system:root",
  principal: { kind: "system", id: "root" },
  openedAt: "2020-01-01T00:00:00.000Z",
  closedAt: null,
  removedAt: null,
  credentials: [{ id: "x", kind: "password", label: null, createdAt: "2020-01-01T00:00:00.000Z" }],
  state: { status: "active" },
  events: [{ type: "role-granted", payload: { role: "super-admin" } }],
  isAdmin: true,
  commandId: "x",
} as const;

/** Payloads that change what every object inherits, where somebody merges them. */
const POLLUTION: readonly string[] = [
  '{"__proto__":{"role":"super-admin","status":"active","polluted":true}}',
  '{"constructor":{"prototype":{"role":"super-admin","polluted":true}}}',
  '{"__proto__":{"__proto__":{"polluted":true}}}',
];

describe.each<Place>(["memory", "node-postgres"])("unknown fields never reach an aggregate, on %s", (place) => {
  let world: World;
  beforeAll(async () => {
    world = await worldOn(place);
  });
  afterAll(() => world.close());

  /** Everything that is kept of a user and his account. */
  const stored = async (application: SecuredApplication, id: string) => {
    await using uow = application.unitOfWork();
    const [user, account] = [(await uow.users.get(id))._unsafeUnwrap(), (await uow.accounts.get(id))._unsafeUnwrap()];
    return { user: AnyAggregate.stateOf(user), account: AnyAggregate.stateOf(account) };
  };

  const shapeOf = (value: unknown): unknown =>
    JSON.parse(
      JSON.stringify(value, (key, each: unknown) => (typeof each === "string" && key !== "role" && key !== "status" ? "text" : each)),
    );

  test("in signUp: role, status, verified flags, versions and tenant are none of its fields", async () => {
    const { application } = secured(world.store, { accounts: { activation: "administrator" } });
    const plainInput = () => ({ name: "Mallory", emails: [`${newName("mallory")}@example.com`], password: PASSWORD });
    const plain = (await application.commands.signUp(plainInput()))._unsafeUnwrap();
    const more = (await application.commands.signUp({ ...plainInput(), ...MORE }))._unsafeUnwrap();
    expect([plain.status, more.status]).toEqual(["pending", "pending"]);
    const [plainId, id] = [plain, more].map((answer) => (answer.status === "check-inbox" ? "" : answer.userId));
    const [expected, got] = [await stored(application, plainId ?? ""), await stored(application, id ?? "")];
    expect(shapeOf(got)).toEqual(shapeOf(expected));
    expect(got.account).toMatchObject({ status: "pending", grants: [{ role: "user" }], securityVersion: 1, sparedSession: null });
    expect(JSON.stringify(got)).not.toMatch(/super-admin|2020-01-01|elsewhere/);
  });

  test("in createAccount: only the role that the administrator may grant is", async () => {
    const { application } = secured(world.store);
    const admin = await signUpAs(application, "admin");
    const { commands } = application.as(admin.actor);
    const input = { ...MORE, name: "Made", emails: [`${newName("made")}@example.com`] };
    expect(codeOf(await commands.createAccount(input))).toBe("not-authorized");
    const { userId } = (await commands.createAccount({ ...input, role: "user" }))._unsafeUnwrap();
    const { account, user } = await stored(application, userId);
    expect(account).toMatchObject({ grants: [{ role: "user" }], securityVersion: 1, sparedSession: null });
    expect(JSON.stringify({ account, user })).not.toMatch(/super-admin|2020-01-01|elsewhere/);
  });

  test("in setUsername and changePassword: whose it is, is the session's business", async () => {
    const { application } = secured(world.store);
    const [mallory, victim] = [await signUp(application, "mallory"), await signUp(application, "victim")];
    const before = await stored(application, victim.id);
    const more = { ...MORE, id: victim.id, userId: victim.id, accountId: victim.id, target: victim.id };
    const { commands, queries } = application.as(mallory.actor);
    const username = newName("mallory");
    expect(codeOf(await commands.setUsername({ ...more, username }))).toBe("ok");
    // The compiler refuses the other fields; a request knows no compiler.
    const passwords = { ...more, current: PASSWORD, next: "a new battery of horses" };
    expect(codeOf(await commands.changePassword(passwords))).toBe("ok");
    expect(codeOf(await commands.revokeSession({ ...more, sessionId: victim.tokens.sessionId }))).toBe("session-not-found");
    expect(await stored(application, victim.id)).toEqual(before);
    expect((await queries.account())._unsafeUnwrap()).toMatchObject({ id: mallory.id, username, roles: [{ role: "user" }] });
    expect(codeOf(await application.as(victim.actor).commands.currentAccount())).toBe("ok");
  });

  test("in logIn, refresh and logOut: neither session nor status nor account", async () => {
    const { application } = secured(world.store);
    const [mallory, victim] = [await signUp(application), await signUp(application)];
    const more = { ...MORE, userId: victim.id, account: victim.id, sessionId: victim.tokens.sessionId, session: victim.tokens.sessionId };
    const input = { ...more, email: mallory.email, password: PASSWORD };
    expect((await application.commands.logIn(input))._unsafeUnwrap()).toMatchObject({ status: "signed-in", userId: mallory.id });
    const refreshed = (await application.commands.refresh({ ...more, ...mallory.tokens }))._unsafeUnwrap();
    expect(refreshed).toMatchObject({ userId: mallory.id, sessionId: mallory.tokens.sessionId });
    expect(codeOf(await application.as(mallory.actor).commands.logOut({ ...more, refreshToken: refreshed.refreshToken }))).toBe("ok");
    expect(codeOf(await application.as(victim.actor).commands.currentAccount())).toBe("ok");
  });

  test("two ways to say whose log-in it is, or two proofs, are none", async () => {
    const { application } = secured(world.store);
    const [mallory, victim] = [await signUp(application), await signUp(application)];
    const twice: readonly object[] = [
      { email: mallory.email, identifier: victim.email, password: PASSWORD },
      { email: mallory.email, password: PASSWORD, pin: "1843:1" },
      { email: [mallory.email, victim.email], password: PASSWORD },
      { id: mallory.id, password: PASSWORD },
      { name: "Somebody", password: PASSWORD },
      { password: PASSWORD },
      {},
    ];
    // The compiler refuses them; a request knows no compiler.
    for (const input of twice) expect((await application.commands.logIn(input as never)).isErr()).toBe(true);
  });

  test("somebody else's id in a sign-up makes nobody anybody", async () => {
    const { application } = secured(world.store);
    const victim = await signUp(application);
    const before = await stored(application, victim.id);
    const input = { id: victim.id, name: "Mallory", password: PASSWORD };
    // Ids are the host's to choose, in the options: in a request's body they are a field that nobody knows.
    const signedUp = (await application.commands.signUp(input))._unsafeUnwrap();
    const created = (await application.as(SYSTEM).commands.createAccount({ ...input, role: "user" }))._unsafeUnwrap();
    expect([signedUp.status === "signed-in" && signedUp.userId, created.userId]).not.toContain(victim.id);
    const { name } = input;
    expect(codeOf(await application.commands.signUp({ name }, { id: victim.id }))).toBe("id-taken");
    expect(codeOf(await application.as(SYSTEM).commands.createAccount({ name, role: "user" }, { id: victim.id }))).toBe("id-taken");
    expect(await stored(application, victim.id)).toEqual(before);
  });

  test.each(POLLUTION)("%s changes no prototype and gives nobody a role", async (payload) => {
    const { application } = secured(world.store, { accounts: { activation: "administrator" } });
    const user = { name: "Mallory", emails: [`${newName("mallory")}@example.com`], password: PASSWORD };
    const hostile = () => Object.assign(JSON.parse(payload) as object, JSON.parse(JSON.stringify(user)) as typeof user);
    const parsed = JSON.parse(`${payload.slice(0, -1)},${JSON.stringify(user).slice(1)}`) as typeof user;
    const answers = [await application.commands.signUp(parsed), await application.commands.logIn({ ...hostile(), email: "a@example.com" })];
    expect(answers.map(codeOf)).toEqual(["ok", "invalid-credentials"]);
    whatever(await application.commands.signUp(Object.create(user) as typeof user));
    for (const call of Object.values({ ...calls(application) })) await call(parsed as never);
    expect(Object.prototype).not.toHaveProperty("polluted");
    expect(Object.prototype).not.toHaveProperty("role");
    expect(Reflect.get({}, "polluted")).toBeUndefined();
    const made = (await application.users().read({ email: user.emails[0] ?? "" }))._unsafeUnwrap();
    expect((await stored(application, made.id)).account).toMatchObject({ status: "pending", grants: [{ role: "user" }] });
  });

  const calls = ({ commands }: SecuredApplication): Readonly<Record<string, (input: never) => Promise<unknown>>> => ({
    completeLogIn: async (input) => codeOf(await commands.completeLogIn(input)),
    refresh: async (input) => codeOf(await commands.refresh(input)),
    activateOwn: async (input) => codeOf(await commands.activateOwn(input)),
    createAccount: async (input) => codeOf(await commands.createAccount(input)),
    grantRole: async (input) => codeOf(await commands.grantRole(input)),
  });
});
