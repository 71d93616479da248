import type { Rotated, Rotation, StoredSession } from "denizen/ports";
import type { Run } from "./database.js";
import { append } from "./events.js";
import type { Names } from "./names.js";
import { heldSession, sessionEventRow, sessionJson, storedSession } from "./session-rows.js";
import { iso, parameters, statement } from "./sql.js";

/** The one row that a rotation answers; none when the session has ended. */
interface RotatedRow {
  readonly outcome: "rotated" | "graced" | "replayed";
  readonly session: StoredSession;
  readonly nonce: string;
  readonly accessExpiresAt: string | null;
}

/**
 * Refreshes a session in one statement: it holds the row, judges the token by what it finds there, and then writes. Who waited
 * for another finds that one's tokens, so that of any number of equal rotations one is the first and the others come after it.
 */
export function rotating(names: Names) {
  const { sessions } = names.quoted;
  const { text: p, values } = parameters([
    "tenant",
    "family",
    "presented",
    "at",
    "graceStart",
    "idleExpiresAt",
    "refresh",
    "access",
    "accessExpiresAt",
    "nonce",
    "events",
  ]);
  const at = `${p.at}::timestamptz`;
  const judgedAs = (outcome: Rotated["outcome"]): string =>
    `from judged j where j.outcome = '${outcome}' and s.tenant = j.tenant and s.id = j.id`;
  const rotate = statement(`with found as (${heldSession(names, `seen.family = ${p.family}`, at)}),
judged as (
  select f.*, case
    when f.refresh = ${p.presented} then 'rotated'
    when f.previous_refresh = ${p.presented} and f.rotated_at > ${p.graceStart}::timestamptz then 'graced'
    else 'replayed' end as outcome
  from found f),
rotated as (
  update ${sessions} s set
    refresh = ${p.refresh}, previous_refresh = s.refresh, rotated_at = ${at}, nonce = ${p.nonce},
    access = ${p.access}, access_expires_at = ${p.accessExpiresAt}::timestamptz,
    previous_access = s.access, previous_access_expires_at = s.access_expires_at,
    security_version = greatest(s.security_version, j.account_version),
    last_used_at = ${at}, idle_expires_at = least(${p.idleExpiresAt}::timestamptz, s.expires_at)
  ${judgedAs("rotated")}
  returning s.*),
revoked as (
  update ${sessions} s set revoked_at = ${at}
  ${judgedAs("replayed")}
  returning 1),
logged as (${append(names, p.events, {
    columns: { outcome: "text" },
    join: "join judged j on j.outcome = r.outcome",
    publisher: "j.id",
    subject: "j.account_id",
  })}
  returning 1)
select json_build_object(
  'outcome', j.outcome, 'session', coalesce((select ${sessionJson("s")} from rotated s), ${sessionJson("j")}),
  'nonce', j.nonce, 'accessExpiresAt', j.access_expires_at)::text as json
from judged j`);

  return async (run: Run, { next, refreshed, replayed, ...asked }: Rotation): Promise<Rotated> => {
    const events = [
      { outcome: "rotated", ...sessionEventRow(refreshed) },
      ...replayed.map((event) => ({ outcome: "replayed", ...sessionEventRow(event) })),
    ];
    const [row] = await run(
      rotate,
      values({
        ...asked,
        refresh: next.refresh,
        access: next.access?.hash ?? null,
        accessExpiresAt: next.access?.expiresAt ?? null,
        nonce: next.nonce,
        events: JSON.stringify(events),
      }),
    );
    if (row === undefined) return { outcome: "ended" };
    // The statement above built it in this very shape.
    const { outcome, session, nonce, accessExpiresAt } = JSON.parse(String(row["json"])) as RotatedRow;
    const stored = storedSession(session);
    if (outcome !== "graced") return { outcome, session: stored };
    return { outcome, session: stored, nonce, accessExpiresAt: accessExpiresAt === null ? null : iso(accessExpiresAt) };
  };
}
