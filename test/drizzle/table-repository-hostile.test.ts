import fc from "fast-check";
import { integer, pgTable, pgView, text } from "drizzle-orm/pg-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Application, ConfigurationError } from "denizen";
import type { Result } from "denizen";
import { tableRepository } from "denizen/drizzle";
import { memory } from "denizen/memory";
import { freshDatabase } from "../support/database.js";
import { open } from "../support/drivers.js";
import type { Opened } from "../support/drivers.js";
import { makeTables, Planets, Probes } from "../support/tables.js";

const THROWING = new Proxy(
  {},
  {
    get: () => {
      throw new Error("no");
    },
    ownKeys: () => {
      throw new Error("no");
    },
  },
);

type Loose = Readonly<
  Record<"create" | "retrieve" | "update" | "delete" | "list" | "count", (...args: readonly unknown[]) => PromiseLike<unknown>>
>;

const codeOf = (answer: unknown): string => {
  if (!(answer instanceof Object) || !("isOk" in answer)) throw new Error("no Result");
  return (answer as Result<unknown, { code: string }>).match(
    () => "ok",
    ({ code }) => code,
  );
};

describe("whatever a repository is given", () => {
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  let opened: Opened;
  beforeAll(async () => {
    database = await freshDatabase();
    opened = await open("postgres.js", { url: database.url, migrates: false });
    await makeTables(opened.database);
  });
  afterAll(async () => {
    await opened.close();
    await database[Symbol.asyncDispose]();
  });

  const ANSWERS = ["ok", "invalid-argument", "row-invalid", "row-exists", "row-not-found", "multiple-rows", "cursor-invalid"];
  const any = fc.oneof(fc.anything(), fc.constant(THROWING));
  const columns = fc.constantFrom(
    "id",
    "name",
    "moons",
    "isKnown",
    "foundBy",
    "foundAt",
    "agency",
    "number",
    "weight",
    "parts",
    "data",
    "nonsense",
  );
  const value = fc.oneof(any, fc.dictionary(fc.constantFrom("gt", "lte", "ne", "in"), any), fc.integer(), fc.string(), fc.date());
  const row = fc.oneof(any, fc.dictionary(columns, value));
  const page = fc.record({ where: row, order: fc.oneof(any, columns), direction: any, limit: any, after: any }, { requiredKeys: [] });

  test("it answers a Result, and a code that means what happened", async () => {
    const repositories = [new Planets(opened.database), new Probes(opened.database)] as unknown as readonly Loose[];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...repositories), row, row, fc.oneof(row, page), async (repository, where, changes, list) => {
        const answers = await Promise.all([
          repository.create(changes),
          repository.retrieve(where),
          repository.update(where, changes),
          repository.list(list),
          repository.count(where),
          repository.delete(where),
        ]);
        for (const answer of answers) expect(ANSWERS).toContain(codeOf(answer));
      }),
      { numRuns: 60 },
    );
  });

  test.each<[string, unknown]>([
    ["nothing", undefined],
    ["no condition", {}],
    ["an undefined one", { name: undefined }],
    ["an undefined one beside another", { name: "Ada", moons: undefined }],
    ["an unknown column", { nam: "Ada" }],
    ["one of every object", { constructor: 1 }],
    ["an unknown comparison", { moons: { like: 1 } }],
    ["a comparison of every object", { name: "Ada", moons: { toString: 1 } }],
    ["no comparison", { moons: {} }],
    ["a comparison with undefined", { moons: { gt: undefined } }],
    ["a comparison with null", { moons: { gt: null } }],
    ["null among many", { name: { in: [null] } }],
    ["another type", { moons: "1" }],
    ["no uuid", { id: "1" }],
    ["no whole number", { moons: 1.5 }],
    ["a number too large", { moons: 2 ** 31 }],
    ["a text that PostgreSQL has not", { name: "\0" }],
    ["half a character", { name: "\ud800" }],
    ["no date", { foundAt: new Date(NaN) }],
    ["a list", [{ name: "Ada" }]],
    ["a date", new Date()],
    ["a function", () => true],
    ["what cannot be read", THROWING],
  ])("%s is no condition of one row", async (name, where) => {
    const planets = new Planets(opened.database) as unknown as Loose;
    for (const call of [planets.retrieve(where), planets.update(where, { name: "Ada" }), planets.delete(where)]) {
      expect(codeOf(await call)).toBe("invalid-argument");
    }
    expect(codeOf(await planets.count(where))).toBe(name === "nothing" || name === "no condition" ? "ok" : "invalid-argument");
  });

  test("the name of no column is repeated, nor any value", async () => {
    const planets = new Planets(opened.database) as unknown as Loose;
    for (const call of [planets.create({ "secret column": 1 }), planets.create({ moons: "secret" }), planets.count({ moons: "secret" })]) {
      expect(JSON.stringify(await call)).not.toContain("secret");
    }
    expect(codeOf(await planets.update({ name: "Ada" }, {}))).toBe("invalid-argument");
    expect(codeOf(await planets.list({ where: undefined }))).toBe("invalid-argument");
    expect(codeOf(await planets.list({ wher: {} }))).toBe("invalid-argument");
    expect(codeOf(await planets.list({ order: "foundBy" }))).toBe("invalid-argument");
    expect(codeOf(await planets.list({ limit: 101 }))).toBe("invalid-argument");
  });

  test("a unit that is none is told so, and one in memory has no tables", async () => {
    await using uow = new Application({ store: memory() }).unitOfWork();
    for (const unit of [
      uow,
      undefined,
      {},
      { tx: {} },
      { transaction: () => undefined },
      { transaction: () => Promise.reject(new Error()) },
      THROWING,
    ]) {
      expect(codeOf(await new Planets(unit as never).count())).toBe("invalid-argument");
    }
  });

  test("a table without a primary key, and what is no table, are mistakes of the wiring", () => {
    const view = pgView("view", { id: integer() }).existing();
    for (const table of [pgTable("keyless", { name: text() }), view, {}, undefined, "planets", THROWING]) {
      expect(() => tableRepository(table as never)).toThrow(ConfigurationError);
    }
  });
});
