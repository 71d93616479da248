import type { AccountState, UserState } from "denizen";
import type { AccountRow, ProfileRow, Queries } from "denizen/ports";
import { done } from "./done.js";
import { key } from "./key.js";
import { pageOf } from "./page.js";
import type { Place } from "./page.js";
import type { CommittedTables } from "./tables.js";

/** Reads by scanning: memory has few rows, or time. Rows are made of those alone that are on the page. */
export function memoryQueries(tables: CommittedTables): Queries {
  const documentOf = (tenant: string, kind: string, id: string): unknown =>
    JSON.parse(tables.aggregates.get(key(tenant, kind, id))?.state ?? "null");

  /** Everything of one kind, read one after the other. */
  function* documentsOf(tenant: string, kind: string): Generator<readonly [id: string, document: unknown]> {
    const prefix = key(tenant, kind, "");
    for (const [at, { state }] of tables.aggregates) if (at.startsWith(prefix)) yield [at.slice(prefix.length), JSON.parse(state)];
  }

  // Aggregates of these two kinds are denizen's own.
  const present = (document: unknown): UserState | undefined => {
    const user = document as UserState | null;
    return user?.removedAt === null ? user : undefined;
  };
  const open = (document: unknown): AccountState | undefined => {
    const account = document as AccountState | null;
    return account?.closedAt === null ? account : undefined;
  };

  const accountOf = (tenant: string, id: string): AccountRow | undefined => {
    const account = open(documentOf(tenant, "account", id));
    return account && accountRow(id, account, present(documentOf(tenant, "user", id)));
  };

  const profileOf = (tenant: string, id: string): ProfileRow | undefined => {
    const user = present(documentOf(tenant, "user", id));
    return user && profileRow(id, user);
  };

  return {
    account: (tenant, id) => done(accountOf(tenant, id)),
    profile: (tenant, id) => done(profileOf(tenant, id)),

    accounts: ({ tenant, filter: { status, role }, sort, ...page }) => {
      function* passing(): Generator<Place> {
        for (const [id, document] of documentsOf(tenant, "account")) {
          const account = open(document);
          if (account === undefined || (status !== undefined && account.status !== status)) continue;
          if (role === undefined || account.grants.some((grant) => grant.role === role)) yield { id, value: account[sort] };
        }
      }
      const { rows, total } = pageOf(passing(), page);
      return done({ rows: rows.flatMap(({ id }) => accountOf(tenant, id) ?? []), total });
    },

    profiles: ({ tenant, filter: { emailVerified, phoneVerified }, sort, ...page }) => {
      function* passing(): Generator<Place> {
        for (const [id, document] of documentsOf(tenant, "user")) {
          const user = present(document);
          if (user === undefined || (emailVerified !== undefined && isProved(user.emails) !== emailVerified)) continue;
          if (phoneVerified === undefined || isProved(user.phones) === phoneVerified) yield { id, value: sortedBy[sort](user) };
        }
      }
      const { rows, total } = pageOf(passing(), page);
      return done({ rows: rows.flatMap(({ id }) => profileOf(tenant, id) ?? []), total });
    },
  };
}

const sortedBy = {
  createdAt: ({ createdAt }: UserState) => createdAt,
  username: ({ username }: UserState) => username?.value ?? "",
  name: ({ name }: UserState) => name?.display ?? "",
};

const isProved = (addresses: UserState["emails"] | UserState["phones"]): boolean =>
  addresses.some(({ primary, verifiedAt }) => primary && verifiedAt !== null);
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
