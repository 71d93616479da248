import type { AccountStatus, RoleGrant } from "../accounts/state.js";
import type { Timestamp } from "../kernel/clock.js";
import type { Json } from "../kernel/json.js";
import type { ResultAsync } from "../kernel/result.js";
import type { StoreError } from "./store.js";

/** An account, and what an administrator recognises its user by. */
export interface AccountRow {
  /** The account's and its user's. */
  readonly id: string;
  readonly status: AccountStatus;
  readonly roles: readonly RoleGrant[];
  readonly openedAt: Timestamp;
  /** The user's display name, username, primary e-mail and primary phone. */
  readonly name: string | null;
  readonly username: string | null;
  readonly email: string | null;
  readonly phone: string | null;
}

export interface ProfileAddress {
  readonly address: string;
  readonly primary: boolean;
  readonly verified: boolean;
}

/** What a user has said of himself. */
export interface ProfileRow {
  readonly id: string;
  readonly name: { readonly display: string; readonly given?: string; readonly family?: string } | null;
  readonly username: string | null;
  readonly emails: readonly ProfileAddress[];
  readonly phones: readonly ProfileAddress[];
  /** The host's own fields. */
  readonly attributes: Json;
  readonly createdAt: Timestamp;
}

/** What accounts can be sorted by. */
export type AccountSort = "openedAt" | "status";
export interface AccountFilter {
  readonly status?: AccountStatus;
  /** Held in whatever scope. */
  readonly role?: string;
}

/** What profiles can be sorted by; who has no username or name comes as if it were empty. */
export type ProfileSort = "createdAt" | "username" | "name";
export interface ProfileFilter {
  /** Whether the primary e-mail is verified; false also where there is none. */
  readonly emailVerified?: boolean;
  readonly phoneVerified?: boolean;
}

/** Text sorts by code point. Equal values sort by id, in the same direction. */
export interface ListQuery<Filter, Sort extends string> {
  readonly tenant: string;
  readonly filter: Filter;
  readonly sort: Sort;
  readonly direction: "ascending" | "descending";
  /** At most this many rows. */
  readonly limit: number;
  /** Where the page begins: after a row of this sort value and id, or past so many rows. */
  readonly from: { readonly after: { readonly value: string; readonly id: string } | null } | { readonly offset: number };
}

export interface Listed<Row> {
  readonly rows: readonly Row[];
  /** Of all that pass the filter; null for a page by `after`, which does not count them. */
  readonly total: number | null;
}

/** Reads without loading aggregates: one statement each, plain data, never a secret. Closed accounts and removed users are not there. */
export interface Queries {
  account(tenant: string, id: string): ResultAsync<AccountRow | undefined, StoreError>;
  profile(tenant: string, id: string): ResultAsync<ProfileRow | undefined, StoreError>;
  accounts(query: ListQuery<AccountFilter, AccountSort>): ResultAsync<Listed<AccountRow>, StoreError>;
  profiles(query: ListQuery<ProfileFilter, ProfileSort>): ResultAsync<Listed<ProfileRow>, StoreError>;
}
