import { uuidv7 } from "uuidv7";
import { raw } from "../harness/database.js";
import { RENAMED } from "./writer.js";
import type { Newcomer, NewPlanet } from "./writer.js";

/**
 * The tables of those who bring none, and whoever writes them by hand would make no others: a version on what can change, whoever it
 * is about on every event. They are fewer and leaner than denizen's, which also have tenants, unique identifiers, commits, and a log
 * with an order, actors and correlations.
 */
const TABLES = `
create table users (id uuid primary key, name text not null, version integer not null default 1, created_at timestamptz not null);
create table user_emails (address text primary key, user_id uuid not null, is_primary boolean not null);
create index on user_emails (user_id);
create table planets (id uuid primary key, name text not null unique, mass double precision not null, version integer not null default 1);
create table events (
  id uuid primary key, type text not null, occurred_at timestamptz not null,
  kind text not null, publisher uuid not null, version integer not null, payload jsonb not null);
create index on events (publisher, version)`;

export async function makeTables(url: string): Promise<void> {
  const client = raw(url, 1);
  await client.unsafe(TABLES);
  await client.end();
}

export const HOLDINGS = `select
  (select count(*)::integer from users) as users,
  (select count(*)::integer from user_emails) as emails,
  (select count(*)::integer from planets) as planets,
  (select count(*)::integer from events) as events,
  (select sum(version - 1)::integer from users) as changes,
  (select count(*)::integer from users where name like '${RENAMED}%') as renamed`;

/** `version` is the publisher's, as the event left it. */
export interface EventRow {
  readonly id: string;
  readonly type: string;
  readonly occurredAt: Date;
  readonly kind: string;
  readonly publisher: string;
  readonly version: number;
  readonly payload: object;
}

const eventRow = (type: string, kind: string, publisher: string, version: number, payload: object): EventRow => ({
  id: uuidv7(),
  type,
  occurredAt: new Date(),
  kind,
  publisher,
  version,
  payload,
});

export interface UserRow {
  readonly id: string;
  readonly name: string;
  readonly version: number;
}

/** What a new user is in these tables. Versions begin at 1 by themselves. */
export function userRows({ name, emails: [address] }: Newcomer) {
  const user = { id: uuidv7(), name, createdAt: new Date() };
  return {
    user,
    email: { address, isPrimary: true },
    events: [
      eventRow("user-created", "user", user.id, 1, { name }),
      eventRow("email-added", "user", user.id, 1, { email: address }),
    ] as const,
  };
}

export function planetRows({ name, mass }: NewPlanet) {
  const planet = { id: uuidv7(), name, mass };
  return {
    planet,
    events: [
      eventRow("planet-discovered", "planet", planet.id, 1, { name }),
      eventRow("planet-weighed", "planet", planet.id, 1, { mass }),
    ] as const,
  };
}

export const renamedEvent = ({ id, version }: UserRow, name: string): EventRow =>
  eventRow("name-changed", "user", id, version + 1, { name });
