import { boolean, index, integer, jsonb, primaryKey, text } from "drizzle-orm/pg-core";
import type { PgTableWithColumns } from "drizzle-orm/pg-core";
import { sql } from "drizzle-orm";
import type { BuildColumns } from "drizzle-orm";
import { byCodePoint, instant } from "./making.js";
import type { ExtraColumns, Making } from "./making.js";

const userColumns = () => ({
  tenant: text().notNull(),
  id: text().notNull(),
  displayName: text("display_name"),
  givenName: text("given_name"),
  familyName: text("family_name"),
  username: text(),
  usernameSkeleton: text("username_skeleton"),
  attributes: jsonb().notNull(),
  passwordResetRequired: boolean("password_reset_required").notNull().default(false),
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

/** Users, with the host's own columns, and what they have several of. */
export const userTables = <Users extends ExtraColumns>({ table, prefix, pkey }: Making, extra: Users) => ({
  users: table(`${prefix}users`, { ...userColumns(), ...extra }, (t) => [
    primaryKey({ name: pkey("users"), columns: [t.tenant, t.id] }),
    index(`${prefix}users_created`)
      .on(t.tenant, t.createdAt, byCodePoint(t.id))
      .where(sql`${t.removedAt} is null`),
    index(`${prefix}users_by_username`)
      .on(t.tenant, byCodePoint(sql`coalesce(${t.username}, '')`), byCodePoint(t.id))
      .where(sql`${t.removedAt} is null`),
    index(`${prefix}users_by_name`)
      .on(t.tenant, byCodePoint(sql`coalesce(${t.displayName}, '')`), byCodePoint(t.id))
      .where(sql`${t.removedAt} is null`),
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
      confirmedAt: instant("confirmed_at"),
    },
    (t) => [primaryKey({ name: pkey("user_credentials"), columns: [t.tenant, t.userId, t.id] })],
  ),
});
