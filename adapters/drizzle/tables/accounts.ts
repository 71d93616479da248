import { index, integer, jsonb, primaryKey, text, unique } from "drizzle-orm/pg-core";
import type { PgTableWithColumns } from "drizzle-orm/pg-core";
import { sql } from "drizzle-orm";
import type { BuildColumns } from "drizzle-orm";
import { byCodePoint, instant } from "./making.js";
import type { ExtraColumns, Making } from "./making.js";

const accountColumns = () => ({
  tenant: text().notNull(),
  id: text().notNull(),
  status: text().notNull(),
  securityVersion: integer("security_version").notNull(),
  sparedSession: text("spared_session"),
  sparedSince: integer("spared_since").notNull().default(1),
  openedAt: instant("opened_at").notNull(),
  closedAt: instant("closed_at"),
});

/** Named for the same reason as `UsersTable`. */
export type AccountsTable<Accounts extends ExtraColumns> = PgTableWithColumns<{
  name: string;
  schema: undefined;
  columns: BuildColumns<string, ReturnType<typeof accountColumns> & Accounts, "pg">;
  dialect: "pg";
}>;

/** Accounts, with the host's own columns, their roles, and their sessions. */
export const accountTables = <Accounts extends ExtraColumns>({ table, prefix, pkey }: Making, extra: Accounts) => ({
  accounts: table(`${prefix}accounts`, { ...accountColumns(), ...extra }, (t) => [
    primaryKey({ name: pkey("accounts"), columns: [t.tenant, t.id] }),
    index(`${prefix}accounts_opened`)
      .on(t.tenant, t.openedAt, byCodePoint(t.id))
      .where(sql`${t.closedAt} is null`),
    index(`${prefix}accounts_status`)
      .on(t.tenant, byCodePoint(t.status), byCodePoint(t.id))
      .where(sql`${t.closedAt} is null`),
    index(`${prefix}accounts_status_opened`)
      .on(t.tenant, byCodePoint(t.status), t.openedAt, byCodePoint(t.id))
      .where(sql`${t.closedAt} is null`),
  ]) as AccountsTable<Accounts>,
  accountRoles: table(
    `${prefix}account_roles`,
    {
      tenant: text().notNull(),
      accountId: text("account_id").notNull(),
      role: text().notNull(),
      /** Empty where the role is held everywhere. */
      scope: text().notNull().default(""),
      ordinal: integer().notNull(),
      grantedAt: instant("granted_at").notNull(),
    },
    (t) => [
      primaryKey({ name: pkey("account_roles"), columns: [t.tenant, t.accountId, t.role, t.scope] }),
      index(`${prefix}account_roles_role`).on(t.tenant, t.role, t.accountId),
    ],
  ),
  sessions: table(
    `${prefix}sessions`,
    {
      tenant: text().notNull(),
      id: text().notNull(),
      accountId: text("account_id").notNull(),
      securityVersion: integer("security_version").notNull(),
      device: text(),
      methods: jsonb().notNull(),
      // Of tokens there are hashes alone.
      family: text().notNull(),
      refresh: text().notNull(),
      previousRefresh: text("previous_refresh"),
      rotatedAt: instant("rotated_at"),
      nonce: text(),
      access: text(),
      accessExpiresAt: instant("access_expires_at"),
      previousAccess: text("previous_access"),
      previousAccessExpiresAt: instant("previous_access_expires_at"),
      startedAt: instant("started_at").notNull(),
      lastUsedAt: instant("last_used_at").notNull(),
      idleExpiresAt: instant("idle_expires_at").notNull(),
      expiresAt: instant("expires_at").notNull(),
      revokedAt: instant("revoked_at"),
    },
    (t) => [
      primaryKey({ name: pkey("sessions"), columns: [t.tenant, t.id] }),
      unique(`${prefix}sessions_family`).on(t.tenant, t.family),
      index(`${prefix}sessions_account`).on(t.tenant, t.accountId),
    ],
  ),
});
