import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isDomainError } from "denizen";
import type { Result } from "denizen";
import { enrolPin, PASSWORD, secured, signUp, signUpAs, SYSTEM } from "../support/secured.js";
import type { LoggedInUser, SecuredApplication } from "../support/secured.js";
import { servers } from "../support/drivers.js";
import { fingerprint, postgresOf, worldOn } from "../support/worlds.js";
import type { World } from "../support/worlds.js";
import { hostileValues } from "../unit/values/hostile.js";

const big = "é".repeat(500_000);
const values: readonly unknown[] = [...hostileValues, big, "\u0000", "x\u0000y", "\ud800x", "x".repeat(256), "💣".repeat(255), -1, true];

interface Cast {
  readonly admin: LoggedInUser;
  readonly user: LoggedInUser;
}

type Call = (value: never, application: SecuredApplication, cast: Cast) => PromiseLike<Result<unknown, unknown>>;

/** Every field of every command and query, given one value after another. None of them is one that changes anything. */
const CALLS: Readonly<Record<string, Call>> = {
  signUp: async (value, { commands }) => await commands.signUp(value),
  "signUp, an id": async (id, { commands }) => await commands.signUp({ name: "", emails: [] }, { id }),
  "signUp, a device": async (device, { commands }) => await commands.signUp({ name: "", device }),
  logIn: async (value, { commands }) => await commands.logIn(value),
  "logIn, an identifier": async (identifier, { commands }) => await commands.logIn({ identifier, password: "x" }),
  "logIn, an e-mail": async (email, { commands }) => await commands.logIn({ email, password: "x" }),
  "logIn, a phone": async (phone, { commands }) => await commands.logIn({ phone, password: "x" }),
  "logIn, a username": async (username, { commands }) => await commands.logIn({ username, password: "x" }),
  "logIn, a password": async (password, { commands }) => await commands.logIn({ identifier: "nobody", password }),
  "logIn, a device": async (device, { commands }) => await commands.logIn({ identifier: "nobody", password: "x", device }),
  "logIn, a trusted device": async (trustedDevice, { commands }) =>
    await commands.logIn({ identifier: "nobody", password: "x", trustedDevice }),
  completeLogIn: async (value, { commands }) => await commands.completeLogIn(value),
  "completeLogIn, pending": async (pending, { commands }) => await commands.completeLogIn({ pending, pin: "1843:1" }),
  refresh: async (refreshToken, { commands }) => await commands.refresh({ refreshToken }),
  logOut: async (refreshToken, { commands }) => await commands.logOut({ refreshToken }),
  authenticate: async (value, application) => await application.authenticate(value),
  as: async (value, application) => await application.as(value).commands.currentAccount(),
  tenant: async (value, application) => await application.tenant(value).commands.refresh({ refreshToken: "" }),
  startSession: async (value, application) => await application.startSession(value),
  activateOwn: async (value, { commands }) => await commands.activateOwn(value),
  deactivateOwn: async (value, { commands }) => await commands.deactivateOwn(value),
  changePassword: async (value, application, { user }) => await application.as(user.actor).commands.changePassword(value),
  "changePassword, the next": async (next, application, { user }) =>
    await application.as(user.actor).commands.changePassword({ current: "wrong", next }),
  setUsername: async (value, application, { user }) => await application.as(user.actor).commands.setUsername(value),
  revokeSession: async (sessionId, application, { user }) => await application.as(user.actor).commands.revokeSession({ sessionId }),
  createAccount: async (value, application, { admin }) => await application.as(admin.actor).commands.createAccount(value),
  "createAccount, a role": async (role, application, { admin }) =>
    await application.as(admin.actor).commands.createAccount({ name: "", role }),
  "createAccount, an id": async (id, application, { admin }) =>
    await application.as(admin.actor).commands.createAccount({ name: "", role: "user" }, { id }),
  setAccountPassword: async (value, application) => await application.as(SYSTEM).commands.setAccountPassword(value),
  "setAccountPassword, an id": async (id, application) => await application.as(SYSTEM).commands.setAccountPassword({ id, password: "x" }),
  activateAccount: async (id, application, { admin }) => await application.as(admin.actor).commands.activateAccount({ id }),
  suspendAccount: async (id, application, { admin }) => await application.as(admin.actor).commands.suspendAccount({ id }),
  "suspendAccount, a command id": async (commandId, application, { admin }) =>
    await application.as(admin.actor).commands.suspendAccount({ id: "nobody" }, { commandId }),
  grantRole: async (id, application, { admin }) => await application.as(admin.actor).commands.grantRole({ id, role: "user" }),
  "grantRole, a role": async (role, application, { admin, user }) =>
    await application.as(admin.actor).commands.grantRole({ id: user.id, role, scope: "nowhere" }),
  "revokeRole, a scope": async (scope, application, { admin, user }) =>
    await application.as(admin.actor).commands.revokeRole({ id: user.id, role: "admin", scope }),
  "bootstrap.grant": async (id, { bootstrap }) => await bootstrap.grant({ id, role: "super-admin" }),
  "bootstrap.grant, a role": async (role, { bootstrap }, { user }) => await bootstrap.grant({ id: user.id, role }),
  "bootstrap.revoke": async (id, { bootstrap }) => await bootstrap.revoke({ id, role: "super-admin" }),
  "queries.account": async (id, application) => await application.as(SYSTEM).queries.account({ id }),
  "queries.profile": async (id, application) => await application.as(SYSTEM).queries.profile({ id }),
  "queries.accounts": async (value, application, { admin }) => await application.as(admin.actor).queries.accounts(value),
};

