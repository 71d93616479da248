import { configured } from "denizen/ports";
import type { Naming } from "./names.js";
import { accountTables } from "./tables/accounts.js";
import { coreTables } from "./tables/core.js";
import { logTables } from "./tables/log.js";
import { making } from "./tables/making.js";
import type { ExtraColumns } from "./tables/making.js";
import { userTables } from "./tables/users.js";

export interface TableOptions<Users extends ExtraColumns, Accounts extends ExtraColumns = Record<never, never>> extends Naming {
  readonly extra?: { readonly users?: Users; readonly accounts?: Accounts };
}

/**
 * denizen's tables as Drizzle's, for hosts whose schema drizzle-kit manages: re-export what it returns from your schema file.
 * The same columns, keys and indexes as `migrations()` makes.
 */
export function denizenTables<Users extends ExtraColumns = Record<never, never>, Accounts extends ExtraColumns = Record<never, never>>(
  options: TableOptions<Users, Accounts> = {},
) {
  const made = making(options);
  // Each is what it says it is, or nothing.
  const users = configured("denizenTables", () => ({ ...options.extra?.users })) as Users;
  const accounts = configured("denizenTables", () => ({ ...options.extra?.accounts })) as Accounts;
  return { ...coreTables(made), ...userTables(made, users), ...accountTables(made, accounts), ...logTables(made) };
}
