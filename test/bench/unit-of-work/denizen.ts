import { AggregateRoot, Application, defineAggregate, event, ok } from "denizen";
import { drizzle, migrate } from "denizen/drizzle";
import { connect } from "../harness/database.js";
import { unwrap } from "../subjects/subject.js";
import { RENAMED } from "./writer.js";
import type { NewPlanet, Way } from "./writer.js";

const planetEvents = { "planet-discovered": event<{ name: string }>(), "planet-weighed": event<{ mass: number }>() } as const;

class Planet extends AggregateRoot<NewPlanet, typeof planetEvents> {
  discover({ name, mass }: NewPlanet): void {
    this.record("planet-discovered", { name });
    this.record("planet-weighed", { mass });
  }
}

const planets = defineAggregate<NewPlanet>()({
  kind: "planet",
  events: planetEvents,
  evolve: (state = { name: "", mass: 0 }, { payload }) => ({ ...state, ...payload }),
  identifiers: ({ name }) => [{ kind: "name", key: name.toLowerCase() }],
  from: (root) => new Planet(root),
  create: (planet, discovered: NewPlanet) => ok(planet.discover(discovered)),
});

/** As a host has it, with an aggregate of his own. */
export const denizen: Way = {
  prepare: async (url) => {
    await using connected = connect("postgres.js", url, 1);
    unwrap(await migrate(connected.database));
  },
  open: async (url, { connections, wakeUps = true }) => {
    const connected = connect("postgres.js", url, connections);
    const application = new Application({ store: drizzle(connected.database, wakeUps ? {} : { wakeUps }), aggregates: { planets } });
    return {
      create: async (newcomer) => {
        await using users = application.users();
        const user = unwrap(await users.create(newcomer));
        unwrap(await users.save(user));
        return user.id;
      },
      rename: async (id, name) => {
        await using users = application.users();
        const user = unwrap(await users.read({ id }));
        unwrap(user.rename(name));
        unwrap(await users.save(user));
      },
      discover: async (newcomer, planet) => {
        await using uow = application.unitOfWork();
        unwrap(await uow.users.create(newcomer));
        unwrap(await uow.planets.create(planet));
        unwrap(await uow.commit());
      },
      close: async () => {
        await application[Symbol.asyncDispose]();
        await connected[Symbol.asyncDispose]();
      },
    };
  },
  // Its versions count events: a user begins with two.
  holdings: `select
    (select count(*)::integer from denizen_users) as users,
    (select count(*)::integer from denizen_user_emails) as emails,
    (select count(*)::integer from denizen_aggregates where kind = 'planet') as planets,
    (select count(*)::integer from denizen_events) as events,
    (select sum(version - 2)::integer from denizen_aggregates where kind = 'user') as changes,
    (select count(*)::integer from denizen_users where display_name like '${RENAMED}%') as renamed`,
};
