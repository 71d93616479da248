import {
  bigint,
  bigserial,
  boolean,
  check,
  index,
  integer,
  jsonb,
  pgSchema,
  pgTable,
  primaryKey,
  text,
  timestamp,
  unique,
  uniqueIndex,
} from "drizzle-orm/pg-core";
import type { PgColumnBuilderBase, PgTableFn, PgTableWithColumns } from "drizzle-orm/pg-core";
import { sql } from "drizzle-orm";
import type { BuildColumns } from "drizzle-orm";
import { configured } from "denizen/ports";
import { namesOf } from "./names.js";
import type { Naming } from "./names.js";

/** Columns of the host's own on denizen's tables: nullable or with a default, because denizen never writes them. */
export type ExtraColumns = Readonly<Record<string, PgColumnBuilderBase>>;

export interface TableOptions<Users extends ExtraColumns> extends Naming {
  readonly extra?: { readonly users?: Users };
}

const instant = (name: string) => timestamp(name, { withTimezone: true, mode: "string" });

const userColumns = () => ({
  tenant: text().notNull(),
  id: text().notNull(),
  displayName: text("display_name"),
  givenName: text("given_name"),
  familyName: text("family_name"),
  username: text(),
  usernameSkeleton: text("username_skeleton"),
  attributes: jsonb().notNull(),
  createdAt: instant("created_at").notNull(),
  removedAt: instant("removed_at"),
});

/** Named, because the compiler writes a wrong declaration for what it infers from a type parameter. */
export type UsersTable<Users extends ExtraColumns> = PgTableWithColumns<{
  name: string;
  schema: undefined;
  columns: BuildColumns<string, ReturnType<typeof userColumns> & Users, "pg">;
  dialect: "pg";
}>;

/**
 * denizen's tables as Drizzle's, for hosts whose schema drizzle-kit manages: re-export what it returns from your schema file.
 * The same columns, keys and indexes as `migrations()` makes.
 */
export function denizenTables<Users extends ExtraColumns = Record<never, never>>(options: TableOptions<Users> = {}) {
  const { schema, prefix, primaryKey: pkey } = namesOf(options);
  const table = schema === undefined ? pgTable : tableIn(schema);
  // `extra` is what it says it is, or nothing.
  const extra = configured("denizenTables", () => ({ ...options.extra?.users })) as Users;

  return {
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
        index(`${prefix}events_subject`).on(t.tenant, t.subject),
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
      (t) => [
        primaryKey({ name: pkey("vault"), columns: [t.tenant, t.credentialId] }),
        index(`${prefix}vault_owner`).on(t.tenant, t.owner),
      ],
    ),
    attempts: table(
      `${prefix}attempts`,
      {
        tenant: text().notNull(),
        method: text().notNull(),
        counter: text().notNull(),
        count: integer().notNull(),
        since: instant("since").notNull(),
      },
      (t) => [primaryKey({ name: pkey("attempts"), columns: [t.tenant, t.method, t.counter] })],
    ),
    users: table(`${prefix}users`, { ...userColumns(), ...extra }, (t) => [
      primaryKey({ name: pkey("users"), columns: [t.tenant, t.id] }),
    ]) as UsersTable<Users>,
    userEmails: table(
      `${prefix}user_emails`,
      {
        tenant: text().notNull(),
        userId: text("user_id").notNull(),
        address: text().notNull(),
        ordinal: integer().notNull(),
        isPrimary: boolean("is_primary").notNull(),
        verifiedAt: instant("verified_at"),
      },
      (t) => [primaryKey({ name: pkey("user_emails"), columns: [t.tenant, t.userId, t.address] })],
    ),
    userPhones: table(
      `${prefix}user_phones`,
      {
        tenant: text().notNull(),
        userId: text("user_id").notNull(),
        number: text().notNull(),
        ordinal: integer().notNull(),
        isPrimary: boolean("is_primary").notNull(),
        verifiedAt: instant("verified_at"),
      },
      (t) => [primaryKey({ name: pkey("user_phones"), columns: [t.tenant, t.userId, t.number] })],
    ),
    userCredentials: table(
      `${prefix}user_credentials`,
      {
        tenant: text().notNull(),
        userId: text("user_id").notNull(),
        id: text().notNull(),
        ordinal: integer().notNull(),
        kind: text().notNull(),
        label: text(),
        createdAt: instant("created_at").notNull(),
      },
      (t) => [primaryKey({ name: pkey("user_credentials"), columns: [t.tenant, t.userId, t.id] })],
    ),
  };
}

function tableIn(schema: string): PgTableFn {
  const table: unknown = pgSchema(schema).table;
  // The same function as `pgTable` but for the schema in its return type, which nothing here depends on.
  return table as PgTableFn;
}
