import type { Holding, Identifier, Standing, StandingQuery, StoredSession } from "denizen/ports";
import type { Run } from "./database.js";
import { aggregateJson, storedAggregate } from "./load.js";
import type { Loaded } from "./load.js";
import type { Mappings } from "./mappings.js";
import type { Names } from "./names.js";
import { liveSessions, sessionJson, storedSession } from "./session-rows.js";
import { parameters, recordset, statement } from "./sql.js";

const ACCOUNT = "account";

/** Who holds some unique identifiers: each is looked up by itself, however many there are. */
export function holdings({ quoted: t }: Names) {
  const held = statement(`select r.kind, r.key, h.id
from ${recordset("$3", "kind text, key text")}
cross join lateral (
  select i.id from ${t.identifiers} i
  where i.tenant = $1::text and i.aggregate = $2::text and i.kind = r.kind and i.key = r.key and i.owner = ''
  limit 1) h
order by r.ordinality`);

  return async (run: Run, tenant: string, kind: string, identifiers: readonly Identifier[]): Promise<readonly Holding[]> => {
    const rows = await run(held, [tenant, kind, JSON.stringify(identifiers.map(({ kind: of, key }) => ({ kind: of, key })))]);
    return rows.map((row) => ({ kind: String(row["kind"]), key: String(row["key"]), id: String(row["id"]) }));
  };
}

/** Some accounts and a session, of one moment. */
export function standings(names: Names, mappings: Mappings) {
  const { text: p, values } = parameters(["tenant", "accounts", "session", "at"]);
  const standing = statement(`select json_build_object(
  'accounts', (select json_agg(${aggregateJson(mappings, ACCOUNT)} order by a.id collate "C") from ${names.quoted.aggregates} a
    where a.tenant = $1::text and a.kind = '${ACCOUNT}' and a.id = any (array(select jsonb_array_elements_text(${p.accounts}::jsonb)))),
  'session', (select ${sessionJson("s")} from ${liveSessions(names, `s.id = ${p.session}`, `${p.at}::timestamptz`)}))::text as json`);

  return async (run: Run, tenant: string, { accounts, session, at }: StandingQuery): Promise<Standing> => {
    // No session's id is empty.
    const [row] = await run(standing, values({ tenant, accounts: JSON.stringify(accounts), session: session ?? "", at }));
    // The statement above built it in this very shape.
    const found = JSON.parse(String(row?.["json"])) as { accounts: readonly Loaded[] | null; session: StoredSession | null };
    return {
      accounts: (found.accounts ?? []).map((account) => storedAggregate(mappings, ACCOUNT, account)),
      session: found.session === null ? undefined : storedSession(found.session),
    };
  };
}
