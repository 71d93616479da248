import { LOG, XID } from "./floor.js";

export const SIGN_UP = `with aggregates as (
  insert into denizen_aggregates (tenant, kind, id, version, pos)
  values ('default', 'user', $1::text, 3, ${XID}), ('default', 'account', $1, 1, ${XID})),
logged as (
  ${LOG} values
  (${XID}, $9::text, 'default', 'user-created', 1, $3::text::timestamptz, 'user', $1, 1, $1, '{}',
    jsonb_build_object('name', jsonb_build_object('display', $6::text), 'attributes', '{}'::jsonb), 'anonymous', $2::text, $2),
  (${XID}, $10::text, 'default', 'email-added', 1, $3::text::timestamptz, 'user', $1, 2, $1, '{"primary":true}',
    jsonb_build_object('email', $4::text), 'anonymous', $2, $2),
  (${XID}, $11::text, 'default', 'password-changed', 1, $3::text::timestamptz, 'user', $1, 3, $1,
    jsonb_build_object('replaced', false, 'credentialId', $7::text), null, 'anonymous', $2, $2),
  (${XID}, $12::text, 'default', 'account-opened', 1, $3::text::timestamptz, 'account', $1, 1, $1,
    '{"status":"active","role":"user"}', null, 'anonymous', $2, $2)
  returning pos, seq),
identifiers as (
  insert into denizen_identifiers (tenant, aggregate, kind, key, owner, id) values
  ('default', 'user', 'email', lower($4), '', $1), ('default', 'user', 'name', $5::text, $1, $1)),
person as (
  insert into denizen_users (tenant, id, display_name, attributes, created_at) values ('default', $1, $6, '{}', $3::text::timestamptz)),
email as (insert into denizen_user_emails (tenant, user_id, address, ordinal, is_primary) values ('default', $1, $4, 0, true)),
credential as (
  insert into denizen_user_credentials (tenant, user_id, id, ordinal, kind, created_at, confirmed_at)
  values ('default', $1, $7, 0, 'password', $3::text::timestamptz, $3::text::timestamptz)),
vault as (insert into denizen_vault (tenant, credential_id, owner, version, secret) values ('default', $7, $1, 1, $8::text)),
account as (
  insert into denizen_accounts (tenant, id, status, security_version, opened_at)
  values ('default', $1, 'active', 1, $3::text::timestamptz)),
role as (
  insert into denizen_account_roles (tenant, account_id, role, ordinal, granted_at)
  values ('default', $1, 'user', 0, $3::text::timestamptz))
insert into denizen_commits (commit_id, tenant, at, position)
select $2, 'default', $3::text::timestamptz, max(pos)::text || '.' || max(seq)::text from logged`;

/** Ten guesses lock for a minute, and twice as long with each after that, an hour at most; a day later they are forgotten. */
const LOCK = (count: string): string =>
  `case when ${count} >= 10 then $3::text::timestamptz + least(3600, 60 * power(2, least(${count} - 10, 60))) * interval '1 second' end`;
const FORGOTTEN = `greatest(c.guessed_at, c.since) <= $3::text::timestamptz - interval '1 day'`;
const LOCKED = `$3::text::timestamptz < c.locked_until`;
const COUNTED = `case when ${FORGOTTEN} then 1 else c.count + 1 end`;

