import type { Names } from "../names.js";

/**
 * Accounts and sessions, guesses that lock, and the order of the lists. An older version may go on beside it: what is new on a
 * table that it writes may be left out.
 */
export const accounts = ({ quoted: t, prefix: p, primaryKey: pkey }: Names): string => `
alter table ${t.attempts}
  add column guessed_at timestamp with time zone,
  add column locked_until timestamp with time zone,
  add column refusals integer not null default 0;

create table ${t.accounts} (
  tenant text not null,
  id text not null,
  status text not null,
  security_version integer not null,
  spared_session text,
  spared_since integer not null default 1,
  opened_at timestamp with time zone not null,
  closed_at timestamp with time zone,
  constraint "${pkey("accounts")}" primary key (tenant, id)
);
create index "${p}accounts_opened" on ${t.accounts} (tenant, opened_at, (id collate "C")) where closed_at is null;
create index "${p}accounts_status" on ${t.accounts} (tenant, (status collate "C"), (id collate "C")) where closed_at is null;
create index "${p}accounts_status_opened" on ${t.accounts} (tenant, (status collate "C"), opened_at, (id collate "C")) where closed_at is null;

create table ${t.account_roles} (
  tenant text not null,
  account_id text not null,
  role text not null,
  scope text not null default '',
  ordinal integer not null,
  granted_at timestamp with time zone not null,
  constraint "${pkey("account_roles")}" primary key (tenant, account_id, role, scope)
);
create index "${p}account_roles_role" on ${t.account_roles} (tenant, role, account_id);

create table ${t.sessions} (
  tenant text not null,
  id text not null,
  account_id text not null,
  security_version integer not null,
  device text,
  methods jsonb not null,
  family text not null,
  refresh text not null,
  previous_refresh text,
  rotated_at timestamp with time zone,
  nonce text,
  access text,
  access_expires_at timestamp with time zone,
  previous_access text,
  previous_access_expires_at timestamp with time zone,
  started_at timestamp with time zone not null,
  last_used_at timestamp with time zone not null,
  idle_expires_at timestamp with time zone not null,
  expires_at timestamp with time zone not null,
  revoked_at timestamp with time zone,
  constraint "${pkey("sessions")}" primary key (tenant, id),
  constraint "${p}sessions_family" unique (tenant, family)
);
create index "${p}sessions_account" on ${t.sessions} (tenant, account_id);

create index "${p}users_created" on ${t.users} (tenant, created_at, (id collate "C")) where removed_at is null;
create index "${p}users_by_username" on ${t.users} (tenant, (coalesce(username, '') collate "C"), (id collate "C")) where removed_at is null;
create index "${p}users_by_name" on ${t.users} (tenant, (coalesce(display_name, '') collate "C"), (id collate "C")) where removed_at is null;
`;
