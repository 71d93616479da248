import { Secret } from "denizen";
import type { Counted, Guess, Material, Settlement, StoredAggregate } from "denizen/ports";
import type { Run } from "./database.js";
import { EVENT_COLUMNS, eventRow } from "./flush.js";
import { aggregateJson, headsWhere, storedAggregate } from "./load.js";
import type { Mappings } from "./mappings.js";
import type { Names } from "./names.js";
import { memoized, recordset, statement, XID } from "./sql.js";

interface CountedRow {
  readonly counter: string;
  readonly count: number;
  readonly since: string;
  readonly aggregate: (StoredAggregate & { readonly rows?: never }) | null;
  readonly materials: readonly { readonly credentialId: string; readonly version: number; readonly secret: string }[] | null;
}

/** The guards: each call is one statement, whose truth no transaction of the host's can take back. */
export function guards(names: Names, mappings: Mappings) {
  const { quoted: t } = names;

  const count = memoized((shape: string) => {
    const [kind = "", from = "", next = "1"] = shape.split("\n\n");
    const parameter = (offset: number): string => `$${Number(next) + offset}::text`;
    return `with target as (select a.* from ${from} limit 1),
counted as (
  insert into ${t.attempts} as c (tenant, method, counter, count, since)
  select $1::text, ${parameter(0)}, coalesce((select $2::text || ':' || id from target), ${parameter(1)}), 1, ${parameter(2)}::timestamptz
  on conflict (tenant, method, counter) do update set
    count = case when c.since <= ${parameter(3)}::timestamptz then 1 else c.count + 1 end,
    since = case when c.since <= ${parameter(3)}::timestamptz then excluded.since else c.since end
  returning counter, count, since)
select json_build_object(
  'counter', c.counter, 'count', c.count, 'since', c.since,
  'aggregate', (select ${aggregateJson(mappings, kind)} from target a),
  'materials', (select json_agg(json_build_object('credentialId', v.credential_id, 'version', v.version, 'secret', v.secret))
    from ${t.vault} v join target a on v.tenant = a.tenant and v.owner = a.id))::text as json
from counted c`;
  });

  const settle = statement(`with cleared as (
  delete from ${t.attempts} where $2::text = 'succeeded' and tenant = $1::text and method = $3::text and counter = $4::text returning 1)
insert into ${t.events} (pos, id, tenant, type, type_version, occurred_at, kind, publisher, version, subject, payload, personal, actor, commit_id, correlation_id, causation_id, trace)
select ${XID}, r.id, $1::text, r.type, r.type_version, r.occurred_at, r.kind, r.publisher, r.version, r.subject, r.payload, r.personal, r.actor, r.commit_id, r.correlation_id, r.causation_id, r.trace
from ${recordset("$5", EVENT_COLUMNS)}`);

  const read = statement(`select version, secret from ${t.vault} where tenant = $1::text and credential_id = $2::text`);

  const replace = statement(`update ${t.vault} set version = version + 1, secret = $4::text
where tenant = $1::text and credential_id = $2::text and version = $3::text::integer returning 1`);

  return {
    count: async (run: Run, { tenant, target, method, stranger, at, windowStart }: Guess): Promise<Counted> => {
      const { from, params } = headsWhere(names, target);
      const text = count([target.kind, from, String(params.length + 2)].join("\n\n"));
      const [row] = await run(text, [tenant, ...params, method, stranger, at, windowStart]);
      // The statement above built it in this very shape.
      const counted = JSON.parse(String(row?.["json"])) as CountedRow;
      return {
        counter: counted.counter,
        count: counted.count,
        since: new Date(counted.since).toISOString(),
        aggregate: counted.aggregate === null ? undefined : storedAggregate(mappings, target.kind, counted.aggregate),
        materials: (counted.materials ?? []).map(({ credentialId, version, secret }) => ({
          credentialId,
          version,
          secret: new Secret(secret),
        })),
      };
    },
    settle: async (run: Run, { tenant, method, counter, succeeded, events }: Settlement): Promise<void> => {
      await run(settle, [tenant, succeeded ? "succeeded" : "failed", method, counter, JSON.stringify(events.map(eventRow))]);
    },
    read: async (run: Run, tenant: string, credentialId: string): Promise<Material | undefined> => {
      const [row] = await run(read, [tenant, credentialId]);
      return row && { credentialId, version: Number(row["version"]), secret: new Secret(String(row["secret"])) };
    },
    replace: async (run: Run, tenant: string, { credentialId, version }: Material, secret: Secret): Promise<boolean> => {
      const rows = await run(replace, [tenant, credentialId, String(version), secret.reveal()]);
      return rows.length > 0;
    },
  };
}
