import type { AccountState, UserState } from "denizen";
import type { AccountRow, Listed, ListQuery, ProfileRow, Queries } from "denizen/ports";
import { compareText } from "./compare-text.js";
import { done } from "./done.js";
import { key } from "./key.js";
import type { CommittedTables } from "./tables.js";

/** Reads by scanning: memory has few rows, or time. */
export function memoryQueries(tables: CommittedTables): Queries {
  const documentOf = (tenant: string, kind: string, id: string): unknown =>
    JSON.parse(tables.aggregates.get(key(tenant, kind, id))?.state ?? "null");

  const idsOf = (tenant: string, kind: string): readonly string[] => {
    const prefix = key(tenant, kind, "");
    return [...tables.aggregates.keys()].flatMap((at) => (at.startsWith(prefix) ? [at.slice(prefix.length)] : []));
  };

  // Aggregates of these two kinds are denizen's own.
  const userOf = (tenant: string, id: string): UserState | undefined => {
    const user = documentOf(tenant, "user", id) as UserState | null;
    return user?.removedAt === null ? user : undefined;
  };

  const accountOf = (tenant: string, id: string): AccountRow | undefined => {
    const account = documentOf(tenant, "account", id) as AccountState | null;
    return account?.closedAt === null ? accountRow(id, account, userOf(tenant, id)) : undefined;
  };

  const profileOf = (tenant: string, id: string): ProfileRow | undefined => {
    const user = userOf(tenant, id);
    return user && profileRow(id, user);
  };

  return {
    account: (tenant, id) => done(accountOf(tenant, id)),
    profile: (tenant, id) => done(profileOf(tenant, id)),

    accounts: (query) => {
      const { status, role } = query.filter;
      const passing = idsOf(query.tenant, "account")
        .flatMap((id) => accountOf(query.tenant, id) ?? [])
        .filter((row) => status === undefined || row.status === status)
        .filter(({ roles }) => role === undefined || roles.some((grant) => grant.role === role));
      return done(listed(passing, query, (row) => row[query.sort]));
    },

    profiles: (query) => {
      const { emailVerified, phoneVerified } = query.filter;
      const passing = idsOf(query.tenant, "user")
        .flatMap((id) => profileOf(query.tenant, id) ?? [])
        .filter(({ emails }) => emailVerified === undefined || isProved(emails) === emailVerified)
        .filter(({ phones }) => phoneVerified === undefined || isProved(phones) === phoneVerified);
      return done(listed(passing, query, sortedBy[query.sort]));
    },
  };
}

const sortedBy = {
  createdAt: ({ createdAt }: ProfileRow) => createdAt,
  username: ({ username }: ProfileRow) => username ?? "",
  name: ({ name }: ProfileRow) => name?.display ?? "",
};

const isProved = (addresses: ProfileRow["emails"]): boolean => addresses.some(({ primary, verified }) => primary && verified);

function listed<Row extends { readonly id: string }>(
  rows: readonly Row[],
  { direction, limit, from }: ListQuery<unknown, string>,
  valueOf: (row: Row) => string,
): Listed<Row> {
  const sign = direction === "ascending" ? 1 : -1;
  type Place = { readonly value: string; readonly id: string };
  const compare = (one: Place, other: Place): number => sign * (compareText(one.value, other.value) || compareText(one.id, other.id));
  const sorted = rows.map((row) => ({ row, id: row.id, value: valueOf(row) })).sort(compare);
  const rowsOf = (page: typeof sorted): readonly Row[] => page.slice(0, limit).map(({ row }) => row);
  if ("offset" in from) return { rows: rowsOf(sorted.slice(from.offset)), total: sorted.length };
  const { after } = from;
  return { rows: rowsOf(after === null ? sorted : sorted.filter((place) => compare(place, after) > 0)), total: null };
}

const accountRow = (id: string, { status, grants, openedAt }: AccountState, user: UserState | undefined): AccountRow => ({
  id,
  status,
  roles: grants,
  openedAt,
  name: user?.name?.display ?? null,
  username: user?.username?.value ?? null,
  email: user?.emails.find(({ primary }) => primary)?.value ?? null,
  phone: user?.phones.find(({ primary }) => primary)?.value ?? null,
});

const profileRow = (id: string, { name, username, emails, phones, attributes, createdAt }: UserState): ProfileRow => ({
  id,
  name,
  username: username?.value ?? null,
  emails: emails.map(({ value, primary, verifiedAt }) => ({ address: value, primary, verified: verifiedAt !== null })),
  phones: phones.map(({ value, primary, verifiedAt }) => ({ address: value, primary, verified: verifiedAt !== null })),
  attributes,
  createdAt,
});
