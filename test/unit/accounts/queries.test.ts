import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { systemActor } from "denizen";
import type { Page, ResultAsync } from "denizen";
import { codeOf } from "../../support/codes.js";
import { anyValue, hostileValues } from "../values/hostile.js";
import { arrange, holding, MINUTE, PASSWORD, signedUp, world } from "./world.js";
import type { World } from "./world.js";

/** An administrator and these people, opened a minute apart. */
async function crowd(names: readonly string[] = ["bob", "eve", "zoe"]) {
  const on = world();
  const ada = await holding(on, "ada", "admin");
  const ids: string[] = [];
  for (const name of names) {
    on.clock.advance(MINUTE);
    ids.push((await signedUp(on, name)).id);
  }
  return { on, ada, ids };
}
type Somebody = Awaited<ReturnType<typeof crowd>>["ada"];

/** All rows of a list, page by page. */
async function through<Row, Input extends object>(
  ask: (input: Input & { limit: number; after?: string }) => ResultAsync<Page<Row>, { readonly code: string }>,
  input: Input,
  limit: number,
): Promise<readonly (readonly Row[])[]> {
  const pages: (readonly Row[])[] = [];
  for (let after: string | null | undefined; after !== null;) {
    const page: Page<Row> = (await ask({ ...input, limit, ...(after === undefined ? {} : { after }) }))._unsafeUnwrap();
    expect(page.total).toBeNull();
    pages.push(page.items);
    after = page.next;
  }
  return pages;
}
const accountsBy = (by: Somebody, input: object, limit: number) => through((asked) => by.queries.accounts(asked), input, limit);

describe("an account or a profile", () => {
  test("is one's own when nobody is named, and one's own by name too", async () => {
    const on = world();
    const ada = await signedUp(on, "ada");
    const { queries } = ada;
    for (const input of [undefined, {}, { id: ada.id }]) {
      expect((await queries.account(input))._unsafeUnwrap()).toMatchObject({ id: ada.id, status: "active" });
      expect((await queries.profile(input))._unsafeUnwrap()).toEqual({
        id: ada.id,
        name: { display: "ada" },
        username: "ada",
        emails: [{ address: "ada@example.com", primary: true, verified: false }],
        phones: [],
        attributes: {},
        createdAt: "2026-01-01T00:00:00.000Z",
      });
    }
  });

  test("of somebody else is for administrators, who alone learn that there is none", async () => {
    const { on, ada, ids } = await crowd();
    const bob = await signedUp(on, "ben");
    for (const name of ["account", "profile"] as const) {
      expect((await ada.queries[name]({ id: ids[0] ?? "" }))._unsafeUnwrap().id).toBe(ids[0]);
      expect([codeOf(await bob.queries[name]({ id: ids[0] ?? "" })), codeOf(await bob.queries[name]({ id: "nobody" }))]).toEqual(
        Array(2).fill("not-authorized"),
      );
    }
    expect([codeOf(await ada.queries.account({ id: "nobody" })), codeOf(await ada.queries.profile({ id: "nobody" }))]).toEqual([
      "account-not-found",
      "user-not-found",
    ]);
  });

  test("is there for the host's software by name alone, and for nobody who asks for nobody", async () => {
    const { on, ids } = await crowd();
    const { queries } = on.application.as(systemActor("job")._unsafeUnwrap());
    for (const name of ["account", "profile"] as const) {
      expect((await queries[name]({ id: ids[0] ?? "" }))._unsafeUnwrap().id).toBe(ids[0]);
      expect(codeOf(await queries[name]())).toBe("invalid-argument");
      expect(codeOf(await on.application.queries[name]())).toBe("not-authenticated");
      expect(codeOf(await on.application.queries[name]({ id: ids[0] ?? "" }))).toBe("not-authenticated");
    }
  });

  test("of a removed user is nowhere, and of a user without an account there is a profile", async () => {
    const { on, ada, ids } = await crowd();
    await using users = on.application.users();
    expect(users.remove((await users.read({ id: ids[0] ?? "" }))._unsafeUnwrap()).isOk()).toBe(true);
    const bare = (await users.create({ name: "Bare" }))._unsafeUnwrap();
    expect(codeOf(await users.save())).toBe("ok");
    const asked = async (id: string) => [codeOf(await ada.queries.account({ id })), codeOf(await ada.queries.profile({ id }))];
    expect([await asked(ids[0] ?? ""), await asked(bare.id)]).toEqual([
      ["account-not-found", "user-not-found"],
      ["account-not-found", "ok"],
    ]);
    expect((await ada.queries.accounts({ offset: 0 }))._unsafeUnwrap().total).toBe(3);
    expect((await ada.queries.profiles({ offset: 0 }))._unsafeUnwrap().total).toBe(4);
  });

  test("is its own tenant's", async () => {
    const { on, ada } = await crowd();
    const there = on.application.tenant("b");
    const { userId } = (await there.commands.signUp({ name: "Other", password: PASSWORD }))._unsafeUnwrap() as { userId: string };
    expect(codeOf(await ada.queries.account({ id: userId }))).toBe("account-not-found");
    expect(codeOf(await ada.queries.profile({ id: userId }))).toBe("user-not-found");
    expect((await ada.queries.accounts({ offset: 0 }))._unsafeUnwrap().total).toBe(4);
    const job = there.as(systemActor("job")._unsafeUnwrap());
    expect((await job.queries.accounts({ offset: 0 }))._unsafeUnwrap().total).toBe(1);
  });
});

