import type { Timestamp } from "../kernel/clock.js";
import type { Foldable } from "../kernel/event.js";
import type { AccountEvents } from "./events.js";

/** pending → active → deactivated by its owner, who may return, or suspended by an administrator, who alone lifts it. */
export type AccountStatus = "pending" | "active" | "deactivated" | "suspended";

/** A role that an account holds: everywhere, or where `scope` says (a team, a project: the host's own text). */
export type RoleGrant = {
  readonly role: string;
  readonly scope: string | null;
  readonly grantedAt: Timestamp;
};

/** An account as it is stored: the fold of its events, and JSON. */
export type AccountState = {
  readonly status: AccountStatus;
  readonly grants: readonly RoleGrant[];
  /** Raised by whatever ends the sessions. A session lives while it has the account's version, or is the one that was spared. */
  readonly securityVersion: number;
  readonly sparedSession: string | null;
  /** From which version on the spared session was live when it was spared: to be spared revives nobody. */
  readonly sparedSince: number;
  readonly openedAt: Timestamp;
  readonly closedAt: Timestamp | null;
};

const EMPTY: AccountState = {
  status: "pending",
  grants: [],
  securityVersion: 1,
  sparedSession: null,
  sparedSince: 1,
  openedAt: "",
  closedAt: null,
};

/** Pure. */
export function evolve(state: AccountState = EMPTY, event: Foldable<AccountEvents>): AccountState {
  const { occurredAt } = event;
  switch (event.type) {
    case "account-opened": {
      const { status, role } = event.payload;
      return { ...state, status, grants: role === null ? [] : [{ role, scope: null, grantedAt: occurredAt }], openedAt: occurredAt };
    }
    case "account-activated":
      return { ...state, status: "active" };
    case "account-deactivated":
      return withoutSessions({ ...state, status: "deactivated" });
    case "account-suspended":
      return withoutSessions({ ...state, status: "suspended" });
    case "role-granted": {
      const { role, scope } = event.payload;
      return { ...state, grants: [...without(state.grants, role, scope), { role, scope, grantedAt: occurredAt }] };
    }
    case "role-revoked":
      return { ...state, grants: without(state.grants, event.payload.role, event.payload.scope) };
    case "sessions-ended":
      return withoutSessions(state, event.payload.spared);
    case "account-closed":
      return withoutSessions({ ...state, closedAt: occurredAt });
  }
}

const withoutSessions = (state: AccountState, spared: string | null = null): AccountState => ({
  ...state,
  securityVersion: state.securityVersion + 1,
  sparedSession: spared,
  // One that is spared again need not have been refreshed in between.
  sparedSince: spared !== null && spared === state.sparedSession ? state.sparedSince : state.securityVersion,
});

const without = (grants: readonly RoleGrant[], role: string, scope: string | null): readonly RoleGrant[] =>
  grants.filter((grant) => grant.role !== role || grant.scope !== scope);
