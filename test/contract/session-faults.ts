import { okAsync } from "denizen";
import type { Rotated, Rotation, Store, StoredSession } from "denizen/ports";
import { instead, keeping } from "./fault.js";
import type { Fault, FaultsByTopic } from "./fault.js";

const LONG_AGO = "1970-01-01T00:00:00.000Z";
const NEVER = "9999-12-31T23:59:59.999Z";
/** When the contract's sessions begin, and none has expired. */
const START = "2026-01-01T00:00:00.000Z";

const rotating =
  (spoil: (rotation: Rotation) => Rotation): Fault =>
  ({ sessions }) => ({ sessions: { ...sessions, rotate: (rotation) => sessions.rotate(spoil(rotation)) } });

const refreshing =
  (spoil: (rotated: Rotated, rotation: Rotation) => Rotated): Fault =>
  ({ sessions }) => ({
    sessions: { ...sessions, rotate: (rotation) => sessions.rotate(rotation).map((answer) => spoil(answer, rotation)) },
  });

/** Sessions as they were started, by id. */
function remembering(sessions: Store["sessions"]) {
  const started = new Map<string, StoredSession>();
  const start: Store["sessions"]["start"] = (one) => {
    started.set(one.session.id, one.session);
    return sessions.start(one);
  };
  return { started, start };
}