describe("a list", () => {
  test.each([1, 2, 3, 4, 5])("comes by cursor in pages of %i, each row once, in both directions", async (limit) => {
    const { ada, ids } = await crowd();
    for (const [direction, expected] of [
      ["ascending", [ada.id, ...ids]],
      ["descending", [ada.id, ...ids].reverse()],
    ] as const) {
      const pages = await accountsBy(ada, { direction }, limit);
      expect(pages.flat().map(({ id }) => id)).toEqual(expected);
      expect(pages.every((page, index) => page.length === limit || index === pages.length - 1)).toBe(true);
    }
  });

  test("comes by offset with the number of all", async () => {
    const { ada, ids } = await crowd();
    const page = (await ada.queries.accounts({ offset: 1, limit: 2 }))._unsafeUnwrap();
    expect({ ...page, items: page.items.map(({ id }) => id) }).toEqual({ items: ids.slice(0, 2), next: null, total: 4 });
    expect((await ada.queries.accounts({ offset: 1_000_000 }))._unsafeUnwrap()).toEqual({ items: [], next: null, total: 4 });
  });

  test("of accounts is filtered by status and by role, held in whatever scope", async () => {
    const { on, ada, ids } = await crowd();
    const [bob = "", eve = "", zoe = ""] = ids;
    await arrange(on, bob, (account) => account.suspend()._unsafeUnwrap());
    await arrange(on, eve, (account) => account.grant("admin", "red")._unsafeUnwrap());
    const idsOf = async (input: object) => (await accountsBy(ada, input, 2)).flat().map(({ id }) => id);
    expect(await idsOf({ status: "suspended" })).toEqual([bob]);
    expect(await idsOf({ role: "admin" })).toEqual([ada.id, eve]);
    expect(await idsOf({ role: "user", status: "active" })).toEqual([eve, zoe]);
    expect(await idsOf({ role: "emperor" })).toEqual([]);
    expect(await idsOf({ sort: "status", direction: "descending" })).toEqual(expect.arrayContaining([bob]));
    expect((await idsOf({ sort: "status", direction: "descending" }))[0]).toBe(bob);
  });

  test("of profiles is sorted by name and username, also where somebody has none, and filtered by what is verified", async () => {
    const { on, ada, ids } = await crowd();
    await using users = on.application.users();
    const bare = (await users.create({ name: "Zzz" }))._unsafeUnwrap();
    expect((await users.read({ id: ids[1] ?? "" }))._unsafeUnwrap().verifyEmail("eve@example.com").isOk()).toBe(true);
    expect(codeOf(await users.save())).toBe("ok");
    const idsOf = async (input: object) => (await through((asked) => ada.queries.profiles(asked), input, 2)).flat().map(({ id }) => id);
    expect(await idsOf({ sort: "username" })).toEqual([bare.id, ada.id, ...ids]);
    expect(await idsOf({ sort: "name", direction: "descending" })).toEqual([...ids].reverse().concat(ada.id, bare.id));
    expect(await idsOf({ emailVerified: true })).toEqual([ids[1]]);
    expect(await idsOf({ emailVerified: false, phoneVerified: false })).toHaveLength(4);
    expect(await idsOf({ phoneVerified: true })).toEqual([]);
  });

  test("goes on over every name and every id that a host may give", async () => {
    const odd = ["a~b", "%7E~%", "~", "a&b=c", "😀".repeat(200), "Zoë ü ~ é", "'; drop table", "a.b.c", "x%2Ey"];
    const { on, ada } = await crowd([]);
    await using users = on.application.users();
    for (const [index, name] of odd.entries()) (await users.create({ name, id: `~${index}.%~id` }))._unsafeUnwrap();
    expect(codeOf(await users.save())).toBe("ok");
    for (const sort of ["name", "username", "createdAt"] as const) {
      const rows = (await through((asked) => ada.queries.profiles(asked), { sort }, 1)).flat();
      expect(new Set(rows.map(({ id }) => id)).size).toBe(odd.length + 1);
    }
  });

  test.each<[object, string]>([
    [{ limit: 0 }, "invalid-argument"],
    [{ limit: 101 }, "invalid-argument"],
    [{ limit: 1.5 }, "invalid-argument"],
    [{ limit: "10" }, "invalid-argument"],
    [{ limit: NaN }, "invalid-argument"],
    [{ offset: -1 }, "invalid-argument"],
    [{ offset: 1_000_001 }, "invalid-argument"],
    [{ offset: 1, after: "x" }, "invalid-argument"],
    [{ sort: "id; drop table" }, "invalid-argument"],
    [{ sort: "constructor" }, "invalid-argument"],
    [{ direction: "up" }, "invalid-argument"],
    [{ status: "gone" }, "invalid-argument"],
    [{ status: ["active"] }, "invalid-argument"],
    [{ role: 1 }, "invalid-argument"],
    [{ role: "x".repeat(64) }, "invalid-argument"],
    [{ after: "" }, "cursor-invalid"],
    [{ after: "openedAt~ascending~x" }, "cursor-invalid"],
    [{ after: "openedAt~ascending~%~x" }, "cursor-invalid"],
    [{ after: "openedAt~descending~x~y" }, "cursor-invalid"],
    [{ after: "status~ascending~x~y" }, "cursor-invalid"],
    [{ after: "openedAt~ascending~x~y~z" }, "cursor-invalid"],
    [{ after: "openedAt~ascending~%00~y" }, "cursor-invalid"],
    [{ after: "x".repeat(1_000_000) }, "cursor-invalid"],
    [{ after: 1 }, "cursor-invalid"],
  ])("is asked for in no other way: %o", async (input, code) => {
    const { ada } = await crowd([]);
    const start = performance.now();
    expect(codeOf(await ada.queries.accounts(input))).toBe(code);
    expect(performance.now() - start).toBeLessThan(200);
  });

  test("takes a cursor of the same list alone", async () => {
    const { ada } = await crowd();
    const { next } = (await ada.queries.accounts({ limit: 1 }))._unsafeUnwrap();
    const after = next ?? "";
    expect(codeOf(await ada.queries.accounts({ after }))).toBe("ok");
    expect(codeOf(await ada.queries.accounts({ after, direction: "descending" }))).toBe("cursor-invalid");
    expect(codeOf(await ada.queries.accounts({ after, sort: "status" }))).toBe("cursor-invalid");
    expect(codeOf(await ada.queries.profiles({ after }))).toBe("cursor-invalid");
  });

  test("answers any cursor with a page or a typed error", async () => {
    const { ada } = await crowd();
    const ask = async (after: unknown) => {
      // What the types forbid is what is tested.
      expect(["ok", "cursor-invalid"]).toContain(codeOf(await ada.queries.accounts({ after: after as string })));
    };
    for (const value of hostileValues) await ask(value);
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          anyValue,
          fc.array(fc.string()).map((parts) => ["openedAt", "ascending", ...parts].join("~")),
        ),
        ask,
      ),
    );
  });
});

test("queries have no secrets in what they give", async () => {
  const { on, ada } = await crowd();
  const given = [await ada.queries.accounts(), await ada.queries.profiles(), await ada.queries.account(), await ada.queries.profile()];
  expect(JSON.stringify(given)).not.toMatch(/\$fast\$|password|credential|securityVersion|sparedSession|dr_|da_/i);
  expect((on satisfies World).heard).not.toContain("log-in-failed");
});
