import type { Names } from "../names.js";

/**
 * Durable subscribers and how far each has come, the log by partition and by what histories ask for. An older version may go on
 * beside it, which neither reads nor writes what is new; but not in a cluster into which a dump was restored: it does not know of the
 * shift, and writes at positions that subscribers are beyond.
 *
 * The partition of an event is a hash of its publisher. `hashtextextended` gives the same on every version of PostgreSQL: hash
 * partitions of tables rely on that across upgrades. As with those, it is another one where the machine's byte order or the
 * database's encoding is: who moves a dump there finds cursors of other partitions. Seeds instead of one joined text, so that nothing
 * has to be told apart in it.
 */
export const log = ({ quoted: t, prefix: p, schema, primaryKey: pkey }: Names): string => `
create table ${t.log_epoch} (
  id integer not null default 1,
  shift bigint not null default 0,
  swept bigint not null default 0,
  verified timestamp with time zone,
  constraint "${pkey("log_epoch")}" primary key (id),
  constraint "${p}log_epoch_one" check (id = 1)
);

create table ${t.subscribers} (
  name text not null,
  paused boolean not null default false,
  enlisted_at timestamp with time zone not null,
  delivered bigint not null default 0,
  constraint "${pkey("subscribers")}" primary key (name)
);

create table ${t.cursors} (
  subscriber text not null,
  partition integer not null,
  pos bigint not null,
  seq bigint not null,
  token bigint not null default 0,
  worker text,
  lease_until timestamp with time zone,
  delivered bigint not null default 0,
  constraint "${pkey("cursors")}" primary key (subscriber, partition)
) with (fillfactor = 40);

create table ${t.deliveries} (
  subscriber text not null,
  tenant text not null,
  kind text not null,
  publisher text not null,
  pos bigint not null,
  seq bigint not null,
  event_id text not null,
  partition integer not null,
  attempts integer not null,
  due_at timestamp with time zone,
  dead_at timestamp with time zone,
  error_code text,
  error_message text,
  token bigint not null default 0,
  worker text,
  constraint "${pkey("deliveries")}" primary key (subscriber, tenant, kind, publisher, pos, seq)
);
create index "${p}deliveries_due" on ${t.deliveries} (subscriber, due_at) where due_at is not null;
create index "${p}deliveries_dead" on ${t.deliveries} (pos, seq) where dead_at is not null;
create index "${p}deliveries_event" on ${t.deliveries} (tenant, event_id, subscriber);

create index "${p}events_partition" on ${t.events}
  (((hashtextextended(publisher, hashtextextended(kind, hashtextextended(tenant, 0))) & 63)::integer), pos, seq);
drop index ${schema === undefined ? "" : `"${schema}".`}"${p}events_subject";
create index "${p}events_subject" on ${t.events} (tenant, subject, pos, seq);
create index "${p}events_actor" on ${t.events} (tenant, actor, pos, seq);
create index "${p}events_type" on ${t.events} (tenant, type, pos, seq);
create index "${p}events_occurred" on ${t.events} using brin (occurred_at);
create index "${p}events_traces" on ${t.events} (occurred_at) where version is null;

create index "${p}commits_at" on ${t.commits} (at);
create index "${p}attempts_owner" on ${t.attempts} (tenant, (substr(counter, strpos(counter, ':') + 1) collate "C"));
`;
