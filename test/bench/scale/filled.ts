import type { Sql } from "postgres";
import type { Newcomer } from "../subjects/accounts-subject.js";
import { XID } from "../subjects/floor.js";
import { PASSWORD } from "../subjects/subject.js";

/** Somebody who is logged in. */
export interface Member {
  readonly id: string;
  readonly email: string;
  readonly accessToken: string;
}

const hex = (number: number, length: number): string => number.toString(16).padStart(length, "0");

/** One whom `fill` has put there. An id is a UUIDv7 from before all that denizen makes now, and in the order of the numbers. */
export const filledMember = (number: number): Member => ({
  id: `0180${hex(number, 8).replace(/^.{4}/, "$&-")}-7000-8000-000000000000`,
  email: `filled.${number}@example.com`,
  accessToken: `da_${hex(number, 32)}.${hex(number, 64)}`,
});

export const filledPerson = (number: number): Newcomer => ({
  name: `Filled ${number}`,
  emails: [filledMember(number).email],
  password: PASSWORD,
});

const CHUNK = 25_000;

interface Index {
  readonly drop: string;
  readonly create: string;
}

/** Keys and other indexes, which are built in a fifth of the time when the rows are there. */
const INDEXES = `select format('alter table %s drop constraint %I', c.conrelid::regclass, c.conname) as drop,
  format('alter table %s add constraint %I %s', c.conrelid::regclass, c.conname, pg_get_constraintdef(c.oid)) as create
from pg_constraint c where c.contype in ('p', 'u') and c.connamespace = 'public'::regnamespace
union all
select format('drop index %s', i.indexrelid::regclass), pg_get_indexdef(i.indexrelid)
from pg_index i join pg_class t on t.oid = i.indrelid and t.relnamespace = 'public'::regnamespace
where not exists (select from pg_constraint c where c.conindid = i.indexrelid)`;

/** As `fill`, into tables that nobody uses meanwhile. */
export async function fillAtOnce(sql: Sql, last: number): Promise<void> {
  const indexes = await sql.unsafe<Index[]>(INDEXES);
  for (const { drop } of indexes) await sql.unsafe(drop);
  await fill(sql, last);
  await Promise.all(indexes.map(({ create }) => sql.unsafe(create)));
}

/**
 * Users with one e-mail and a password who have signed up, from 1 to a number: the rows of denizen's, which `sameRows` sees to.
 * Every tenth is logged in; the sessions of the others are over, and swept.
 */
export async function fill(sql: Sql, last: number, first = 1): Promise<void> {
  const chunks = Array.from({ length: Math.ceil((last + 1 - first) / CHUNK) }, (_, index) => first + index * CHUNK);
  // As many at once as there are connections.
  await Promise.all(chunks.map((from) => sql.unsafe(FILL, [from, Math.min(from + CHUNK - 1, last), last])));
  await sql.unsafe("select setval(pg_get_serial_sequence('denizen_events', 'seq'), $1::bigint)", [6 * last + 6]);
}

/** Ids of one person's differ in their last digit. */
const id = (digit: string): string => `p.stem || '${digit}'`;
const [USER, COMMIT, CREDENTIAL, SESSION] = [id("0"), id("1"), id("2"), id("3")];

const hashed = (text: string): string => `encode(sha256(convert_to(${text}, 'UTF8')), 'hex')`;

const EVENT = "e (ordinal, id, type, type_version, kind, publisher, version, payload, personal, commit_id)";

const logged = (of: string): string => `
  insert into denizen_events (seq, pos, id, tenant, type, type_version, occurred_at, kind, publisher, version, subject,
    payload, personal, actor, commit_id, correlation_id)
  select 6 * p.n + e.ordinal, p.pos, e.id, 'default', e.type, e.type_version, p.at, e.kind, e.publisher, e.version, ${USER},
    e.payload, e.personal, 'anonymous', e.commit_id, e.commit_id
  from (select * from people p where ${of}) p cross join lateral (values`;

