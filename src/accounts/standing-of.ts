import type { StoredAggregate } from "../ports/store.js";
import { accountBehaviour } from "./behaviour.js";
import type { AccountState } from "./state.js";

/**
 * What of an account voids the codes and links of its user: its status, and whatever ends its sessions. To become active does not: that
 * is what many of them are for.
 */
export const standingOf = (account: AccountState | undefined): readonly unknown[] =>
  account === undefined
    ? []
    : [account.securityVersion, account.status === "pending" ? "active" : account.status, account.closedAt !== null];

/** The same of what was read alongside the user. */
export const standingAlongside = (alongside: Readonly<Record<string, StoredAggregate>>): readonly unknown[] =>
  // Written by the accounts context itself, which is the only one that registers this kind.
  standingOf(alongside[accountBehaviour.kind]?.state as AccountState | undefined);
