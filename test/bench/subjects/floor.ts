import type { Sql } from "postgres";
import { uuidv7 } from "uuidv7";
import type { Subject } from "./subject.js";

/**
 * The floor: the reads and writes of denizen's, row for row, written out by hand for users with one e-mail, one phone and a
 * password. One prepared statement each; nothing is checked, nothing is general. `sameRows` sees to that.
 */
export function floor(sql: Sql): Subject {
  const run = (text: string, params: string[]) => sql.unsafe<Record<string, unknown>[]>(text, params, { prepare: true });
  return {
    create: async ({ name, emails: [email], phones: [phone], password }) => {
      const [id, commit, credential] = [uuidv7(), uuidv7(), uuidv7()];
      await run(CREATE, [
        id,
        commit,
        new Date().toISOString(),
        email,
        phone,
        name.toLowerCase(),
        name,
        credential,
        `plain:${password}`,
        uuidv7(),
        uuidv7(),
        uuidv7(),
        uuidv7(),
      ]);
      return id;
    },
    read: async (email) => {
      const [row] = await run(READ_BY_EMAIL, [email.toLowerCase()]);
      if (row === undefined) throw new Error("nobody");
      return String(row["id"]);
    },
    rename: async (id, name) => {
      const [row] = await run(READ_BY_ID, [id]);
      if (row === undefined) throw new Error("nobody");
      const written = await run(RENAME, [
        id,
        String(row["version"]),
        uuidv7(),
        uuidv7(),
        new Date().toISOString(),
        String(row["display_name"]).toLowerCase(),
        name.toLowerCase(),
        name,
      ]);
      if (written.length !== 1) throw new Error("somebody else was first");
    },
    verify: async (email, password) => {
      const now = Date.now();
      const times = [new Date(now).toISOString(), new Date(now - 15 * 60_000).toISOString()];
      const [guess] = await run(COUNT, [email.toLowerCase(), ...times]);
      if (guess === undefined || Number(guess["count"]) > 10 || guess["secret"] !== `plain:${password}`) throw new Error("wrong");
      await run(SETTLE, [String(guess["counter"]), uuidv7(), uuidv7(), String(guess["id"]), new Date().toISOString()]);
    },
  };
}

export const XID = "pg_current_xact_id()::text::bigint";

/** The events' columns, in the order of the values that follow. */
export const LOG = `insert into denizen_events
  (pos, id, tenant, type, type_version, occurred_at, kind, publisher, version, subject, payload, personal, actor, commit_id, correlation_id)`;

const CREATE = `with aggregate as (
  insert into denizen_aggregates (tenant, kind, id, version, pos) values ('default', 'user', $1::text, 4, ${XID})),
logged as (
  ${LOG} values
  (${XID}, $10::text, 'default', 'user-created', 1, $3::text::timestamptz, 'user', $1, 1, $1, '{}',
    jsonb_build_object('name', jsonb_build_object('display', $7::text), 'attributes', '{}'::jsonb), 'anonymous', $2::text, $2),
  (${XID}, $11::text, 'default', 'email-added', 1, $3::text::timestamptz, 'user', $1, 2, $1, '{"primary":true}',
    jsonb_build_object('email', $4::text), 'anonymous', $2, $2),
  (${XID}, $12::text, 'default', 'phone-added', 1, $3::text::timestamptz, 'user', $1, 3, $1, '{"primary":true}',
    jsonb_build_object('phone', $5::text), 'anonymous', $2, $2),
  (${XID}, $13::text, 'default', 'password-changed', 1, $3::text::timestamptz, 'user', $1, 4, $1,
    jsonb_build_object('replaced', false, 'credentialId', $8::text), null, 'anonymous', $2, $2)
  returning pos, seq),
identifiers as (
  insert into denizen_identifiers (tenant, aggregate, kind, key, owner, id) values
  ('default', 'user', 'email', lower($4), '', $1), ('default', 'user', 'phone', $5, '', $1), ('default', 'user', 'name', $6::text, $1, $1)),
person as (
  insert into denizen_users (tenant, id, display_name, attributes, created_at) values ('default', $1, $7, '{}', $3::text::timestamptz)),
email as (insert into denizen_user_emails (tenant, user_id, address, ordinal, is_primary) values ('default', $1, $4, 0, true)),
phone as (insert into denizen_user_phones (tenant, user_id, number, ordinal, is_primary) values ('default', $1, $5, 0, true)),
credential as (
  insert into denizen_user_credentials (tenant, user_id, id, ordinal, kind, created_at, confirmed_at)
  values ('default', $1, $8, 0, 'password', $3::text::timestamptz, $3::text::timestamptz)),
vault as (insert into denizen_vault (tenant, credential_id, owner, version, secret) values ('default', $8, $1, 1, $9::text))
insert into denizen_commits (commit_id, tenant, at, position)
select $2, 'default', $3::text::timestamptz, max(pos)::text || '.' || max(seq)::text from logged`;

