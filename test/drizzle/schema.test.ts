import { getTableColumns, is, sql, SQL } from "drizzle-orm";
import { getTableConfig, integer, PgDialect, text } from "drizzle-orm/pg-core";
import { afterEach, describe, expect, test } from "vitest";
import { Application, ok } from "denizen";
import type { Json } from "denizen/ports";
import { denizenTables, migrate, migrations } from "denizen/drizzle";
import { open } from "../support/drivers.js";
import type { Opened } from "../support/drivers.js";

let opened: Opened;
afterEach(() => opened.close());

const rows = async (query: string): Promise<readonly Record<string, unknown>[]> => opened.database.execute(sql.raw(query));

const dialect = new PgDialect();

/** An index's definition, however much of it is quoted, qualified or in parentheses. */
const bare = (definition: string): string => definition.toLowerCase().replace(/("\w+"\.)+|::text|[()"]/g, "");

describe.each([
  ["in the default places", {}],
  ["in a schema of their own", { schema: "identity", prefix: "" }],
  ["under another prefix", { prefix: "app_" }],
] as const)("denizen's tables %s", (_, naming) => {
  test("are the same whether the SQL makes them or Drizzle describes them", async () => {
    opened = await open("postgres.js", naming);
    for (const table of Object.values(denizenTables(naming))) {
      const { name, schema, columns, indexes, primaryKeys, uniqueConstraints, checks } = getTableConfig(table);
      const inDatabase = await rows(`select column_name, is_nullable, data_type from information_schema.columns
        where table_name = '${name}' and table_schema = '${schema ?? "public"}' order by column_name`);
      const described = columns
        .map((column) => ({
          column_name: column.name,
          is_nullable: column.notNull ? "NO" : "YES",
          data_type: column.getSQLType().replace("bigserial", "bigint"),
        }))
        .sort((one, other) => (one.column_name < other.column_name ? -1 : 1));
      expect(inDatabase).toEqual(described);
      const indexed = await rows(`select indexname from pg_indexes where tablename = '${name}' and schemaname = '${schema ?? "public"}'`);
      const names = [
        ...indexes.map(({ config }) => config.name),
        ...primaryKeys.map((key) => key.getName()),
        ...uniqueConstraints.map((constraint) => constraint.name),
      ];
      expect(indexed.map(({ indexname }) => indexname).sort()).toEqual(names.sort());
      for (const { config } of indexes) {
        const [definition] = await rows(`select indexdef from pg_indexes where indexname = '${String(config.name)}'`);
        const terms = config.columns.map((column) =>
          is(column, SQL) ? dialect.sqlToQuery(column).sql : String(Reflect.get(column, "name")),
        );
        const where = config.where === undefined ? "" : ` where ${dialect.sqlToQuery(config.where).sql}`;
        const made = String(definition?.["indexdef"]).replace(/^.* USING /, "");
        expect(bare(made)).toBe(bare(`${config.method ?? "btree"} ${terms.join(", ")}${where}`));
      }
      for (const { name: check } of checks) {
        expect(await rows(`select 1 from pg_constraint where conname = '${check}'`)).not.toEqual([]);
      }
    }
  });

  test("work", async () => {
    opened = await open("postgres.js", naming);
    const application = new Application({ store: opened.store });
    const created = await application.transact(async function* ({ uow }) {
      const user = yield* uow.users.create({ name: "Ada", emails: ["ada@example.com"], phones: ["+34600123456"], username: "ada-l" });
      return ok(user.id);
    });
    expect(created.isOk()).toBe(true);
    await using users = application.users();
    expect((await users.read({ username: "ada-l" })).isOk()).toBe(true);
  });
});

test("migrating twice, and by several at once, does it once", async () => {
  opened = await open("postgres.js", { prefix: "later_" });
  const answers = await Promise.all(Array.from({ length: 5 }, () => migrate(opened.database, { prefix: "again_" })));
  expect(answers.map((answer) => answer._unsafeUnwrap().length).sort()).toEqual([0, 0, 0, 0, migrations().length]);
});

test("a column of the host's own on users is left alone by denizen", async () => {
  const tables = denizenTables({ extra: { users: { plan: text() } } });
  expect(Object.keys(getTableColumns(tables.users))).toContain("plan");
  opened = await open("postgres.js");
  await opened.database.execute(sql`alter table denizen_users add column plan text`);
  const application = new Application({ store: opened.store });
  const created = (
    await application.transact(async function* ({ uow }) {
      const user = yield* uow.users.create({ name: "Ada" });
      return ok(user.id);
    })
  )._unsafeUnwrap();
  await opened.database.update(tables.users).set({ plan: "gold" });
  expect(
    (
      await application.transact(async function* ({ uow }) {
        const user = yield* uow.users.get(created);
        yield* user.rename("Ada Lovelace");
        return ok();
      })
    ).isOk(),
  ).toBe(true);
  expect(await opened.database.select({ plan: tables.users.plan, name: tables.users.displayName }).from(tables.users)).toEqual([
    { plan: "gold", name: "Ada Lovelace" },
  ]);
});

test("a column of the host's own on accounts is left alone by denizen", async () => {
  const tables = denizenTables({ extra: { accounts: { seats: integer() } } });
  expect(Object.keys(getTableColumns(tables.accounts))).toContain("seats");
  opened = await open("postgres.js");
  await opened.database.execute(sql`alter table denizen_accounts add column seats integer`);
  const AT = "2026-01-01T00:00:00.000Z";
  const opening = {
    status: "active",
    grants: [],
    securityVersion: 1,
    sparedSession: null,
    sparedSince: 1,
    openedAt: AT,
    closedAt: null,
  } as const;
  const write = (version: number, before: Json | undefined, after: Json) => {
    const change = { kind: "account", id: "a", expectedVersion: version - 1, version, before, after, claimed: [], released: [] };
    return opened.store.commit(
      { tenant: "default", aggregates: [change], events: [], vault: [], erased: [] },
      { commitId: `commit ${version}`, tenant: "default", at: AT },
    );
  };
  expect((await write(1, undefined, opening)).isOk()).toBe(true);
  await opened.database.update(tables.accounts).set({ seats: 5 });
  expect((await write(2, opening, { ...opening, status: "suspended" })).isOk()).toBe(true);
  expect(await opened.database.select({ seats: tables.accounts.seats, status: tables.accounts.status }).from(tables.accounts)).toEqual([
    { seats: 5, status: "suspended" },
  ]);
});

test("without its tables every call is a typed error that says what is missing", async () => {
  opened = await open("postgres.js", { prefix: "there_" });
  const { store } = await open("postgres.js", { url: opened.url, prefix: "nowhere_" });
  await using users = new Application({ store }).users();
  const read = await users.read({ email: "ada@example.com" });
  expect(read._unsafeUnwrapErr()).toMatchObject({ code: "store-failed", detail: expect.stringContaining("nowhere_") });
  const user = (await users.create({ name: "Ada" }))._unsafeUnwrap();
  expect((await users.save(user))._unsafeUnwrapErr()).toMatchObject({ code: "store-failed" });
});