export const COUNT = `with target as (
  select a.id, v.secret, c.status, c.security_version from denizen_identifiers i
  join denizen_aggregates a on a.tenant = i.tenant and a.kind = i.aggregate and a.id = i.id
  left join denizen_vault v on v.tenant = a.tenant and v.owner = a.id
  left join denizen_accounts c on c.tenant = a.tenant and c.id = a.id and c.closed_at is null
  where i.tenant = 'default' and i.aggregate = 'user' and i.kind = 'email' and i.key = $1::text limit 1),
counted as (
  insert into denizen_attempts as c (tenant, method, counter, count, since, guessed_at)
  select 'default', 'password', coalesce((select 'user:' || id from target), $2::text), 1, $3::text::timestamptz, $3::text::timestamptz
  on conflict (tenant, method, counter) do update set
    count = case when ${LOCKED} then c.count else ${COUNTED} end,
    since = case when ${LOCKED} then c.since when ${FORGOTTEN} then $3::text::timestamptz else least(c.since, $3::text::timestamptz) end,
    guessed_at = case when ${LOCKED} then c.guessed_at else $3::text::timestamptz end,
    locked_until = case when ${LOCKED} then c.locked_until else ${LOCK(`(${COUNTED})`)} end,
    refusals = case when ${LOCKED} then c.refusals + 1 else 0 end
  returning counter, case when refusals > 0 then locked_until end as refused_until)
select c.counter, c.refused_until, t.id, t.secret, t.status, t.security_version from counted c left join target t on true`;

/** Of a sign-up, which has no counter, nothing is cleared and no proof logged. */
export const START = `with cleared as (
  delete from denizen_attempts where $4::text <> '' and tenant = 'default' and method = 'password' and counter = $4),
started as (
  insert into denizen_sessions (tenant, id, account_id, security_version, methods, family, refresh, access, access_expires_at,
    started_at, last_used_at, idle_expires_at, expires_at)
  values ('default', $1::text, $2::text, $3::text::integer, '["password"]', $5::text, $6::text, $7::text, $9::text::timestamptz,
    $8::text::timestamptz, $8::text::timestamptz, $10::text::timestamptz, $11::text::timestamptz))
${LOG}
select ${XID}, $12::text, 'default', 'proof-succeeded', 1, $8::text::timestamptz, 'attempts', $4, null::bigint, $2,
  '{"method":"password"}'::jsonb, null::jsonb, 'anonymous', $13::text, $13 where $4 <> ''
union all select ${XID}, $14::text, 'default', 'log-in-succeeded', 1, $8::text::timestamptz, 'session', $1, null, $2,
  '{"methods":["password"]}', null, 'anonymous', $15::text, $15
union all select ${XID}, $16::text, 'default', 'session-started', 2, $8::text::timestamptz, 'session', $1, null, $2,
  jsonb_build_object('methods', '["password"]'::jsonb, 'newDevice', $4 <> ''), '{"device":null}', 'anonymous', $17::text, $17`;

const LIVE = `s.revoked_at is null and $3::text::timestamptz < s.idle_expires_at and $3::text::timestamptz < s.expires_at
  and a.closed_at is null and (s.security_version = a.security_version or a.spared_session = s.id)`;

export const CHECK = `select s.id, s.account_id from denizen_sessions s
join denizen_accounts a on a.tenant = s.tenant and a.id = s.account_id
where s.tenant = 'default' and s.family = $1::text and ${LIVE}
  and (s.access = $2::text and $3::text::timestamptz < s.access_expires_at
    or s.previous_access = $2 and $3::text::timestamptz < s.previous_access_expires_at and s.rotated_at > $4::text::timestamptz)`;

export const REFRESH = `with rotated as (
  update denizen_sessions s set
    refresh = $4::text, previous_refresh = s.refresh, rotated_at = $3::text::timestamptz, nonce = $8::text,
    access = $5::text, access_expires_at = $6::text::timestamptz,
    previous_access = s.access, previous_access_expires_at = s.access_expires_at,
    security_version = greatest(s.security_version, a.security_version),
    last_used_at = $3::text::timestamptz, idle_expires_at = least($7::text::timestamptz, s.expires_at)
  from denizen_accounts a
  where s.tenant = 'default' and s.family = $1::text and s.refresh = $2::text and a.tenant = s.tenant and a.id = s.account_id and ${LIVE}
  returning s.id, s.account_id),
logged as (
  ${LOG} select ${XID}, $9::text, 'default', 'session-refreshed', 1, $3::text::timestamptz, 'session', id, null, account_id,
    '{}', null, 'anonymous', $10::text, $10 from rotated)
select id, account_id from rotated`;
