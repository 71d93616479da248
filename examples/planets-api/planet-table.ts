import { sql } from "drizzle-orm";
import { doublePrecision, index, integer, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { tableRepository } from "denizen/drizzle";
import type { Database, Mapping } from "denizen/drizzle";
import { nothing } from "./planet.js";
import type { PlanetState } from "./planet.js";

/** Where the planets are, instead of a document each: lists read it as any other table. Removed ones are not there. */
export const planetTable = pgTable(
  "planets",
  {
    tenant: text().notNull(),
    id: text("planet_id").notNull(),
    name: text("planet_name").notNull(),
    type: text("planet_type").notNull(),
    homeStar: text("home_star"),
    mass: doublePrecision().notNull(),
    radius: doublePrecision().notNull(),
    distance: doublePrecision().notNull(),
    discoverer: text(),
    version: integer().notNull(),
  },
  (planet) => [
    primaryKey({ columns: [planet.tenant, planet.id] }),
    index("planets_by_name").on(planet.name, planet.tenant, planet.id),
    index("planets_by_discoverer").on(planet.discoverer),
  ],
);

/** Reads only: what changes a planet goes through its rules, in a unit of work. */
export class Catalogue extends tableRepository(planetTable) {}

/** How a planet is written into its row, and read from it. */
export const planetMapping: Mapping<PlanetState> = {
  tables: {
    planets: {
      table: planetTable,
      aggregate: "planet_id",
      columns: ["planet_name", "planet_type", "home_star", "mass", "radius", "distance", "discoverer", "version"],
    },
  },
  write: ({ name, type, homeStar, removed, ...same }) => ({
    planets: removed ? [] : [{ planet_name: name, planet_type: type, home_star: homeStar, ...same }],
  }),
  read: ({ planets: rows = [] }) => {
    const [row] = rows;
    if (row === undefined) return { ...nothing, removed: true };
    const { planet_name: name = "", planet_type: type = "", home_star: homeStar = null, ...same } = row;
    return { ...nothing, ...same, name, type, homeStar };
  },
};

/** Makes the table where there is none yet; who comes at the same time waits. */
export const createPlanetTable = (database: Database): Promise<void> =>
  database.transaction(async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(hashtext('planets-api'))`);
    await tx.execute(sql`
      create table if not exists ${planetTable} (
        tenant text not null, planet_id text not null,
        planet_name text not null, planet_type text not null, home_star text,
        mass double precision not null, radius double precision not null, distance double precision not null,
        discoverer text, version integer not null,
        primary key (tenant, planet_id)
      )`);
    await tx.execute(sql`create index if not exists planets_by_name on ${planetTable} (planet_name, tenant, planet_id)`);
    await tx.execute(sql`create index if not exists planets_by_discoverer on ${planetTable} (discoverer)`);
  });
