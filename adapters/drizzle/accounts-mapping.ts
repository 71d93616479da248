import type { PgTable } from "drizzle-orm/pg-core";
import type { AccountState } from "denizen";
import { inOrder, instant } from "./mapping.js";
import type { Mapping } from "./mapping.js";

/** How an account is kept: one row, and a row for each role that it holds. */
export const accountsMapping = (tables: Readonly<Record<"accounts" | "accountRoles", PgTable>>): Mapping<AccountState> => ({
  tables: {
    accounts: {
      table: tables.accounts,
      aggregate: "id",
      columns: ["status", "security_version", "spared_session", "spared_since", "opened_at", "closed_at"],
    },
    roles: {
      table: tables.accountRoles,
      aggregate: "account_id",
      key: ["role", "scope"],
      columns: ["role", "scope", "ordinal", "granted_at"],
    },
  },

  write: ({ status, grants, securityVersion, sparedSession, sparedSince, openedAt, closedAt }) => ({
    accounts: [
      {
        status,
        security_version: securityVersion,
        spared_session: sparedSession,
        spared_since: sparedSince,
        opened_at: openedAt,
        closed_at: closedAt,
      },
    ],
    // A key has no nulls: a role that is held everywhere has the empty scope.
    roles: grants.map(({ role, scope, grantedAt }, ordinal) => ({ role, scope: scope ?? "", ordinal, granted_at: grantedAt })),
  }),

  read: ({ accounts: [account = {}] = [], roles = [] }) => ({
    status: account["status"] ?? "pending",
    grants: inOrder(roles).map((row) => ({
      role: row["role"],
      scope: row["scope"] === "" ? null : row["scope"],
      grantedAt: instant(row["granted_at"]),
    })),
    securityVersion: account["security_version"] ?? 1,
    sparedSession: account["spared_session"] ?? null,
    sparedSince: account["spared_since"] ?? 1,
    openedAt: instant(account["opened_at"]) ?? "",
    closedAt: instant(account["closed_at"]),
  }),
});
