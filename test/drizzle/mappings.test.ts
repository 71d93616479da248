import { sql } from "drizzle-orm";
import { doublePrecision, pgTable, text } from "drizzle-orm/pg-core";
import { afterEach, describe, expect, test } from "vitest";
import { Application, ConfigurationError, ok } from "denizen";
import { memory } from "denizen/memory";
import type { Store } from "denizen/ports";
import { drizzle } from "denizen/drizzle";
import type { Mapping } from "denizen/drizzle";
import { open } from "../support/drivers.js";
import type { Opened } from "../support/drivers.js";
import { planets } from "../support/massive-planets.js";
import type { PlanetState } from "../support/massive-planets.js";

const table = pgTable("planets", {
  tenant: text().notNull(),
  planetId: text("planet_id").notNull(),
  name: text(),
  mass: doublePrecision(),
  gone: text(),
});

const mapping: Mapping<PlanetState> = {
  tables: { planets: { table, aggregate: "planet_id", columns: ["name", "mass", "gone"] } },
  write: ({ name, mass, destroyed }) => ({ planets: [{ name, mass, gone: destroyed ? "gone" : null }] }),
  read: (rows) => {
    const [planet] = rows["planets"] ?? [];
    return { name: planet?.["name"] ?? "", mass: planet?.["mass"] ?? 0, destroyed: planet?.["gone"] === "gone" };
  },
};

let opened: Opened | undefined;
afterEach(() => opened?.close());

async function stores(kind: string): Promise<Store<unknown>> {
  if (kind === "memory") return memory();
  opened = await open("postgres.js", kind === "mapped to a table" ? { mappings: { planet: mapping } } : {});
  await opened.database.execute(
    sql`create table planets (tenant text, planet_id text, name text, mass double precision, gone text, primary key (tenant, planet_id))`,
  );
  return opened.store;
}

describe.each(["memory", "a document on PostgreSQL", "mapped to a table"])("a host's own aggregate: %s", (kind) => {
  test("is created, found, changed, taken and removed in the same unit of work as users", async () => {
    const application = new Application({ store: await stores(kind), aggregates: { planets } });
    const heard: string[] = [];
    application.bus.subscribe("*", ({ type }) => heard.push(type));
    const id = (
      await application.transact(async function* ({ uow }) {
        yield* uow.users.create({ name: "Caroline" });
        const planet = yield* uow.planets.create({ name: "Vulcan", mass: 0.5 });
        return ok(planet.id);
      })
    )._unsafeUnwrap();
    expect(heard).toEqual(["user-created", "planet-discovered"]);

    await using uow = application.unitOfWork();
    const planet = (await uow.planets.find({ kind: "name", key: "vulcan" }))._unsafeUnwrap();
    expect([planet.id, planet.name, planet.mass, planet.version]).toEqual([id, "Vulcan", 0.5, 1]);
    void planet.rename("Neptune");
    expect((await uow.commit()).isOk()).toBe(true);

    const second = await application.transact(async function* ({ uow: other }) {
      yield* other.planets.create({ name: "NEPTUNE", mass: 1 });
      return ok();
    });
    expect(second._unsafeUnwrapErr()).toMatchObject({ code: "planet-name-taken", name: "neptune" });
    const light = await uow.planets.create({ name: "Nothing", mass: 0 });
    expect(light._unsafeUnwrapErr().code).toBe("planet-too-light");

    void planet.destroy();
    expect((await uow.commit()).isOk()).toBe(true);
    await using after = application.unitOfWork();
    expect((await after.planets.get(id))._unsafeUnwrapErr().code).toBe("not-found");
    expect((await after.planets.find({ kind: "name", key: "neptune" }))._unsafeUnwrapErr().code).toBe("not-found");
  });
});

test("the mapped table holds the aggregate, and its document is empty", async () => {
  const application = new Application({ store: await stores("mapped to a table"), aggregates: { planets } });
  expect(
    (
      await application.transact(async function* ({ uow }) {
        yield* uow.planets.create({ name: "Vulcan", mass: 0.5 });
        return ok();
      })
    ).isOk(),
  ).toBe(true);
  expect(await opened?.database.select({ name: table.name, mass: table.mass }).from(table)).toEqual([{ name: "Vulcan", mass: 0.5 }]);
  expect(await opened?.database.execute(sql`select state from denizen_aggregates`)).toEqual([{ state: null }]);
});

test("a mapping that names a column the table has not is found when the store is made", async () => {
  opened = await open("postgres.js");
  const { database } = opened;
  const wrong = { ...mapping, tables: { planets: { table, aggregate: "planet_id", columns: ["nmae"] } } };
  expect(() => drizzle(database, { mappings: { planet: wrong } })).toThrow(ConfigurationError);
});

test.each(["user", "account"])("a mapping for denizen's own kind %s is refused", async (kind) => {
  opened = await open("postgres.js");
  const { database } = opened;
  expect(() => drizzle(database, { mappings: { [kind]: mapping } })).toThrow(`mappings.${kind} is denizen's own`);
});