/** A tenth of a second lies between two of them. */
const FILL = `with people as materialized (
  select n, '0180' || left(h, 4) || '-' || right(h, 4) || '-7000-8000-00000000000' as stem, 'Filled ' || n as name,
    'filled.' || n || '@example.com' as email, ${XID} as pos, lpad(h, 32, '0') as family, lpad(h, 64, '0') as secret,
    date_trunc('milliseconds', now()) - ($3::integer - n) * interval '100 milliseconds' as at, n % 10 = 0 as present
  from (select n, lpad(to_hex(n), 8, '0') as h from generate_series($1::integer, $2::integer) n) numbers),
aggregates as (
  insert into denizen_aggregates (tenant, kind, id, version, pos)
  select 'default', k.kind, ${USER}, k.version, p.pos from people p cross join (values ('user', 3), ('account', 1)) k (kind, version)),
logged as (${logged("true")}
    (0, ${id("4")}, 'user-created', 1, 'user', ${USER}, 1, '{}'::jsonb,
      jsonb_build_object('name', jsonb_build_object('display', p.name), 'attributes', '{}'::jsonb), ${COMMIT}),
    (1, ${id("5")}, 'email-added', 1, 'user', ${USER}, 2, '{"primary":true}', jsonb_build_object('email', p.email), ${COMMIT}),
    (2, ${id("6")}, 'password-changed', 1, 'user', ${USER}, 3,
      jsonb_build_object('replaced', false, 'credentialId', ${CREDENTIAL}), null, ${COMMIT}),
    (3, ${id("7")}, 'account-opened', 1, 'account', ${USER}, 1, '{"status":"active","role":"user"}', null, ${COMMIT})
  ) ${EVENT}),
traced as (${logged("p.present")}
    (4, ${id("8")}, 'log-in-succeeded', 1, 'session', ${SESSION}, null::integer, '{"methods":["password"]}'::jsonb, null::jsonb, ${id("9")}),
    (5, ${id("a")}, 'session-started', 2, 'session', ${SESSION}, null,
      '{"methods":["password"],"newDevice":false}', '{"device":null}', ${id("b")})
  ) ${EVENT}),
identifiers as (
  insert into denizen_identifiers (tenant, aggregate, kind, key, owner, id)
  select 'default', 'user', i.kind, i.key, i.owner, ${USER}
  from people p cross join lateral (values ('email', p.email, ''), ('name', lower(p.name), ${USER})) i (kind, key, owner)),
persons as (
  insert into denizen_users (tenant, id, display_name, attributes, created_at) select 'default', ${USER}, p.name, '{}', p.at from people p),
emails as (
  insert into denizen_user_emails (tenant, user_id, address, ordinal, is_primary) select 'default', ${USER}, p.email, 0, true from people p),
credentials as (
  insert into denizen_user_credentials (tenant, user_id, id, ordinal, kind, created_at, confirmed_at)
  select 'default', ${USER}, ${CREDENTIAL}, 0, 'password', p.at, p.at from people p),
secrets as (
  insert into denizen_vault (tenant, credential_id, owner, version, secret)
  select 'default', ${CREDENTIAL}, ${USER}, 1, 'plain:${PASSWORD}' from people p),
accounts as (
  insert into denizen_accounts (tenant, id, status, security_version, opened_at) select 'default', ${USER}, 'active', 1, p.at from people p),
roles as (
  insert into denizen_account_roles (tenant, account_id, role, ordinal, granted_at) select 'default', ${USER}, 'user', 0, p.at from people p),
sessions as (
  insert into denizen_sessions (tenant, id, account_id, security_version, methods, family, refresh, access, access_expires_at,
    started_at, last_used_at, idle_expires_at, expires_at)
  select 'default', ${SESSION}, ${USER}, 1, '["password"]', ${hashed("p.family")}, ${hashed("p.secret || 'r'")}, ${hashed("p.secret")},
    now() + interval '15 minutes', p.at, p.at, p.at + interval '7 days', p.at + interval '30 days'
  from people p where p.present)
insert into denizen_commits (commit_id, tenant, at, position) select ${COMMIT}, 'default', p.at, p.pos || '.' || (6 * p.n + 3) from people p`;