/** Failures of the database's: nothing that anybody types is one. */
const FAILURES = /^(store-|commit-outcome|method-failed|hasher-)/;

describe.each(servers)("whatever is passed to commands and queries, on %s", (driver) => {
  let world: World;
  let application: SecuredApplication;
  let cast: Cast;
  beforeAll(async () => {
    world = await worldOn(driver);
    ({ application } = secured(world.store, { accounts: { setAccountPassword: true }, attempts: { limit: 100 } }));
    cast = { admin: await signUpAs(application, "admin"), user: await signUp(application) };
    await enrolPin(application, cast.user.id);
  });
  afterAll(() => world.close());

  const rows = async (): Promise<unknown> => {
    const { denizen_attempts: _, ...tables } = await fingerprint(postgresOf(world).database, "row->>'kind' is distinct from 'attempts'");
    return tables;
  };

  test.each(Object.entries(CALLS))("%s answers typed, never with a failure of the database's, and writes nothing", async (name, call) => {
    const before = await rows();
    const began = performance.now();
    for (const [index, value] of values.entries()) {
      // The compiler refuses them; a request knows no compiler.
      const answer = await call(value as never, application, cast);
      const error: unknown = answer.isErr() ? answer.error : undefined;
      if (error === undefined) continue;
      expect([index, isDomainError(error)]).toEqual([index, true]);
      expect([index, String(Reflect.get(Object(error), "code"))]).not.toEqual([index, expect.stringMatching(FAILURES)]);
    }
    expect(performance.now() - began).toBeLessThan(5000);
    expect([name, await rows()]).toEqual([name, before]);
  });

  test("a password of a hundred megabytes is refused before it is hashed", async () => {
    const here = secured(world.store);
    const huge = "x".repeat(100_000_000);
    const before = { ...here.hasher.calls };
    const began = performance.now();
    for (const answer of [
      await here.application.commands.logIn({ identifier: "nobody", password: huge }),
      await here.application.commands.signUp({ name: "Huge", password: huge }),
      await here.application.as(cast.user.actor).commands.changePassword({ current: PASSWORD, next: huge }),
    ]) {
      expect(answer.isErr()).toBe(true);
    }
    expect(here.hasher.calls.hash).toBeLessThanOrEqual(before.hash + 1);
    expect(performance.now() - began).toBeLessThan(1000);
  });
});
