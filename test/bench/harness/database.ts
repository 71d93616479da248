import { randomBytes } from "node:crypto";
import { drizzle as drizzleNodePostgres } from "drizzle-orm/node-postgres";
import type { PgDatabase, PgQueryResultHKT } from "drizzle-orm/pg-core";
import { drizzle as drizzlePostgresJs } from "drizzle-orm/postgres-js";
import pg from "pg";
import postgres from "postgres";
import { migrate } from "denizen/drizzle";
import { createDatabase } from "../../../examples/support/postgres.js";
import type { Database } from "../../../examples/support/postgres.js";
import { newPerson, unwrap } from "../subjects/subject.js";
import type { Known, Subject } from "../subjects/subject.js";

/** A fresh and migrated database on the server that DATABASE_URL names. Where no time is measured it need not wait for the disk. */
export async function migratedDatabase({ durable }: { readonly durable: boolean }): Promise<Database> {
  const database = await createDatabase(process.env["DATABASE_URL"] ?? "");
  await using connected = connect("postgres.js", database.url, 1);
  const name = new URL(database.url).pathname.slice(1);
  if (!durable) await connected.database.execute(`alter database ${name} set synchronous_commit = off`);
  unwrap(await migrate(connected.database));
  return database;
}

/** A fresh database on the same server, without a table. */
export const emptyDatabase = (): Promise<Database> => createDatabase(process.env["DATABASE_URL"] ?? "");

/**
 * The same rows again and again: a fresh copy of a database that somebody fills once. Statistics are there, and nothing is left
 * to be written to the disk.
 */
export async function templateOf(fill: (url: string) => Promise<void>): Promise<{ copy(): Promise<Database> } & AsyncDisposable> {
  const template = await createDatabase(process.env["DATABASE_URL"] ?? "");
  await fill(template.url);
  await onServer(template.url, "vacuum analyze");
  const source = new URL(template.url).pathname.slice(1);
  const copy = async (): Promise<Database> => {
    const server = process.env["DATABASE_URL"] ?? "";
    const url = new URL(server);
    const name = `${source}_${randomBytes(4).toString("hex")}`;
    url.pathname = `/${name}`;
    await onServer(server, `create database ${name} template ${source}`);
    await onServer(server, "checkpoint");
    return { url: url.href, [Symbol.asyncDispose]: () => onServer(server, `drop database ${name} with (force)`) };
  };
  return { copy, [Symbol.asyncDispose]: () => template[Symbol.asyncDispose]() };
}

async function onServer(url: string, command: string): Promise<void> {
  const client = raw(url, 1);
  await client.unsafe(command);
  await client.end();
}

/** People to work with, and statistics of them: plans that were made for empty tables are none that anybody runs. */
export async function populate(sql: postgres.Sql, subject: Subject, count: number): Promise<readonly Known[]> {
  const people = Array.from({ length: count }, async () => {
    const person = newPerson();
    return { person, id: await subject.create(person) };
  });
  const known = await Promise.all(people);
  await sql.unsafe("analyze");
  return known;
}

export type Driver = "postgres.js" | "node-postgres";

/** As much of Drizzle as every driver has. */
export type AnyDatabase = PgDatabase<PgQueryResultHKT>;

export interface Connected {
  readonly database: AnyDatabase;
  [Symbol.asyncDispose](): Promise<void>;
}

export function connect(driver: Driver, url: string, connections: number): Connected {
  if (driver === "node-postgres") {
    const pool = new pg.Pool({ connectionString: url, max: connections });
    return { database: drizzleNodePostgres(pool), [Symbol.asyncDispose]: () => pool.end() };
  }
  const client = raw(url, connections);
  return { database: drizzlePostgresJs(client), [Symbol.asyncDispose]: () => client.end() };
}

/** postgres.js itself. */
export const raw = (url: string, connections: number): postgres.Sql => postgres(url, { max: connections, onnotice: () => undefined });
