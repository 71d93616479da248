import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { domainError, err } from "denizen";
import { codeOf, whatever } from "../support/codes.js";
import { cuttingProxy } from "../support/cutting-proxy.js";
import { open, servers } from "../support/drivers.js";
import { enrolPin, newName, NEXT, PASSWORD, secured, signUp, SYSTEM, WRONG } from "../support/secured.js";
import type { Secured } from "../support/secured.js";
import { logged, postgresOf, rowsIn, worldOn } from "../support/worlds.js";
import type { World } from "../support/worlds.js";

describe.each(servers)("every attempt leaves an event that survives, on %s", (driver) => {
  let world: World;
  beforeAll(async () => {
    world = await worldOn(driver);
  });
  afterAll(() => world.close());

  /** The traces about somebody, as `type cause`, from the log itself. */
  const traces = async (where: string): Promise<readonly string[]> => {
    const { database } = postgresOf(world);
    const events = await logged(database, `kind in ('attempts', 'session') and ${where}`);
    return events.map(({ type, payload }) => [type, payload["cause"]].filter((each) => each !== undefined).join(" "));
  };
  const about = (id: string) => traces(`subject = '${id}'`);

  test("each way in says what became of it, and why, also where the caller is told less", async () => {
    const here = secured(world.store);
    const { commands } = here.application;
    const user = await signUp(here.application);
    whatever(await commands.logIn({ email: user.email, password: WRONG }));
    whatever(await commands.logIn({ email: user.email, pin: "1" }));
    (await commands.logIn({ email: user.email, password: PASSWORD }))._unsafeUnwrap();
    await enrolPin(here.application, user.id);
    const asked = (await commands.logIn({ email: user.email, password: PASSWORD }))._unsafeUnwrap();
    const pending = asked.status === "second-factor-required" ? asked.pending : "";
    whatever(await commands.completeLogIn({ pending, pin: "0000:1" }));
    whatever(await commands.completeLogIn({ pending, password: PASSWORD }));
    (await commands.completeLogIn({ pending, pin: "1843:1" }))._unsafeUnwrap();
    (await here.application.as(SYSTEM).commands.suspendAccount({ id: user.id }))._unsafeUnwrap();
    whatever(await commands.logIn({ email: user.email, password: PASSWORD }));
    whatever(await commands.activateOwn({ email: user.email, password: PASSWORD }));
    for (let index = 0; index < 6; index++) whatever(await commands.deactivateOwn({ email: user.email, password: WRONG }));
    expect(await about(user.id)).toEqual([
      ...["log-in-succeeded", "session-started"],
      ...["proof-failed wrong", "log-in-failed invalid-credentials"],
      ...["proof-failed no-credential", "log-in-failed invalid-credentials"],
      ...["proof-succeeded", "log-in-succeeded", "session-started"],
      ...["proof-succeeded"],
      ...["proof-failed wrong", "log-in-failed invalid-credentials"],
      ...["proof-succeeded", "log-in-failed second-factor-required"],
      ...["proof-succeeded", "log-in-succeeded", "session-started"],
      ...["proof-succeeded", "log-in-failed account-suspended"],
      ...["proof-succeeded"],
      ...Array.from({ length: 5 }, () => "proof-failed wrong"),
      "proof-failed too-many-attempts",
    ]);
  });

  test("so does the attempt of nobody's, under the keyed hash of what was typed", async () => {
    const here = secured(world.store);
    const email = `${newName("nobody")}@example.com`;
    const before = (await traces("subject is null")).length;
    for (let index = 0; index < 6; index++) whatever(await here.application.commands.logIn({ email, password: WRONG }));
    expect((await traces("subject is null")).slice(before)).toEqual([
      ...Array.from({ length: 5 }, () => ["proof-failed stranger", "log-in-failed invalid-credentials"]).flat(),
      ...["proof-failed too-many-attempts", "log-in-failed too-many-attempts"],
    ]);
    const rows = await logged(postgresOf(world).database, "kind = 'attempts' and subject is null");
    expect(JSON.stringify(rows)).not.toContain(email);
    expect(rows.every(({ publisher }) => /^stranger:[0-9a-f]{64}$/.test(publisher))).toBe(true);
  });

  test("a host's proof that starts no session is an attempt that was refused, and the log says so", async () => {
    const here = secured(world.store);
    const user = await signUp(here.application);
    (await here.application.as(SYSTEM).commands.suspendAccount({ id: user.id }))._unsafeUnwrap();
    await using users = here.application.users();
    const verified = (await users.verify({ email: user.email }, { password: PASSWORD }))._unsafeUnwrap();
    expect(codeOf(await here.application.startSession(verified))).toBe("account-suspended");
    expect((await about(user.id)).at(-1)).toBe("log-in-failed account-suspended");
  });

  test("a wrong guess while changing the password stays, whatever becomes of the change", async () => {
    const here = secured(world.store);
    const user = await signUp(here.application);
    const { commands } = here.application.as(user.actor);
    here.application.inTransaction.subscribe("*", () => err(domainError("no", "not today")));
    expect(codeOf(await commands.changePassword({ current: WRONG, next: NEXT }))).toBe("invalid-credentials");
    expect(codeOf(await commands.changePassword({ current: PASSWORD, next: NEXT }))).toBe("vetoed");
    expect(codeOf(await here.application.commands.deactivateOwn({ email: user.email, password: PASSWORD }))).toBe("vetoed");
    expect((await about(user.id)).slice(2)).toEqual(["proof-failed wrong", "proof-succeeded", "proof-succeeded"]);
  });

  test("subscribers that fail after the commit, each in its way, take nothing back", async () => {
    const here = secured(world.store);
    const user = await signUp(here.application);
    here.application.bus.subscribe("*", () => {
      throw new Error("a subscriber fails");
    });
    here.application.bus.subscribe("*", () => Promise.reject(new Error("another fails later")));
    here.application.bus.subscribe("*", () => err(domainError("no", "not today")));
    whatever(await here.application.commands.logIn({ email: user.email, password: WRONG }));
    expect(codeOf(await here.application.commands.logIn({ email: user.email, password: PASSWORD }))).toBe("ok");
    expect(codeOf(await here.application.commands.logOut(user.tokens))).toBe("ok");
    expect((await about(user.id)).slice(2)).toEqual([
      ...["proof-failed wrong", "log-in-failed invalid-credentials"],
      ...["proof-succeeded", "log-in-succeeded", "session-started"],
      "session-revoked logged-out",
    ]);
  });

  test("they are in the log although a transaction of the host's around the call rolls back", async () => {
    const here = secured(world.store);
    const user = await signUp(here.application);
    const rolledBack = postgresOf(world).transaction(async () => {
      whatever(await here.application.commands.logIn({ email: user.email, password: WRONG }));
      throw new Error("the host rolls back");
    });
    await expect(rolledBack).rejects.toThrow("the host rolls back");
    expect((await about(user.id)).slice(2)).toEqual(["proof-failed wrong", "log-in-failed invalid-credentials"]);
  });

  test("nobody inside a transaction can subscribe to them", () => {
    const { application } = secured(world.store);
    for (const type of [
      "log-in-failed",
      "session-started",
      "session-revoked",
      "refresh-token-replayed",
      "proof-failed",
      "sign-up-repeated",
    ]) {
      // The compiler refuses it.
      expect(() => application.inTransaction.subscribe(type as never, () => undefined)).toThrow(/no event type/);
    }
  });

  /** One connection, through a network that fails when it is told to. */
  const overWire = async (work: (here: Secured, cut: Awaited<ReturnType<typeof cuttingProxy>>) => Promise<void>): Promise<void> => {
    const proxy = await cuttingProxy(postgresOf(world).url);
    const proxied = await open(driver, { url: proxy.url, connections: 1, timeout: 3000 });
    const here = secured(proxied.store);
    whatever(await here.application.commands.logIn({ email: "warm@example.com", password: WRONG }));
    await work(here, proxy);
    await proxied.close();
    await proxy.close();
  };

  test("the connection dies between the count and the answer: the guess is counted, and nothing is announced that is not kept", async () => {
    const user = await signUp(secured(world.store).application);
    await overWire(async ({ application, clock }, proxy) => {
      const heard: string[] = [];
      application.bus.subscribe("*", ({ type }) => heard.push(type));
      // The settlement's own parameter; the statement was prepared before.
      proxy.cut("before", /proof-failed/);
      expect(codeOf(await application.commands.logIn({ email: user.email, password: WRONG }))).toMatch(/^store-/);
      expect(heard).toEqual([]);
      const at = new Date(clock.now()).toISOString();
      const counters = await rowsIn(postgresOf(world).database, `select count from denizen_attempts where counter = 'user:${user.id}'`);
      expect([at.length, counters.map(({ count }) => Number(count))]).toEqual([24, [1]]);
    });
  });

  test("the connection dies after the refusal arrived: its trace is in the log, seen from a fresh connection", async () => {
    const user = await signUp(secured(world.store).application);
    await overWire(async ({ application }, proxy) => {
      proxy.cut("after", /proof-failed/);
      expect(codeOf(await application.commands.logIn({ email: user.email, password: WRONG }))).toMatch(/^store-/);
    });
    expect((await about(user.id)).slice(2)).toEqual(["proof-failed wrong", "log-in-failed invalid-credentials"]);
  });

  test("the connection dies after a replay arrived: the session has ended, and its trace is there", async () => {
    const direct = secured(world.store);
    const user = await signUp(direct.application);
    (await direct.application.commands.refresh(user.tokens))._unsafeUnwrap();
    await overWire(async ({ application, clock }, proxy) => {
      clock.advance(60_000);
      whatever(await application.commands.refresh({ refreshToken: `dr_${"0".repeat(32)}.${"0".repeat(64)}` }));
      proxy.cut("after", /refresh-token-replayed/);
      expect(codeOf(await application.commands.refresh(user.tokens))).toMatch(/^store-/);
    });
    expect(await direct.store.sessions.list("default", user.id, new Date(direct.clock.now()).toISOString()).unwrapOr([])).toEqual([]);
    expect((await about(user.id)).slice(-2)).toEqual(["refresh-token-replayed", "session-revoked replayed"]);
  });
});
