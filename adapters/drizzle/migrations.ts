import { accounts } from "./migrations/0002-accounts.js";
import { log } from "./migrations/0003-log.js";
import { proofs } from "./migrations/0004-proofs.js";
import { users } from "./migrations/0001-users.js";
import { namesOf } from "./names.js";
import type { Naming } from "./names.js";

/** One step of the schema's history. Steps are never changed, only added. */
export interface Migration {
  readonly id: string;
  readonly sql: string;
}

/** The schema as SQL, for hosts that run their migrations themselves. Every step may run on PostgreSQL 13 and later. */
export const migrations = (naming: Naming = {}): readonly Migration[] => {
  const names = namesOf(naming);
  return [
    { id: "0001-users", sql: users(names) },
    { id: "0002-accounts", sql: accounts(names) },
    { id: "0003-log", sql: log(names) },
    { id: "0004-proofs", sql: proofs(names) },
  ];
};
