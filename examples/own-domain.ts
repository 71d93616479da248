import { integer, pgTable, text } from "drizzle-orm/pg-core";
import { z } from "zod";
import { AggregateRoot, Application, defineAggregate, domainError, err, event, ok } from "denizen";
import { argon2 } from "denizen/argon2";
import { migrate, postgres, tableRepository } from "denizen/drizzle";
import { phone } from "denizen/phone";
import { createDatabase, startPostgres } from "./support/postgres.js";
import { chapter, tell } from "./support/story.js";

// An aggregate of the application's own: what can happen to it, how that folds into a state, and the rules.
const planetEvents = { "planet-discovered": event<{ name: string; mass: number }>() } as const;

type PlanetState = { readonly name: string; readonly mass: number };

class Planet extends AggregateRoot<PlanetState, typeof planetEvents> {
  discover(planet: { readonly name: string; readonly mass: number }) {
    if (planet.mass <= 0) return err(domainError("planet-too-light", "a planet has a mass"));
    return ok(this.record("planet-discovered", planet));
  }
}

const planets = defineAggregate<PlanetState>()({
  kind: "planet",
  events: planetEvents,
  evolve: (_, happened) => happened.payload,
  identifiers: ({ name }) => [{ kind: "name", key: name.toLowerCase() }],
  taken: { name: (name: string) => domainError("planet-known", "somebody was first", { name }) },
  from: (root) => new Planet(root),
  create: (planet, discovered: { readonly name: string; readonly mass: number }) => planet.discover(discovered),
});

const logbook = pgTable("logbook", { line: integer().primaryKey().generatedAlwaysAsIdentity(), entry: text().notNull() });

class Logbook extends tableRepository(logbook) {
  latest() {
    return this.list({ direction: "descending", limit: 1 }).map(({ items }) => items[0]?.entry);
  }
}

await using server = await startPostgres();
await using database = await createDatabase(server.url);
const store = await postgres(database.url);
await store.database.execute("create table logbook (line int generated always as identity primary key, entry text not null)");
const migrated = await migrate(store.database);

await using application = new Application({
  store,
  passwordHasher: argon2(),
  phoneNumbers: phone({ defaultRegion: "ES" }),
  attributes: z.object({ hobbies: z.array(z.string()) }),
  aggregates: { planets },
  subscribers: (on) => [
    on("phone-added", ({ payload }) => (payload.phone.startsWith("+34") ? ok() : err(domainError("abroad", "Spanish numbers only")))),
  ],
});

chapter("Your fields, your aggregates, your tables: one transaction");
{
  tell(`tables: ${migrated.isOk() ? "there" : migrated.error.message}`);
  const discovered = await application.transact(
    async function* ({ uow, tx }) {
      const user = yield* uow.users.create({ name: "Caroline", phones: ["600 123 456"], attributes: { hobbies: ["comets"] } });
      const planet = yield* uow.planets.create({ name: "Vulcan", mass: 0.1 });
      await tx.insert(logbook).values({ entry: `${user.attributes.hobbies.join()} led to ${planet.id}` });
      return ok({ planet: planet.id });
    },
    // A retry of the same command has one effect, and gets the same answer.
    { commandId: "discover-vulcan" },
  );
  tell(`discovered: ${discovered.isOk()}; lines in the logbook: ${(await store.database.select().from(logbook)).length}`);
}

chapter("Your tables without rules: repositories on the same unit of work");
{
  const noted = await application.transact(async function* ({ uow }) {
    const user = yield* uow.users.create({ name: "Johann", attributes: { hobbies: ["telescopes"] } });
    const entries = new Logbook(uow);
    const { line } = yield* entries.create({ entry: "Vulcan is not there" });
    yield* entries.update({ line }, { entry: `Vulcan is not there, says ${user.name?.display}` });
    return entries.latest();
  });
  if (noted.isOk()) tell(`the latest entry: ${noted.value}`);
  const missing = await new Logbook(store.database).retrieve({ line: 1000 });
  if (missing.isErr()) tell(`line 1000: ${missing.error.code}`);
}

chapter("A rule of yours says no, with a reason the compiler knows");
{
  const refused = await application.transact(async function* ({ uow }) {
    yield* uow.users.create({ name: "Urbain", phones: ["+33 6 12 34 56 78"], attributes: { hobbies: [] } });
    return ok();
  });
  if (refused.isErr() && refused.error.code === "vetoed") tell(`vetoed: ${refused.error.reason.code}`);
  const second = await application.transact(async function* ({ uow }) {
    yield* uow.planets.create({ name: "VULCAN", mass: 1 });
    return ok();
  });
  if (second.isErr()) tell(`a second Vulcan: ${second.error.code}`);
}

chapter("Inside a transaction that you own");
{
  const rung = await store.database.transaction(async (tx) => {
    await using uow = application.unitOfWork({ within: tx });
    const created = await uow.users.create({ name: "William", attributes: { hobbies: ["music"] } });
    const flushed = await uow.commit();
    await tx.insert(logbook).values({ entry: "William joined" });
    tell(`flushed into your transaction: ${created.isOk() && flushed.isOk()}`);
    return uow;
  });
  // Your COMMIT is done: ring the after-commit bus.
  rung.committed();
  await using users = application.users();
  tell(`William is there: ${(await users.read({ name: "William" })).isOk()}`);
}