const READ = `select a.version, u.*,
  (select json_agg(t order by t.ordinal) from denizen_user_emails t where t.tenant = a.tenant and t.user_id = a.id) as emails,
  (select json_agg(t order by t.ordinal) from denizen_user_phones t where t.tenant = a.tenant and t.user_id = a.id) as phones,
  (select json_agg(t order by t.ordinal) from denizen_user_credentials t where t.tenant = a.tenant and t.user_id = a.id) as credentials
from denizen_aggregates a join denizen_users u on u.tenant = a.tenant and u.id = a.id`;

const READ_BY_ID = `${READ} where a.tenant = 'default' and a.kind = 'user' and a.id = $1::text`;

const READ_BY_EMAIL = `${READ} join denizen_identifiers i on i.tenant = a.tenant and i.aggregate = a.kind and i.id = a.id
where i.tenant = 'default' and i.aggregate = 'user' and i.kind = 'email' and i.key = $1::text`;

const RENAME = `with changed as (
  update denizen_aggregates set version = version + 1, pos = greatest(pos, ${XID})
  where tenant = 'default' and kind = 'user' and id = $1::text and version = $2::text::bigint returning version, pos),
logged as (
  ${LOG} select pos, $3::text, 'default', 'name-changed', 1, $5::text::timestamptz, 'user', $1, version, $1, '{}',
    jsonb_build_object('name', jsonb_build_object('display', $8::text)), 'anonymous', $4::text, $4 from changed
  returning pos, seq),
released as (
  delete from denizen_identifiers i using changed
  where i.tenant = 'default' and i.aggregate = 'user' and i.kind = 'name' and i.key = $6::text and i.owner = $1),
claimed as (
  insert into denizen_identifiers (tenant, aggregate, kind, key, owner, id) select 'default', 'user', 'name', $7::text, $1, $1 from changed),
renamed as (update denizen_users u set display_name = $8 from changed where u.tenant = 'default' and u.id = $1)
insert into denizen_commits (commit_id, tenant, at, position)
select $4, 'default', $5::text::timestamptz, pos::text || '.' || seq::text from logged returning position`;

const COUNT = `with target as (
  select a.id, v.secret from denizen_identifiers i
  join denizen_aggregates a on a.tenant = i.tenant and a.kind = i.aggregate and a.id = i.id
  left join denizen_vault v on v.tenant = a.tenant and v.owner = a.id
  where i.tenant = 'default' and i.aggregate = 'user' and i.kind = 'email' and i.key = $1::text limit 1),
counted as (
  insert into denizen_attempts as c (tenant, method, counter, count, since)
  select 'default', 'password', coalesce((select 'user:' || id from target), $1), 1, $2::text::timestamptz
  on conflict (tenant, method, counter) do update set
    count = case when c.since <= $3::text::timestamptz then 1 else c.count + 1 end,
    since = case when c.since <= $3::text::timestamptz then excluded.since else c.since end
  returning counter, count)
select c.counter, c.count, t.id, t.secret from counted c left join target t on true`;

const SETTLE = `with cleared as (
  delete from denizen_attempts where tenant = 'default' and method = 'password' and counter = $1::text)
${LOG} values (${XID}, $2::text, 'default', 'proof-succeeded', 1, $5::text::timestamptz, 'attempts', $1, null, $4::text,
  '{"method":"password"}', null, 'anonymous', $3::text, $3)`;
