import type { Names } from "../names.js";

/** Aggregates with their identifiers and events, commits, the vault, guesses, and the tables of users. */
export const users = ({
  quoted: t,
  prefix: p,
  schema,
  primaryKey: pkey,
}: Names): string => `${schema === undefined ? "" : `create schema if not exists "${schema}";\n`}
create table ${t.aggregates} (
  tenant text not null,
  kind text not null,
  id text not null,
  version bigint not null,
  pos bigint not null,
  state jsonb,
  constraint "${pkey("aggregates")}" primary key (tenant, kind, id)
);

create table ${t.identifiers} (
  tenant text not null,
  aggregate text not null,
  kind text not null,
  key text not null,
  owner text not null default '',
  id text not null,
  constraint "${pkey("identifiers")}" primary key (tenant, aggregate, kind, key, owner)
);
create index "${p}identifiers_holder" on ${t.identifiers} (tenant, aggregate, id);

create table ${t.events} (
  seq bigserial not null,
  pos bigint not null,
  id text not null,
  tenant text not null,
  type text not null,
  type_version integer not null,
  occurred_at timestamp with time zone not null,
  kind text not null,
  publisher text not null,
  version bigint,
  subject text,
  payload jsonb not null,
  personal jsonb,
  actor text not null,
  commit_id text not null,
  correlation_id text not null,
  causation_id text,
  trace text,
  constraint "${pkey("events")}" primary key (id),
  constraint "denizen_concurrency_conflict" check (version is null or version > 0)
);
create index "${p}events_position" on ${t.events} (pos, seq);
create unique index "${p}events_version" on ${t.events} (tenant, kind, publisher, version);
create index "${p}events_subject" on ${t.events} (tenant, subject);

create table ${t.commits} (
  commit_id text not null,
  tenant text not null,
  at timestamp with time zone not null,
  position text,
  actor text,
  command_id text,
  outcome jsonb,
  constraint "${pkey("commits")}" primary key (commit_id),
  constraint "${p}commits_command" unique (tenant, actor, command_id)
);

create table ${t.vault} (
  tenant text not null,
  credential_id text not null,
  owner text not null,
  version integer not null,
  secret text not null,
  constraint "${pkey("vault")}" primary key (tenant, credential_id)
);
create index "${p}vault_owner" on ${t.vault} (tenant, owner);

create table ${t.attempts} (
  tenant text not null,
  method text not null,
  counter text not null,
  count integer not null,
  since timestamp with time zone not null,
  constraint "${pkey("attempts")}" primary key (tenant, method, counter)
);

create table ${t.users} (
  tenant text not null,
  id text not null,
  display_name text,
  given_name text,
  family_name text,
  username text,
  username_skeleton text,
  attributes jsonb not null,
  created_at timestamp with time zone not null,
  removed_at timestamp with time zone,
  constraint "${pkey("users")}" primary key (tenant, id)
);

create table ${t.user_emails} (
  tenant text not null,
  user_id text not null,
  address text not null,
  ordinal integer not null,
  is_primary boolean not null,
  verified_at timestamp with time zone,
  constraint "${pkey("user_emails")}" primary key (tenant, user_id, address)
);

create table ${t.user_phones} (
  tenant text not null,
  user_id text not null,
  number text not null,
  ordinal integer not null,
  is_primary boolean not null,
  verified_at timestamp with time zone,
  constraint "${pkey("user_phones")}" primary key (tenant, user_id, number)
);

create table ${t.user_credentials} (
  tenant text not null,
  user_id text not null,
  id text not null,
  ordinal integer not null,
  kind text not null,
  label text,
  created_at timestamp with time zone not null,
  constraint "${pkey("user_credentials")}" primary key (tenant, user_id, id)
);
`;