/** Stores that do not guard sessions as they should. */
export const sessionFaults: FaultsByTopic = {
  sessions: {
    "one that settles no proof at a start": ({ sessions }) => ({
      sessions: { ...sessions, start: ({ settlement: _, ...start }) => sessions.start(start) },
    }),
    "one that appends no events at a start": ({ sessions }) => ({
      sessions: { ...sessions, start: (start) => sessions.start({ ...start, events: [] }) },
    }),
    "one that settles before it knows whether the session starts": ({ sessions, attempts }) => ({
      sessions: {
        ...sessions,
        start: ({ settlement, ...start }) =>
          settlement === undefined ? sessions.start(start) : attempts.settle(settlement).andThen(() => sessions.start(start)),
      },
    }),
    "one that lists what has expired": ({ sessions }) => ({
      sessions: { ...sessions, list: (tenant, account) => sessions.list(tenant, account, START) },
    }),
    "one that lists in the order of ids": ({ sessions }) => ({
      sessions: {
        ...sessions,
        list: (...args) => sessions.list(...args).map((rows) => [...rows].sort((one, other) => (one.id < other.id ? -1 : 1))),
      },
    }),
    "one that lists what was revoked": ({ sessions }) => {
      const { started, start } = remembering(sessions);
      const list: typeof sessions.list = (_, account) => okAsync([...started.values()].filter((session) => session.account === account));
      return { sessions: { ...sessions, start, list } };
    },
    "one that lets anybody revoke": ({ sessions }) => {
      const { started, start } = remembering(sessions);
      const revoke: typeof sessions.revoke = ({ target, ...revocation }) => {
        const account = "id" in target ? started.get(target.id)?.account : undefined;
        return sessions.revoke({ ...revocation, target: account === undefined ? target : { ...target, account } });
      };
      return { sessions: { ...sessions, start, revoke } };
    },
    "one that revokes twice": ({ sessions }) => {
      const revoked = new Map<string, StoredSession | undefined>();
      const revoke: typeof sessions.revoke = (revocation) =>
        sessions.revoke(revocation).map((session) => {
          const key = JSON.stringify([revocation.tenant, revocation.target]);
          revoked.set(key, session ?? revoked.get(key));
          return revoked.get(key);
        });
      return { sessions: { ...sessions, revoke } };
    },
    "one that revokes what has expired": ({ sessions }) => ({
      sessions: { ...sessions, revoke: (revocation) => sessions.revoke({ ...revocation, at: START }) },
    }),
  },

  rotations: {
    "one that never detects a replay": ({ sessions }) => {
      const current = new Map<string, string>();
      const start: typeof sessions.start = (one) => {
        current.set(one.family, one.refresh);
        return sessions.start(one);
      };
      const rotate: typeof sessions.rotate = (rotation) => {
        const isCurrent = current.get(rotation.family) === rotation.presented;
        if (isCurrent) current.set(rotation.family, rotation.next.refresh);
        return isCurrent ? sessions.rotate(rotation) : okAsync({ outcome: "ended" });
      };
      return { sessions: { ...sessions, start, rotate } };
    },
    "one whose replay ends nothing": ({ sessions }) => {
      const current = new Map<string, { readonly refresh: string; readonly session: StoredSession }>();
      const start: typeof sessions.start = (one) => {
        current.set(one.family, one);
        return sessions.start(one);
      };
      const rotate: typeof sessions.rotate = (rotation) => {
        const known = current.get(rotation.family);
        if (known !== undefined && known.refresh !== rotation.presented) return okAsync({ outcome: "replayed", session: known.session });
        return sessions.rotate(rotation).map((answer) => {
          if (answer.outcome === "rotated") current.set(rotation.family, { refresh: rotation.next.refresh, session: answer.session });
          return answer;
        });
      };
      return { sessions: { ...sessions, start, rotate } };
    },
    "one whose grace has no end": rotating((rotation) => ({ ...rotation, graceStart: LONG_AGO })),
    "one that knows no grace": rotating((rotation) => ({ ...rotation, graceStart: NEVER })),
    "one whose grace begins a moment early": rotating((rotation) => ({
      ...rotation,
      graceStart: new Date(Date.parse(rotation.graceStart) - 1).toISOString(),
    })),
    "one that hands its own nonce to everybody": refreshing((answer, { next }) =>
      answer.outcome === "graced" ? { ...answer, nonce: next.nonce } : answer,
    ),
    "one that lets a session idle beyond its end": refreshing((answer, { idleExpiresAt }) =>
      answer.outcome === "rotated" ? { ...answer, session: { ...answer.session, idleExpiresAt } } : answer,
    ),
    "one that refreshes what has expired": rotating((rotation) => ({ ...rotation, at: START })),
    "one that looks before it rotates": ({ sessions }) => {
      const current = new Map<string, string>();
      const start: typeof sessions.start = (one) => {
        current.set(one.family, one.refresh);
        return sessions.start(one);
      };
      const rotate: typeof sessions.rotate = (rotation) => {
        const isCurrent = current.get(rotation.family) === rotation.presented;
        return sessions.rotate(rotation).map((answer) => {
          if (answer.outcome === "rotated") current.set(rotation.family, rotation.next.refresh);
          return isCurrent && answer.outcome === "graced" ? { outcome: "rotated", session: answer.session } : answer;
        });
      };
      return { sessions: { ...sessions, start, rotate } };
    },
    "one that tells every replay": ({ sessions }) => {
      const replayed = new Map<string, Rotated>();
      const rotate: typeof sessions.rotate = (rotation) =>
        sessions.rotate(rotation).map((answer) => {
          if (answer.outcome === "replayed") replayed.set(rotation.family, answer);
          return replayed.get(rotation.family) ?? answer;
        });
      return { sessions: { ...sessions, rotate } };
    },
  },

  "access tokens": {
    "one whose access tokens never expire": ({ sessions }) => ({
      sessions: { ...sessions, check: (access) => sessions.check({ ...access, at: START }) },
    }),
    "one whose old access tokens always hold": ({ sessions }) => ({
      sessions: { ...sessions, check: (access) => sessions.check({ ...access, graceStart: LONG_AGO }) },
    }),
    "one whose access tokens end at once with a refresh": ({ sessions }) => ({
      sessions: { ...sessions, check: (access) => sessions.check({ ...access, graceStart: NEVER }) },
    }),
  },

  liveness: {
    "one whose sessions outlive the security version": keeping("account", { securityVersion: 1 }),
    "one that spares nobody": keeping("account", { sparedSession: null }),
    "one whose sessions outlive their account": keeping("account", { closedAt: null }),
    "one that keeps a session at the version it started with": ({ sessions }) => {
      const { started, start } = remembering(sessions);
      const spoil = (answer: Rotated): Rotated =>
        answer.outcome === "rotated"
          ? { ...answer, session: { ...answer.session, securityVersion: started.get(answer.session.id)?.securityVersion ?? 0 } }
          : answer;
      return { sessions: { ...sessions, start, rotate: (rotation) => sessions.rotate(rotation).map(spoil) } };
    },
  },

  standing: {
    "one that ignores whether the session is live": (store) => {
      const { started, start } = remembering(store.sessions);
      return {
        sessions: { ...store.sessions, start },
        standing: (tenant, query) =>
          store.standing(tenant, query).map((answer) => ({ ...answer, session: started.get(query.session ?? "") ?? answer.session })),
      };
    },
    "one that answers in the order of the question": (store) => ({
      standing: (tenant, query) =>
        store.standing(tenant, query).map((answer) => ({
          ...answer,
          accounts: query.accounts.flatMap((id) => answer.accounts.find((account) => account.id === id) ?? []),
        })),
    }),
    "one whose transactions do not see what they have flushed": (store) => ({
      begin: () => store.begin().map((transaction) => instead(transaction, { standing: (...args) => store.standing(...args) })),
    }),
  },
};
