import { eq, sql } from "drizzle-orm";
import { integer, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { expectTypeOf, test } from "vitest";
import { Application } from "denizen";
import type { ResultAsync } from "denizen";
import { drizzle, tableRepository } from "denizen/drizzle";
import type { RowKey, TableUnit } from "denizen/drizzle";
import { drizzle as drizzleNodePostgres } from "drizzle-orm/node-postgres";

const planets = pgTable("planets", { id: uuid().primaryKey().defaultRandom(), name: text("n").notNull(), moons: integer() });
const _visits = pgTable("visits", { who: text().notNull(), where: text().notNull(), times: integer().notNull() }, (t) => [
  primaryKey({ columns: [t.who, t.where] }),
]);

class Planets extends tableRepository(planets) {
  moonless() {
    return this.list({ where: { moons: null }, order: ["name", "id"] });
  }
}

// Only the types are asked: nothing here runs.
const never = (_: () => unknown): void => undefined;

test("a repository is bound to a unit of work, to what a subscriber is given, or to a database", () => {
  never(() => {
    const database = drizzleNodePostgres("postgres://nowhere");
    const application = new Application({ store: drizzle(database) });
    application.inTransaction.subscribe("user-created", (_, { tx }) => new Planets({ tx }).create({ name: "Vulcan" }));
    void application.transact(async function* ({ uow, tx }) {
      yield* new Planets(tx).moonless();
      return new Planets(uow).moonless();
    });
    return [new Planets(application.unitOfWork()), new Planets(database)];
  });
  expectTypeOf<{ readonly tx: number }>().not.toExtend<TableUnit>();
});

test("rows go in and come out as the table has them", () => {
  never(async (repository = new Planets(null as never)) => {
    const created = await repository.create({ name: "Vulcan", moons: sql`1 + 1` });
    expectTypeOf(created._unsafeUnwrap()).toEqualTypeOf<{ id: string }>();
    // @ts-expect-error a planet has a name
    void repository.create({ moons: 1 });
    // @ts-expect-error a number of moons
    void repository.create({ name: "Vulcan", moons: "1" });
    const read = await repository.retrieve({ id: "1" });
    expectTypeOf(read._unsafeUnwrap()).toEqualTypeOf<{ id: string; name: string; moons: number | null }>();
    expectTypeOf((await repository.count())._unsafeUnwrap()).toEqualTypeOf<number>();
    expectTypeOf<RowKey<typeof _visits>>().toEqualTypeOf<{ who?: string; where?: string; times?: number }>();
  });
});

test("a condition is of the table's own columns, and never undefined", () => {
  never((repository = new Planets(null as never), named = "Vulcan".match(/V/)?.[0]) => {
    void repository.count({ name: { in: ["Vulcan"] }, moons: { gt: 1, ne: null } });
    void repository.delete(eq(planets.moons, 1));
    // @ts-expect-error there is no such column
    void repository.retrieve({ mass: 1 });
    // @ts-expect-error a condition that may not be there
    void repository.delete({ name: named });
    // @ts-expect-error moons are counted
    void repository.count({ moons: { gt: "1" } });
    // @ts-expect-error a name is never null
    void repository.count({ name: null });
    // @ts-expect-error moons may be null, and sort nowhere
    void repository.list({ order: "moons" });
  });
});

test("every method has its own closed union of errors", () => {
  never(async (repository = new Planets(null as never)) => {
    type Code<Answer> = Answer extends ResultAsync<unknown, { readonly code: infer C }> ? C : never;
    type Common = Code<ReturnType<Planets["count"]>>;
    expectTypeOf<Common>().toEqualTypeOf<
      | "invalid-argument"
      | "store-unavailable"
      | "store-busy"
      | "store-failed"
      | "concurrency-conflict"
      | "transaction-broken"
      | "unit-closed"
      | "unit-busy"
      | "invalid-scope"
    >();
    type Own<Method extends "create" | "retrieve" | "update" | "delete" | "list" | "drop"> = Exclude<
      Code<ReturnType<Planets[Method]>>,
      Common
    >;
    expectTypeOf<Own<"create">>().toEqualTypeOf<"row-exists" | "row-invalid">();
    expectTypeOf<Own<"retrieve">>().toEqualTypeOf<"row-not-found" | "multiple-rows">();
    expectTypeOf<Own<"update">>().toEqualTypeOf<"row-not-found" | "multiple-rows" | "row-exists" | "row-invalid">();
    expectTypeOf<Own<"delete">>().toEqualTypeOf<"row-not-found" | "multiple-rows" | "row-in-use">();
    expectTypeOf<Own<"list">>().toEqualTypeOf<"cursor-invalid">();
    expectTypeOf<Own<"drop">>().toEqualTypeOf<"table-in-use">();
    return repository;
  });
});
