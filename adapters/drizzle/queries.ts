import type { AccountFilter, AccountRow, AccountSort, ProfileFilter, ProfileRow, ProfileSort } from "denizen/ports";
import { byCodePoint, listing } from "./listing.js";
import type { Condition, Listing } from "./listing.js";
import type { Names } from "./names.js";
import { iso } from "./sql.js";

/** Reads without aggregates: what an administrator looks through. */
export const queries = (names: Names) => ({ accounts: listing(accounts(names)), profiles: listing(profiles(names)) });

/** An account's user is looked up row by row: a page is short, and the tables are not. */
const accounts = ({ quoted: t }: Names): Listing<AccountFilter, AccountSort, AccountRow> => ({
  table: t.accounts,
  where: "x.closed_at is null",
  sorts: {
    openedAt: { by: "x.opened_at", type: "timestamptz" },
    status: { by: byCodePoint("x.status"), type: "text" },
  },
  conditions: ({ status, role }) => [
    ...(status === undefined ? [] : [{ sql: (p: string) => `${byCodePoint("x.status")} = ${p}`, value: status }]),
    ...(role === undefined
      ? []
      : [
          {
            sql: (p: string) =>
              `exists (select 1 from ${t.account_roles} r where r.tenant = x.tenant and r.account_id = x.id and r.role = ${p})`,
            value: role,
          },
        ]),
  ],
  json: `json_build_object('id', x.id, 'status', x.status, 'openedAt', x.opened_at,
  'roles', (select json_agg(json_build_object('role', r.role, 'scope', nullif(r.scope, ''), 'grantedAt', r.granted_at) order by r.ordinal)
    from ${t.account_roles} r where r.tenant = x.tenant and r.account_id = x.id),
  'user', (select json_build_object('name', u.display_name, 'username', u.username,
      'email', (select e.address from ${t.user_emails} e where e.tenant = u.tenant and e.user_id = u.id and e.is_primary limit 1),
      'phone', (select p.number from ${t.user_phones} p where p.tenant = u.tenant and p.user_id = u.id and p.is_primary limit 1))
    from ${t.users} u where u.tenant = x.tenant and u.id = x.id and u.removed_at is null))`,
  read: ({ roles, openedAt, user, ...row }: AccountJson) => ({
    ...row,
    openedAt: iso(openedAt),
    roles: (roles ?? []).map((grant) => ({ ...grant, grantedAt: iso(grant.grantedAt) })),
    ...(user ?? { name: null, username: null, email: null, phone: null }),
  }),
});

type AccountJson = Pick<AccountRow, "id" | "status" | "openedAt"> & {
  readonly roles: AccountRow["roles"] | null;
  readonly user: Pick<AccountRow, "name" | "username" | "email" | "phone"> | null;
};

const profiles = ({ quoted: t }: Names): Listing<ProfileFilter, ProfileSort, ProfileRow> => ({
  table: t.users,
  where: "x.removed_at is null",
  sorts: {
    createdAt: { by: "x.created_at", type: "timestamptz" },
    username: { by: byCodePoint("coalesce(x.username, '')"), type: "text" },
    name: { by: byCodePoint("coalesce(x.display_name, '')"), type: "text" },
  },
  conditions: ({ emailVerified, phoneVerified }) => [
    ...primaryIs(t.user_emails, emailVerified),
    ...primaryIs(t.user_phones, phoneVerified),
  ],
  json: `json_build_object('id', x.id, 'display', x.display_name, 'given', x.given_name, 'family', x.family_name,
  'username', x.username, 'emails', ${addresses(t.user_emails, "address")}, 'phones', ${addresses(t.user_phones, "number")},
  'attributes', x.attributes, 'createdAt', x.created_at)`,
  read: ({ display, given, family, emails, phones, createdAt, ...row }: ProfileJson) => ({
    ...row,
    name: display === null ? null : { display, ...(given === null ? {} : { given }), ...(family === null ? {} : { family }) },
    emails: emails ?? [],
    phones: phones ?? [],
    createdAt: iso(createdAt),
  }),
});

type ProfileJson = Pick<ProfileRow, "id" | "username" | "attributes" | "createdAt"> & {
  readonly [part in "display" | "given" | "family"]: string | null;
} & { readonly [kind in "emails" | "phones"]: ProfileRow[kind] | null };

/** Looked up row by row, like everything of a page: joined, the planner may read the whole table for twenty rows. */
const primaryIs = (table: string, verified: boolean | undefined): readonly Condition[] => {
  if (verified === undefined) return [];
  const primary = `select e.verified_at is not null from ${table} e where e.tenant = x.tenant and e.user_id = x.id and e.is_primary limit 1`;
  return [{ sql: (p) => `coalesce((${primary}), false) = ${p}::boolean`, value: String(verified) }];
};

const addresses = (table: string, column: string): string =>
  `(select json_agg(json_build_object('address', e.${column}, 'primary', e.is_primary, 'verified', e.verified_at is not null) order by e.ordinal)
    from ${table} e where e.tenant = x.tenant and e.user_id = x.id)`;
