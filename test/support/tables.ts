import { sql } from "drizzle-orm";
import { bigint, boolean, char, customType, date, doublePrecision, inet, integer, interval, json, jsonb } from "drizzle-orm/pg-core";
import { numeric, pgEnum, pgSchema, pgTable, primaryKey, real, smallint, text, time, timestamp, uuid } from "drizzle-orm/pg-core";
import type { AnyPgTable } from "drizzle-orm/pg-core";
import { tableRepository } from "denizen/drizzle";
import type { ResultAsync } from "denizen";
import type { TestedDatabase } from "./drivers.js";

export const planetTable = pgTable("planets", {
  id: uuid().primaryKey().defaultRandom(),
  name: text("planet_name").notNull().unique("one_name"),
  moons: integer().notNull().default(0),
  isKnown: boolean("known").notNull().default(true),
  foundBy: text(),
  foundAt: timestamp({ withTimezone: true }).notNull().defaultNow(),
});

export const noteTable = pgTable("notes", {
  line: integer().primaryKey(),
  planet: uuid().references(() => planetTable.id),
  text: text().notNull(),
});

/** Kilograms here, grams there. */
const mass = customType<{ data: { readonly kg: number }; driverData: number }>({
  dataType: () => "integer",
  toDriver: ({ kg }) => kg * 1000,
  fromDriver: (grams) => ({ kg: grams / 1000 }),
});

let asked = 0;

/** In a schema, with a composed key, names of its own, a custom type and a default that JavaScript makes. */
export const probeTable = pgSchema("space travel").table(
  "probes",
  {
    agency: text("operated by").notNull(),
    number: integer("n°"),
    weight: mass("grams").notNull(),
    serial: text("serial").$default(() => `serial ${++asked}`),
    seen: text("seen").$onUpdate(() => sql`'updated'`),
    parts: text("parts").array().notNull().default([]),
    data: jsonb("data").$type<{ readonly gt?: number }>(),
  },
  (table) => [primaryKey({ columns: [table.agency, table.number] })],
);

export const sampleTable = pgTable("every type", {
  id: bigint({ mode: "bigint" }).primaryKey().generatedAlwaysAsIdentity(),
  small: smallint(),
  big: bigint({ mode: "number" }),
  exact: numeric().notNull(),
  whole: numeric({ mode: "bigint" }),
  single: real(),
  double: doublePrecision(),
  isIt: boolean(),
  day: date({ mode: "date" }),
  at: timestamp({ mode: "date" }),
  text: timestamp({ mode: "string", withTimezone: true }),
  time: time(),
  span: interval(),
  address: inet(),
  fixed: char({ length: 3 }),
  mood: pgEnum("mood", ["fine", "bad"])(),
  json: json(),
  jsonb: jsonb(),
  many: integer().array().notNull(),
  grid: text().array().array(),
  ats: timestamp({ mode: "date" }).array(),
  made: integer().generatedAlwaysAs(sql`2`),
});

export class Planets extends tableRepository(planetTable) {
  countKnown() {
    return this.count({ isKnown: true });
  }
}

export class Notes extends tableRepository(noteTable) {}
export class Samples extends tableRepository(sampleTable) {}
export class Probes extends tableRepository(probeTable) {}

const STATEMENTS = [
  `create table planets (id uuid primary key default gen_random_uuid(), planet_name text not null constraint one_name unique,
    moons int not null default 0 constraint few_moons check (moons < 1000), known boolean not null default true, "foundBy" text,
    "foundAt" timestamptz not null default now())`,
  "create table notes (line int primary key, planet uuid references planets, text varchar(2000000) not null)",
  'create schema "space travel"',
  "create type mood as enum ('fine', 'bad')",
  `create table "every type" (id bigint primary key generated always as identity, small smallint, big bigint, exact numeric not null,
    whole numeric, single real, double float8, "isIt" boolean, day date, at timestamp, text timestamptz, time time, span interval,
    address inet, fixed char(3), mood mood, json json, jsonb jsonb, many int[] not null, grid text[], ats timestamp[],
    made int generated always as (2) stored)`,
  `create table "space travel".probes ("operated by" text, "n°" int, grams int not null, serial text, seen text,
    parts text[] not null default '{}', data jsonb, primary key ("operated by", "n°"))`,
];

export async function makeTables(database: TestedDatabase): Promise<void> {
  for (const text of STATEMENTS) await database.execute(sql.raw(text));
}

/** What a call that must succeed answers. */
export const done = async <Value, E>(answer: ResultAsync<Value, E>): Promise<Value> => (await answer)._unsafeUnwrap();

export const emptied = (database: TestedDatabase, ...tables: readonly AnyPgTable[]): Promise<unknown> =>
  database.execute(sql`truncate ${sql.join([...tables], sql`, `)} cascade`);
