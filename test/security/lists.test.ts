import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { codeOf } from "../support/codes.js";
import { newName, PASSWORD, secured, signUpAs, SYSTEM } from "../support/secured.js";
import type { SecuredApplication } from "../support/secured.js";
import { dump, worldOn } from "../support/worlds.js";
import type { Place, World } from "../support/worlds.js";

const INJECTIONS: readonly string[] = [
  "openedAt; drop table denizen_users; --",
  "opened_at",
  "x.opened_at desc, (select secret from denizen_vault limit 1)",
  "openedAt' or '1'='1",
  'openedAt" asc; select pg_sleep(10); --',
  "(select 1/0)",
  "$1",
  "\\",
  "openedAt\u0000",
  "__proto__",
  "constructor",
  "toString",
  "ascending nulls first",
  "desc",
  "%",
  "\ud800",
  "x".repeat(100_000),
];

const NO_TEXT: readonly unknown[] = [
  0,
  -1,
  1.5,
  Number.NaN,
  Infinity,
  10n,
  true,
  [],
  {},
  ["openedAt"],
  { toString: () => "openedAt" },
  Symbol("x"),
  () => "x",
];

describe.each<Place>(["memory", "postgres.js"])("lists on %s", (place) => {
  let world: World;
  beforeAll(async () => {
    world = await worldOn(place);
  });
  afterAll(() => world.close());

  const list = async ({ queries }: Pick<SecuredApplication, "queries">, which: "accounts" | "profiles", input: object) =>
    // The compiler refuses most of them; a request knows no compiler.
    codeOf(await queries[which](input));

  const rowsNow = async (): Promise<unknown> => (world.opened === undefined ? undefined : await dump(world.opened.database));

  test.each(["sort", "direction", "status", "role", "emailVerified", "phoneVerified", "limit", "offset", "after"])(
    "a hostile %s is refused, or is a value that nothing has: it is no part of a statement",
    async (field) => {
      const { application } = secured(world.store);
      await signUpAs(application, "admin");
      const doors = application.as(SYSTEM);
      const before = await rowsNow();
      const began = Date.now();
      for (const value of [...INJECTIONS, ...NO_TEXT, null]) {
        for (const which of ["accounts", "profiles"] as const) {
          const code = await list(doors, which, { [field]: value });
          // A filter of the other list's is none of this one's; a role that nobody holds is no error.
          const allowed = ["invalid-argument", "cursor-invalid", "ok"];
          expect([which, field, String(value).slice(0, 40), allowed.includes(code) ? "typed" : code]).toEqual([
            which,
            field,
            String(value).slice(0, 40),
            "typed",
          ]);
        }
      }
      expect(Date.now() - began).toBeLessThan(5000);
      expect(await rowsNow()).toEqual(before);
    },
  );

  test("a role with a quote in it finds nobody, rather than everybody", async () => {
    const { application } = secured(world.store);
    await signUpAs(application, "admin");
    const { queries } = application.as(SYSTEM);
    for (const role of ["admin' or '1'='1", "admin'--", "%", "nobody-has-it"]) {
      // The compiler refuses them; a request knows no compiler.
      const found = await queries.accounts({ role: role as "admin" });
      expect(found.map(({ items }) => items).unwrapOr([])).toEqual([]);
    }
  });

  test("a cursor of somebody's own making is refused or reads on: it is never a failure of the store's, nor a way to other columns", async () => {
    const { application } = secured(world.store);
    for (let index = 0; index < 3; index++) await signUpAs(application, "admin");
    const doors = application.as(SYSTEM);
    const values = [
      "",
      "x",
      "infinity",
      "-infinity",
      "now",
      "epoch",
      "2026-01-01",
      "0001-01-01T00:00:00.000Z BC",
      "'",
      "1e999",
      "294277-01-01T00:00:00Z",
      "\u202e",
    ];
    for (const value of values) {
      for (const [which, sort] of [
        ["accounts", "openedAt"],
        ["accounts", "status"],
        ["profiles", "createdAt"],
        ["profiles", "name"],
      ] as const) {
        const after = [sort, "ascending", value, "id"].map(encodeURIComponent).join("~");
        expect([sort, value, await list(doors, which, { sort, after })]).toEqual([
          sort,
          value,
          expect.stringMatching(/^(ok|cursor-invalid|invalid-argument)$/),
        ]);
      }
    }
  });

  test("a cursor is that list's, that sort's and that direction's, and of no other tenant's use", async () => {
    const { application } = secured(world.store);
    for (let index = 0; index < 3; index++) await signUpAs(application, "admin");
    const { queries } = application.as(SYSTEM);
    const next = (await queries.accounts({ limit: 1 }))._unsafeUnwrap().next ?? "";
    expect(codeOf(await queries.accounts({ after: next }))).toBe("ok");
    expect(codeOf(await queries.accounts({ after: next, sort: "status" }))).toBe("cursor-invalid");
    expect(codeOf(await queries.accounts({ after: next, direction: "descending" }))).toBe("cursor-invalid");
    expect(codeOf(await queries.profiles({ after: next }))).toBe("cursor-invalid");
    expect(codeOf(await queries.accounts({ after: `${next}~x` }))).toBe("cursor-invalid");
    const elsewhere = application.tenant("elsewhere").as(SYSTEM);
    expect((await elsewhere.queries.accounts({ after: next }))._unsafeUnwrap().items).toEqual([]);
  });

  test("what users call themselves is text in every sort and on every page", async () => {
    const { application } = secured(world.store);
    const tenant = application.tenant(newName("names"));
    const names = ["'; drop table denizen_users; --", 'Robert"); --', "~ % _ \\ $1", "Ångström", "😀"];
    for (const name of names)
      (await tenant.commands.signUp({ name, emails: [`${newName()}@example.com`], password: PASSWORD }))._unsafeUnwrap();
    const { queries } = tenant.as(SYSTEM);
    const seen: string[] = [];
    let after: string | null | undefined;
    do {
      const page = (await queries.profiles({ sort: "name", limit: 1, ...(after == null ? {} : { after }) }))._unsafeUnwrap();
      seen.push(...page.items.map(({ name }) => name?.display ?? ""));
      after = page.next;
    } while (after !== null);
    expect(seen).toEqual(names.toSorted());
  });
});
