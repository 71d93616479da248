import { bigint, bigserial, check, index, integer, jsonb, primaryKey, text, unique, uniqueIndex } from "drizzle-orm/pg-core";
import { sql } from "drizzle-orm";
import type { SQL, SQLWrapper } from "drizzle-orm";
import { byCodePoint, instant } from "./making.js";
import type { Making } from "./making.js";

/** What every aggregate and guard is kept in, whatever its kind. */
export const coreTables = ({ table, prefix, pkey }: Making) => ({
  aggregates: table(
    `${prefix}aggregates`,
    {
      tenant: text().notNull(),
      kind: text().notNull(),
      id: text().notNull(),
      version: bigint({ mode: "number" }).notNull(),
      pos: bigint({ mode: "bigint" }).notNull(),
      state: jsonb(),
    },
    (t) => [primaryKey({ name: pkey("aggregates"), columns: [t.tenant, t.kind, t.id] })],
  ),
  identifiers: table(
    `${prefix}identifiers`,
    {
      tenant: text().notNull(),
      aggregate: text().notNull(),
      kind: text().notNull(),
      key: text().notNull(),
      owner: text().notNull().default(""),
      id: text().notNull(),
    },
    (t) => [
      primaryKey({ name: pkey("identifiers"), columns: [t.tenant, t.aggregate, t.kind, t.key, t.owner] }),
      index(`${prefix}identifiers_holder`).on(t.tenant, t.aggregate, t.id),
    ],
  ),
  events: table(
    `${prefix}events`,
    {
      seq: bigserial({ mode: "bigint" }).notNull(),
      pos: bigint({ mode: "bigint" }).notNull(),
      id: text().notNull(),
      tenant: text().notNull(),
      type: text().notNull(),
      typeVersion: integer("type_version").notNull(),
      occurredAt: instant("occurred_at").notNull(),
      kind: text().notNull(),
      publisher: text().notNull(),
      version: bigint({ mode: "number" }),
      subject: text(),
      payload: jsonb().notNull(),
      personal: jsonb(),
      actor: text().notNull(),
      commitId: text("commit_id").notNull(),
      correlationId: text("correlation_id").notNull(),
      causationId: text("causation_id"),
      trace: text(),
    },
    (t) => [
      primaryKey({ name: pkey("events"), columns: [t.id] }),
      check("denizen_concurrency_conflict", sql`${t.version} is null or ${t.version} > 0`),
      index(`${prefix}events_position`).on(t.pos, t.seq),
      uniqueIndex(`${prefix}events_version`).on(t.tenant, t.kind, t.publisher, t.version),
      index(`${prefix}events_partition`).on(partition(t), t.pos, t.seq),
      index(`${prefix}events_subject`).on(t.tenant, t.subject, t.pos, t.seq),
      index(`${prefix}events_actor`).on(t.tenant, t.actor, t.pos, t.seq),
      index(`${prefix}events_type`).on(t.tenant, t.type, t.pos, t.seq),
      index(`${prefix}events_occurred`).using("brin", t.occurredAt),
      index(`${prefix}events_traces`)
        .on(t.occurredAt)
        .where(sql`${t.version} is null`),
    ],
  ),
  commits: table(
    `${prefix}commits`,
    {
      commitId: text("commit_id").notNull(),
      tenant: text().notNull(),
      at: instant("at").notNull(),
      position: text(),
      actor: text(),
      commandId: text("command_id"),
      outcome: jsonb(),
    },
    (t) => [
      primaryKey({ name: pkey("commits"), columns: [t.commitId] }),
      unique(`${prefix}commits_command`).on(t.tenant, t.actor, t.commandId),
      index(`${prefix}commits_at`).on(t.at),
    ],
  ),
  vault: table(
    `${prefix}vault`,
    {
      tenant: text().notNull(),
      credentialId: text("credential_id").notNull(),
      owner: text().notNull(),
      version: integer().notNull(),
      secret: text().notNull(),
    },
    (t) => [primaryKey({ name: pkey("vault"), columns: [t.tenant, t.credentialId] }), index(`${prefix}vault_owner`).on(t.tenant, t.owner)],
  ),
  attempts: table(
    `${prefix}attempts`,
    {
      tenant: text().notNull(),
      method: text().notNull(),
      counter: text().notNull(),
      count: integer().notNull(),
      /** When the first guess of this run was. */
      since: instant("since").notNull(),
      guessedAt: instant("guessed_at"),
      lockedUntil: instant("locked_until"),
      /** Guesses that were refused since the last one that counted. */
      refusals: integer().notNull().default(0),
    },
    (t) => [
      primaryKey({ name: pkey("attempts"), columns: [t.tenant, t.method, t.counter] }),
      index(`${prefix}attempts_owner`).on(t.tenant, ownerOf(t)),
    ],
  ),
});

/** What events of one publisher have in common: as `partitionOf` says it in SQL. */
const partition = ({ tenant, kind, publisher }: Readonly<Record<"tenant" | "kind" | "publisher", SQLWrapper>>): SQL =>
  sql`((hashtextextended(${publisher}, hashtextextended(${kind}, hashtextextended(${tenant}, 0::bigint))) & 63::bigint)::integer)`;

/** Whose a counter is, and on which of his devices: what follows the kind. */
const ownerOf = ({ counter }: Readonly<Record<"counter", SQLWrapper>>): SQL =>
  byCodePoint(sql`substr(${counter}, strpos(${counter}, ':') + 1)`);
