import { domainError, errAsync } from "denizen";
import type { Rotated, Rotation, SessionEvent, Sessions, StoredSession, Timestamp } from "denizen/ports";
import type { MemoryAttempts } from "./attempts.js";
import { done } from "./done.js";
import { append } from "./flush.js";
import { liveSession, vouches } from "./live.js";
import type { Live } from "./live.js";
import { key } from "./key.js";
import type { CommittedTables, SessionRow } from "./tables.js";

/** Each call is one synchronous step over the committed tables. */
export function memorySessions(tables: CommittedTables, attempts: Pick<MemoryAttempts, "settled">): Sessions {
  const { families, sessionsOf } = tables;

  const inFamily = (tenant: string, family: string, at: string): Live | undefined => {
    const id = families.get(key(tenant, family));
    return id === undefined ? undefined : liveSession(tables, tenant, id, at);
  };

  function publish(tenant: string, { id, account }: StoredSession, events: readonly SessionEvent[]): void {
    const publisher = { kind: "session", id, version: null };
    append(
      tables,
      tenant,
      events.map((event) => ({ ...event, publisher, subject: account })),
    );
  }

  function keep({ tenant, session, family, refresh, access, before, endedAt }: SessionRow): void {
    tables.sessions.set(key(tenant, session.id), { tenant, session, family, refresh, access, endedAt, ...(before && { before }) });
  }

  function end(tenant: string, { row }: Live, endedAt: Timestamp, events: readonly SessionEvent[]): StoredSession {
    keep({ ...row, endedAt });
    publish(tenant, row.session, events);
    return copyOf(row.session);
  }

  function replace({ row, account }: Live, { tenant, at, idleExpiresAt, next, refreshed }: Rotation): StoredSession {
    const { expiresAt } = row.session;
    const session = {
      ...row.session,
      securityVersion: account.securityVersion,
      lastUsedAt: at,
      idleExpiresAt: idleExpiresAt < expiresAt ? idleExpiresAt : expiresAt,
    };
    const before = { refresh: row.refresh, access: row.access, nonce: next.nonce, replacedAt: at };
    keep({ tenant, session, family: row.family, refresh: next.refresh, access: next.access, before, endedAt: null });
    publish(tenant, session, [refreshed]);
    return copyOf(session);
  }

  function rotated(rotation: Rotation): Rotated {
    const { tenant, family, presented, at, graceStart } = rotation;
    const live = inFamily(tenant, family, at);
    if (live === undefined) return { outcome: "ended" };
    const { before, session, refresh, access } = live.row;
    if (presented === refresh) return { outcome: "rotated", session: replace(live, rotation) };
    if (before !== undefined && presented === before.refresh && before.replacedAt > graceStart) {
      return { outcome: "graced", session: copyOf(session), nonce: before.nonce, accessExpiresAt: access?.expiresAt ?? null };
    }
    return { outcome: "replayed", session: end(tenant, live, at, rotation.replayed) };
  }

  return {
    start: ({ tenant, session, family, refresh, access, events, settlement }) => {
      const at = key(tenant, family);
      if (families.has(at) || tables.sessions.get(key(tenant, session.id)) !== undefined) {
        return errAsync(domainError("store-failed", "there is a session of this family or id already", { detail: "duplicate session" }));
      }
      if (!vouches(tables, tenant, session)) return done(false);
      if (settlement !== undefined) attempts.settled(settlement);
      families.set(at, session.id);
      sessionsOf.set(key(tenant, session.account), session.id, true);
      keep({ tenant, session: copyOf(session), family, refresh, access, endedAt: null });
      append(tables, tenant, events);
      return done(true);
    },

    rotate: (rotation) => done(rotated(rotation)),

    check: ({ tenant, family, access, at, graceStart }) => {
      const row = inFamily(tenant, family, at)?.row;
      const before = row?.before !== undefined && row.before.replacedAt > graceStart ? row.before.access : null;
      const opens = [row?.access, before].some((token) => token != null && token.hash === access && at < token.expiresAt);
      return done(row !== undefined && opens ? copyOf(row.session) : undefined);
    },

    revoke: ({ tenant, target, at, revoked }) => {
      const live = "family" in target ? inFamily(tenant, target.family, at) : liveSession(tables, tenant, target.id, at);
      const meant = live !== undefined && ("family" in target || live.row.session.account === target.account);
      return done(meant ? end(tenant, live, at, [revoked]) : undefined);
    },

    list: (tenant, account, at) => {
      const found = sessionsOf.of(key(tenant, account)).flatMap((id) => liveSession(tables, tenant, id, at) ?? []);
      // Sorting keeps the order of ids among equals.
      return done(found.map(({ row }) => copyOf(row.session)).sort((one, other) => lastFirst(one.lastUsedAt, other.lastUsedAt)));
    },
  };
}

const lastFirst = (one: Timestamp, other: Timestamp): number => (one === other ? 0 : one > other ? -1 : 1);

/** What is kept is nobody else's, and what is given away can be written to. */
const copyOf = (session: StoredSession): StoredSession => ({ ...session, methods: [...session.methods] });
