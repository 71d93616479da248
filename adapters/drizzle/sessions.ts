import type { Revocation, Sessions, SessionStart, StoredSession } from "denizen/ports";
import { cleared, clearing } from "./attempts.js";
import type { Result, Run } from "./database.js";
import { append, eventRow } from "./events.js";
import type { Names } from "./names.js";
import { rotating } from "./rotate.js";
import { listed } from "./rows.js";
import { heldSession, liveSessions, sessionEventRow, sessionJson, storedSession } from "./session-rows.js";
import { memoized, parameters, recordset, statement } from "./sql.js";

const COLUMNS = {
  id: "text",
  account_id: "text",
  security_version: "integer",
  device: "text",
  methods: "jsonb",
  family: "text",
  refresh: "text",
  access: "text",
  access_expires_at: "timestamptz",
  started_at: "timestamptz",
  last_used_at: "timestamptz",
  idle_expires_at: "timestamptz",
  expires_at: "timestamptz",
} as const;

/**
 * The guard of sessions. Each call is one statement in a transaction of its own. Who starts one shares the account's row: an erasure,
 * which closes the account before it empties the log, waits for what is being started, and sees it.
 */
export function sessions(names: Names) {
  const starting = parameters(["tenant", "session", "cleared", "method", "counter", "events"]);
  const start = statement(`with started as (
  insert into ${names.quoted.sessions} (tenant, ${Object.keys(COLUMNS).join(", ")})
  select $1::text, ${Object.keys(COLUMNS)
    .map((name) => `r.${name}`)
    .join(", ")}
  from ${recordset(starting.text.session, listed(COLUMNS), "1")}
  join ${names.quoted.accounts} a
    on a.tenant = $1::text and a.id = r.account_id and a.closed_at is null and a.security_version = r.security_version
  for share of a
  returning id),
cleared as (${clearing(names, starting.text, "exists (select from started)")}),
logged as (${append(names, starting.text.events, { join: "cross join started" })}
  returning 1)
select id from started`);

  const checking = parameters(["tenant", "family", "access", "at", "graceStart"]);
  const check = statement(checkText(names, checking.text));

  const revoking = parameters(["tenant", "at", "revoked", "target", "account"]);
  const revoke = memoized((by: "id" | "family") => revokeText(names, revoking.text, by));

  const listing = parameters(["tenant", "account", "at"]);
  const list = statement(`select ${sessionJson("s")}::text as json
from ${liveSessions(names, `s.account_id = ${listing.text.account}`, `${listing.text.at}::timestamptz`)}
order by s.last_used_at desc, s.id collate "C"`);

  return {
    start: async (run: Run, { tenant, settlement, events, ...session }: SessionStart): Promise<boolean> => {
      const rows = [...(settlement?.events ?? []), ...events].map(eventRow);
      const [kept] = await run(
        start,
        starting.values({ tenant, session: JSON.stringify([rowOf(session)]), ...cleared(settlement), events: JSON.stringify(rows) }),
      );
      return kept !== undefined;
    },
    rotate: rotating(names),
    check: async (run: Run, access: Parameters<Sessions["check"]>[0]): Promise<StoredSession | undefined> => {
      const [row] = await run(check, checking.values(access));
      return row && sessionOf(row);
    },
    revoke: async (run: Run, { tenant, target, at, revoked }: Revocation): Promise<StoredSession | undefined> => {
      const [by, named] =
        "family" in target
          ? (["family", { target: target.family, account: "" }] as const)
          : (["id", { target: target.id, account: target.account }] as const);
      const values = revoking.values({ tenant, at, revoked: JSON.stringify([sessionEventRow(revoked)]), ...named });
      const [row] = await run(revoke(by), values);
      return row && sessionOf(row);
    },
    list: async (run: Run, tenant: string, account: string, at: string): Promise<readonly StoredSession[]> =>
      (await run(list, listing.values({ tenant, account, at }))).map(sessionOf),
  };
}

const rowOf = ({ session, family, refresh, access }: Pick<SessionStart, "session" | "family" | "refresh" | "access">) =>
  ({
    id: session.id,
    account_id: session.account,
    security_version: session.securityVersion,
    device: session.device,
    methods: session.methods,
    family,
    refresh,
    access: access?.hash ?? null,
    access_expires_at: access?.expiresAt ?? null,
    started_at: session.startedAt,
    last_used_at: session.lastUsedAt,
    idle_expires_at: session.idleExpiresAt,
    expires_at: session.expiresAt,
  }) satisfies Record<keyof typeof COLUMNS, unknown>;

/** A row's only column: `sessionJson` built it in this very shape. */
const sessionOf = (row: Result): StoredSession => storedSession(JSON.parse(String(row["json"])) as StoredSession);

function checkText(names: Names, p: Readonly<Record<"family" | "access" | "at" | "graceStart", string>>): string {
  const at = `${p.at}::timestamptz`;
  const opens = `(s.access = ${p.access} and ${at} < s.access_expires_at
    or s.previous_access = ${p.access} and ${at} < s.previous_access_expires_at and s.rotated_at > ${p.graceStart}::timestamptz)`;
  return `select ${sessionJson("s")}::text as json from ${liveSessions(names, `s.family = ${p.family} and ${opens}`, at)}`;
}

function revokeText(names: Names, p: Readonly<Record<"at" | "revoked" | "target" | "account", string>>, by: "id" | "family"): string {
  const at = `${p.at}::timestamptz`;
  // Both texts have all parameters, so that each has its number.
  const where =
    by === "family" ? `seen.family = ${p.target} and ${p.account} = ''` : `seen.id = ${p.target} and seen.account_id = ${p.account}`;
  return `with found as (${heldSession(names, where, at)}),
revoked as (
  update ${names.quoted.sessions} s set revoked_at = ${at} from found f where s.tenant = f.tenant and s.id = f.id
  returning 1),
logged as (${append(names, p.revoked, { join: "cross join found f", publisher: "f.id", subject: "f.account_id" })}
  returning 1)
select ${sessionJson("f")}::text as json from found f`;
}
