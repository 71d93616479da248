import { inspect } from "node:util";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Page, ResultAsync } from "denizen";
import { codeOf } from "../../support/codes.js";
import { enrolPin, MINUTE, secured, signUp, signUpAs, SYSTEM, WRONG } from "../../support/secured.js";
import type { SecuredApplication } from "../../support/secured.js";
import { worldOn } from "../../support/worlds.js";
import type { Place, World } from "../../support/worlds.js";
import { anyValue, hostileValues } from "../values/hostile.js";

/** All events of a history, page by page. */
async function through<Entry>(
  ask: (input: { limit: number; after?: string }) => ResultAsync<Page<Entry>, { readonly code: string }>,
  limit: number,
): Promise<readonly (readonly Entry[])[]> {
  const pages: (readonly Entry[])[] = [];
  for (let after: string | null | undefined; after !== null;) {
    const page: Page<Entry> = (await ask({ limit, ...(after === undefined ? {} : { after }) }))._unsafeUnwrap();
    expect(page.total).toBeNull();
    pages.push(page.items);
    after = page.next;
  }
  return pages;
}

describe.each<Place>(["memory", "postgres.js"])("the history on %s", (place) => {
  let world: World;
  beforeAll(async () => {
    world = await worldOn(place);
  });
  afterAll(() => world.close());

  const start = () => secured(world.store, { accounts: { secondFactors: [] } });

  /** Somebody to whom something has happened: at minute 0 a sign-up, at 1 a wrong guess, at 2 a role and his end. */
  async function lived() {
    const on = start();
    const { application, clock } = on;
    const user = await signUp(application);
    clock.advance(MINUTE);
    expect(codeOf(await application.commands.logIn({ email: user.email, password: WRONG }))).toBe("invalid-credentials");
    clock.advance(MINUTE);
    const { commands } = application.as(SYSTEM).correlated({ correlationId: "request 7", causationId: "message 8" });
    expect(codeOf(await commands.grantRole({ id: user.id, role: "user", scope: "team-1" }))).toBe("ok");
    expect(codeOf(await commands.suspendAccount({ id: user.id, reason: "spam" }))).toBe("ok");
    return { ...on, user, system: application.as(SYSTEM) };
  }
  const typesOf = (page: Page<{ readonly type: string }>): readonly string[] => page.items.map(({ type }) => type);
  const ask = async (doors: Pick<SecuredApplication, "queries">, input: Parameters<SecuredApplication["queries"]["history"]>[0]) =>
    typesOf((await doors.queries.history({ limit: 100, ...input }))._unsafeUnwrap());

  const ALL = [
    "user-created",
    "email-added",
    "password-changed",
    "account-opened",
    "session-started",
    "log-in-succeeded",
    "proof-failed",
    "log-in-failed",
    "role-granted",
    "account-suspended",
  ];

  test("of a user is everything that is about him, whoever published it, the newest first or the oldest", async () => {
    const { user, system } = await lived();
    const oldest = await ask(system, { user: user.id, direction: "ascending" });
    expect([...oldest].sort()).toEqual([...ALL].sort());
    expect(oldest.filter((type) => ALL.slice(0, 4).includes(type))).toEqual(expect.arrayContaining(ALL.slice(0, 3)));
    expect(oldest.indexOf("user-created")).toBeLessThan(oldest.indexOf("email-added"));
    expect(oldest.slice(-2)).toEqual(["role-granted", "account-suspended"]);
    expect(await ask(system, { user: user.id })).toEqual([...oldest].reverse());
  });

  test("of an account is what it and its sessions have published", async () => {
    const { user, system } = await lived();
    const expected = ["account-opened", "session-started", "log-in-succeeded", "role-granted", "account-suspended"];
    const found = (await system.queries.history({ account: user.id, direction: "ascending" }))._unsafeUnwrap().items;
    expect(found.map(({ type }) => type).sort()).toEqual([...expected].sort());
    expect(new Set(found.map(({ publisher }) => publisher.kind))).toEqual(new Set(["account", "session"]));
    expect((await ask(system, { account: user.id, user: user.id })).length).toBe(expected.length);
  });

  test("says who asked, by which request and because of what", async () => {
    const { user, system } = await lived();
    const [suspended] = (await system.queries.history({ user: user.id, type: "account-suspended" }))._unsafeUnwrap().items;
    expect(suspended).toMatchObject({
      payload: { reason: "spam" },
      publisher: { kind: "account", id: user.id },
      subject: user.id,
      occurredAt: "2026-01-01T00:02:00.000Z",
      metadata: { actor: "system:tests", correlationId: "request 7", causationId: "message 8" },
    });
    expect(Object.isFrozen(suspended?.payload)).toBe(true);
  });

  test("is found by who asked, by type and by time, and by all of it together", async () => {
    const { user, system } = await lived();
    expect(await ask(system, { user: user.id, actor: "system:tests" })).toEqual(["account-suspended", "role-granted"]);
    expect(await ask(system, { user: user.id, actor: "system:nobody" })).toEqual([]);
    expect(await ask(system, { user: user.id, type: "proof-failed" })).toEqual(["proof-failed"]);
    const [first, second, third] = [0, 1, 2].map((minute) => `2026-01-01T00:0${minute}:00.000Z`);
    expect((await ask(system, { user: user.id, until: second ?? "" })).length).toBe(6);
    expect([...(await ask(system, { user: user.id, since: second ?? "", until: new Date(third ?? "") }))].sort()).toEqual([
      "log-in-failed",
      "proof-failed",
    ]);
    expect((await ask(system, { user: user.id, since: "2026-01-01T01:01:00+01:00" })).length).toBe(4);
    expect(await ask(system, { user: user.id, since: first ?? "", until: first ?? "" })).toEqual([]);
    expect(await ask(system, { account: user.id, actor: "system:tests", type: "role-granted", since: third ?? "" })).toEqual([
      "role-granted",
    ]);
  });

  test.each([1, 3, 4, 100])("comes in pages of %i, each event once, in both directions", async (limit) => {
    const { user, system } = await lived();
    const input = { user: user.id } as const;
    const whole = (await system.queries.history({ ...input, limit: 100 }))._unsafeUnwrap().items.map(({ id }) => id);
    for (const direction of ["descending", "ascending"] as const) {
      const pages = await through((page) => system.queries.history({ ...input, direction, ...page }), limit);
      expect(pages.every((page, index) => page.length === limit || index === pages.length - 1)).toBe(true);
      const ids = pages.flat().map(({ id }) => id);
      expect(direction === "ascending" ? [...ids].reverse() : ids).toEqual(whole);
    }
  });

  test("goes on where it was, whatever happens meanwhile", async () => {
    const { application, user, system } = await lived();
    const first = (await system.queries.history({ user: user.id, limit: 2 }))._unsafeUnwrap();
    expect(codeOf(await application.as(SYSTEM).commands.activateAccount({ id: user.id }))).toBe("ok");
    const second = (await system.queries.history({ user: user.id, limit: 2, after: first.next ?? "" }))._unsafeUnwrap();
    expect(typesOf(second)).not.toContain("account-activated");
    expect(new Set([...first.items, ...second.items].map(({ id }) => id)).size).toBe(4);
  });

  test("is one's own for everybody, and anybody's and everything for administrators", async () => {
    const { application, user } = await lived();
    const [ada, admin] = [await signUp(application), await signUpAs(application, "admin")];
    const [own, all] = [application.as(ada.actor), application.as(admin.actor)];
    for (const input of [{}, { user: ada.id }, { account: ada.id }, { actor: "anonymous" }]) {
      const { items } = (await own.queries.history({ limit: 100, ...input }))._unsafeUnwrap();
      expect(items.length).toBeGreaterThan(1);
      expect(new Set(items.map(({ subject }) => subject))).toEqual(new Set([ada.id]));
    }
    for (const input of [{ user: user.id }, { account: user.id }, { user: "nobody" }]) {
      expect((await own.queries.history(input))._unsafeUnwrapErr()).toMatchObject({
        code: "not-authorized",
        permission: "is-administrator",
      });
      expect(codeOf(await application.queries.history(input))).toBe("not-authenticated");
      expect(codeOf(await all.queries.history(input))).toBe("ok");
    }
    const everything = (await through((page) => all.queries.history(page), 100)).flat();
    const subjects = new Set(everything.map(({ subject }) => subject));
    expect([user.id, ada.id, admin.id].filter((id) => !subjects.has(id))).toEqual([]);
    expect(everything.filter(({ subject }) => subject === user.id)).toHaveLength(ALL.length);
    expect(await ask(all, { user: "nobody" })).toEqual([]);
    expect(codeOf(await application.queries.history())).toBe("not-authenticated");
    // Who is suspended sees nothing any more.
    expect(codeOf(await application.as(user.actor).queries.history())).toBe("not-authenticated");
  });

  test("is its own tenant's", async () => {
    const { application, user } = await lived();
    const there = application.tenant("elsewhere").as(SYSTEM);
    expect(await ask(there, { user: user.id })).toEqual([]);
    const { next } = (await application.as(SYSTEM).queries.history({ limit: 1 }))._unsafeUnwrap();
    expect(await ask(there, { after: next ?? "" })).toEqual([]);
  });

  test("has no secret in it", async () => {
    const { application, user, system } = await lived();
    await enrolPin(application, user.id, "1843");
    const text = JSON.stringify((await system.queries.history({ user: user.id, limit: 100 }))._unsafeUnwrap());
    expect(text).toContain("credential-added");
    expect(text).not.toMatch(/\$fast\$|1843|correct horse|wrong horse|dr_|da_/i);
  });

  test("is asked for in no other way", async () => {
    const { queries } = start().application.as(SYSTEM);
    const wrong: readonly (readonly [code: string, input: object])[] = [
      ["invalid-argument", { limit: 0 }],
      ["invalid-argument", { limit: 101 }],
      ["invalid-argument", { direction: "up" }],
      ["invalid-argument", { user: "" }],
      ["invalid-argument", { user: 1 }],
      ["invalid-argument", { user: "a", account: "b" }],
      ["invalid-argument", { actor: "x".repeat(1025) }],
      ["invalid-argument", { type: ["user-created"] }],
      ["invalid-argument", { type: "a\u0000" }],
      ["invalid-argument", { since: "yesterday" }],
      ["invalid-argument", { until: new Date(Number.NaN) }],
      ["invalid-argument", { until: 1 }],
      ["invalid-argument", { since: "+010000-01-01T00:00:00.000Z" }],
      ["cursor-invalid", { after: "" }],
      ["cursor-invalid", { after: 1 }],
      ["cursor-invalid", { after: "history~ascending~x~y" }],
      ["cursor-invalid", { after: "history~descending~x" }],
      ["cursor-invalid", { after: "history~descending~%00~y" }],
      ["cursor-invalid", { after: "openedAt~descending~x~y" }],
      ["cursor-invalid", { after: "x".repeat(1_000_000) }],
    ];
    for (const [code, input] of wrong) {
      const shown = inspect(input).slice(0, 60);
      expect([shown, codeOf(await queries.history(input))]).toEqual([shown, code]);
    }
  });

  test("takes a cursor of the same direction alone, and none of another list's", async () => {
    const { application } = await lived();
    const { queries } = application.as(SYSTEM);
    const after = (await queries.history({ limit: 1 }))._unsafeUnwrap().next ?? "";
    expect(codeOf(await queries.history({ after }))).toBe("ok");
    expect(codeOf(await queries.history({ after, direction: "ascending" }))).toBe("cursor-invalid");
    expect(codeOf(await queries.accounts({ after }))).toBe("cursor-invalid");
    for (let index = 0; index < 2; index++) await signUp(application);
    const { next } = (await queries.accounts({ limit: 1, direction: "descending" }))._unsafeUnwrap();
    expect(codeOf(await queries.history({ after: next ?? "" }))).toBe("cursor-invalid");
  });

  test("answers any cursor and any argument with a page or a typed error of the caller's", async () => {
    const { application } = await lived();
    const { queries } = application.as(SYSTEM);
    const POSITIONS = [
      "",
      "x",
      "0",
      "-1",
      "1.",
      ".1",
      "1.1.1",
      "1e9",
      "NaN",
      "Infinity",
      "9".repeat(40),
      `${"9".repeat(40)}.1`,
      "1.99999999999999999999",
      "' or 1=1 --",
      "\u202e",
    ];
    const check = async (input: object) => {
      expect(["ok", "cursor-invalid", "invalid-argument"]).toContain(codeOf(await queries.history(input)));
    };
    for (const position of POSITIONS) {
      for (const direction of ["ascending", "descending"]) {
        await check({ direction, after: ["history", direction, position, "id"].map(encodeURIComponent).join("~") });
      }
    }
    const names = ["user", "account", "actor", "type", "since", "until", "direction", "limit", "after"];
    for (const value of hostileValues) for (const name of names) await check({ [name]: value });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...names), anyValue, (name, value) => check({ [name]: value })),
      { numRuns: 50 },
    );
  });
});
