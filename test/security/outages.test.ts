import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { codeOf } from "../support/codes.js";
import { cuttingProxy } from "../support/cutting-proxy.js";
import { open, servers } from "../support/drivers.js";
import { newName, NEXT, PASSWORD, secured, signUp, signUpAs, SYSTEM } from "../support/secured.js";
import type { LoggedInUser, Secured, SecuredApplication } from "../support/secured.js";
import { worldOn } from "../support/worlds.js";
import type { World } from "../support/worlds.js";

interface Cast {
  readonly admin: LoggedInUser;
  readonly user: LoggedInUser;
  readonly pending: string;
}

/** Every command and query, once each. */
const CALLS: Readonly<Record<string, (application: SecuredApplication, cast: Cast) => Promise<string>>> = {
  signUp: async ({ commands }) => codeOf(await commands.signUp({ name: "New", emails: [`${newName()}@example.com`], password: PASSWORD })),
  logIn: async ({ commands }, { user }) => codeOf(await commands.logIn({ email: user.email, password: PASSWORD })),
  completeLogIn: async ({ commands }, { pending }) => codeOf(await commands.completeLogIn({ pending, pin: "1843:1" })),
  refresh: async ({ commands }, { user }) => codeOf(await commands.refresh(user.tokens)),
  authenticate: async (application, { user }) => codeOf(await application.authenticate(user.tokens.accessToken)),
  logOut: async ({ commands }, { user }) => codeOf(await commands.logOut({ refreshToken: user.tokens.refreshToken })),
  activateOwn: async ({ commands }, { user }) => codeOf(await commands.activateOwn({ email: user.email, password: PASSWORD })),
  deactivateOwn: async ({ commands }, { user }) => codeOf(await commands.deactivateOwn({ email: user.email, password: PASSWORD })),
  currentAccount: async (application, { user }) => codeOf(await application.as(user.actor).commands.currentAccount()),
  changePassword: async (application, { user }) =>
    codeOf(await application.as(user.actor).commands.changePassword({ current: PASSWORD, next: NEXT })),
  setUsername: async (application, { user }) => codeOf(await application.as(user.actor).commands.setUsername({ username: newName("n") })),
  listSessions: async (application, { user }) => codeOf(await application.as(user.actor).commands.listSessions()),
  revokeSession: async (application, { user }) =>
    codeOf(await application.as(user.actor).commands.revokeSession({ sessionId: user.tokens.sessionId })),
  revokeOtherSessions: async (application, { user }) => codeOf(await application.as(user.actor).commands.revokeOtherSessions()),
  createAccount: async (application, { admin }) =>
    codeOf(await application.as(admin.actor).commands.createAccount({ name: "Made", role: "user" }, { commandId: newName("made") })),
  setAccountPassword: async (application, { user }) =>
    codeOf(await application.as(SYSTEM).commands.setAccountPassword({ id: user.id, password: NEXT })),
  activateAccount: async (application, { admin, user }) =>
    codeOf(await application.as(admin.actor).commands.activateAccount({ id: user.id })),
  suspendAccount: async (application, { admin, user }) =>
    codeOf(await application.as(admin.actor).commands.suspendAccount({ id: user.id })),
  grantRole: async (application, { admin, user }) =>
    codeOf(await application.as(admin.actor).commands.grantRole({ id: user.id, role: "user", scope: newName("team") })),
  revokeRole: async (application, { admin, user }) =>
    codeOf(await application.as(admin.actor).commands.revokeRole({ id: user.id, role: "user" })),
  "bootstrap.grant": async (application, { user }) => codeOf(await application.bootstrap.grant({ id: user.id, role: "super-admin" })),
  "bootstrap.revoke": async (application, { admin }) => codeOf(await application.bootstrap.revoke({ id: admin.id, role: "super-admin" })),
  account: async (application, { admin, user }) => codeOf(await application.as(admin.actor).queries.account({ id: user.id })),
  accounts: async (application, { admin }) => codeOf(await application.as(admin.actor).queries.accounts()),
  profile: async (application, { user }) => codeOf(await application.as(user.actor).queries.profile()),
  profiles: async (application, { admin }) => codeOf(await application.as(admin.actor).queries.profiles()),
};

/** What a command may say of a database that is away: an outage, and nothing of anybody's credentials. */
const OUTAGES = ["store-unavailable", "store-busy", "store-failed", "commit-outcome-unknown"];

describe.each(servers)("a database that goes away, on %s", (driver) => {
  let world: World;
  let rejections = 0;
  const count = (): void => {
    rejections++;
  };
  beforeAll(async () => {
    process.on("unhandledRejection", count);
    world = await worldOn(driver, { connections: 2 });
  });
  afterAll(async () => {
    process.off("unhandledRejection", count);
    await world.close();
  });

  const direct = (): Secured => secured(world.store, { accounts: { setAccountPassword: true } });
  const cast = async ({ application }: Secured): Promise<Cast> => {
    const [admin, user] = [await signUpAs(application, "admin"), await signUp(application)];
    const half = await signUp(application);
    await using users = application.users();
    const loaded = (await users.read({ id: half.id }))._unsafeUnwrap();
    (await loaded.enrol("pin", "1843"))._unsafeUnwrap();
    (await users.save(loaded))._unsafeUnwrap();
    const asked = (await application.commands.logIn({ email: half.email, password: PASSWORD }))._unsafeUnwrap();
    return { admin, user, pending: asked.status === "second-factor-required" ? asked.pending : "" };
  };

  test("and does not come back: every command and query answers typed, fails closed, and starts no session", async () => {
    const everybody = await cast(direct());
    const proxy = await cuttingProxy(world.opened?.url ?? "");
    const proxied = await open(driver, { url: proxy.url, connections: 2, timeout: 300 });
    const { application } = secured(proxied.store, { accounts: { setAccountPassword: true } });
    expect(await CALLS["authenticate"]?.(application, everybody)).toBe("ok");
    await proxy.close();
    const codes = await Promise.all(Object.entries(CALLS).map(async ([name, call]) => [name, await call(application, everybody)] as const));
    for (const [name, code] of codes) expect([name, OUTAGES.includes(code) ? "an outage" : code]).toEqual([name, "an outage"]);
    await proxied.close();
    expect(rejections).toBe(0);
  });

  test.each(["before", "after"] as const)(
    "for a moment, %s a request arrived: the command answers typed, and the next one works",
    async (when) => {
      const proxy = await cuttingProxy(world.opened?.url ?? "");
      const proxied = await open(driver, { url: proxy.url, connections: 1, timeout: 2000 });
      const { application } = secured(proxied.store, { accounts: { setAccountPassword: true } });
      const here = direct();
      const first = await cast(here);
      for (const [name, call] of Object.entries(CALLS)) {
        const everybody = { ...first, user: await signUp(here.application) };
        expect(await CALLS["authenticate"]?.(application, everybody)).toBe("ok");
        proxy.cut(when);
        const code = await call(application, everybody);
        expect([name, [...OUTAGES, "ok"].includes(code) ? "typed" : code]).toEqual([name, "typed"]);
        expect([name, await CALLS["profiles"]?.(application, everybody)]).toEqual([name, "ok"]);
      }
      await proxied.close();
      await proxy.close();
      expect(rejections).toBe(0);
    },
  );
});
