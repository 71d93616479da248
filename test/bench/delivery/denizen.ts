import { AggregateRoot, Application, defineAggregate, event, ok } from "denizen";
import type { WorkerOptions } from "denizen";
import { migrate, postgres } from "denizen/drizzle";
import type { PostgresStore } from "denizen/drizzle";
import { PUBLISHERS } from "./contestant.js";
import type { Contestant, Member } from "./contestant.js";
import { connect } from "../harness/database.js";
import { unwrap } from "../subjects/subject.js";

interface PlanetState {
  readonly name: string;
}
const planetEvents = { "planet-formed": event<{ name: string }>(), "planet-renamed": event<{ name: string }>() } as const;

class Planet extends AggregateRoot<PlanetState, typeof planetEvents> {
  form(name: string): void {
    this.record("planet-formed", { name });
  }
  rename(name: string): void {
    this.record("planet-renamed", { name });
  }
}

const planets = defineAggregate<PlanetState>()({
  kind: "planet",
  events: planetEvents,
  evolve: (_, { payload: { name } }) => ({ name }),
  from: (root) => new Planet(root),
  create: (planet, { name }: { readonly name: string }) => ok(planet.form(name)),
});

const applicationOn = (store: PostgresStore) => new Application({ store, aggregates: { planets } });

/** Planets that one unit of work holds. */
const TOGETHER = 50;

/** As a host has it, on its own connections. `wakeUps: false`: nobody is told of anything, and workers poll. */
export function denizen(options: WorkerOptions & { readonly wakeUps?: boolean } = {}): Contestant {
  const { wakeUps = true, ...workerOptions } = options;
  return {
    prepare: async (url) => {
      await using connected = connect("postgres.js", url, 1);
      unwrap(await migrate(connected.database));
    },
    fill,
    join: async (url): Promise<Member> => {
      const { wakeUps: heard, ...store } = await postgres(url);
      const application = applicationOn(wakeUps && heard !== undefined ? { ...store, wakeUps: heard } : store);
      let worker: ReturnType<typeof application.worker> | undefined;
      return {
        publish: async (mark) => {
          await using uow = application.unitOfWork();
          unwrap(await uow.planets.create({ name: mark }));
          unwrap(await uow.commit());
        },
        work: async (handle) => {
          application.durable.subscribe("bench", ["planet-formed", "planet-renamed"], ({ payload: { name } }) => handle(name));
          worker = application.worker(workerOptions);
        },
        leave: async () => {
          await worker?.stop();
          await application[Symbol.asyncDispose]();
        },
      };
    },
  };
}

/** Through units of work. The events of one publisher lie as far apart as they can, so that hardly two come in one batch. */
async function fill(url: string, events: number): Promise<void> {
  await using application = applicationOn(await postgres(url));
  const units = await Promise.all(
    Array.from({ length: PUBLISHERS / TOGETHER }, async (_, unit) => {
      const uow = application.unitOfWork();
      const created = Array.from({ length: TOGETHER }, async (_, index) =>
        unwrap(await uow.planets.create({ name: `Planet ${unit * TOGETHER + index + 1}` })),
      );
      return { uow, planets: await Promise.all(created) };
    }),
  );
  for (let published = 0; published < events; published += PUBLISHERS) {
    await Promise.all(
      units.map(async ({ uow, planets }) => {
        if (published > 0) planets.forEach((planet, index) => planet.rename(`Planet ${published + index + 1}`));
        unwrap(await uow.commit());
      }),
    );
  }
  for (const { uow } of units) await uow[Symbol.asyncDispose]();
}
