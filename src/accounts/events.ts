import { event, personalEvent } from "../kernel/event.js";
import type { PayloadMap } from "../kernel/event.js";

/** Everything that can happen to an account. */
export const accountEvents = {
  "account-opened": event<{ status: "pending" | "active"; role: string | null }>(),
  "account-activated": event(),
  /** By its owner, who may return. */
  "account-deactivated": event(),
  /** By an administrator, who alone lifts it. */
  "account-suspended": personalEvent<{ reason: string | null }>()("reason"),
  /** A grant counts where `scope` says, and everywhere when it is null. */
  "role-granted": event<{ role: string; scope: string | null }>(),
  "role-revoked": event<{ role: string; scope: string | null }>(),
  /** All sessions ended but the one that is spared: the one whose owner did what `cause` says. */
  "sessions-ended": event<{ cause: SessionsEnded; spared: string | null }>(),
  /** Its user was removed or erased. */
  "account-closed": event(),
} as const;

export type AccountEvents = typeof accountEvents;
export type AccountPayloads = PayloadMap<AccountEvents>;

/** Why all sessions of an account ended, where its status says nothing of it. */
export type SessionsEnded =
  | "password-changed"
  | "credential-removed"
  | "asked"
  /** An administrator has asked for a new password. */
  | "password-reset-required"
  /** The first proof of an address: what was set up before it may be somebody else's. */
  | "started-afresh"
  | "email-change-reverted";

/** Why one session ended. */
export type SessionRevocation = "logged-out" | "revoked" | "replayed";

/** Why nobody was logged in, for the log; the caller is told less. */
export type LogInRefusal =
  | "invalid-credentials"
  | "too-many-attempts"
  | "unavailable"
  | "proof-expired"
  | "second-factor-required"
  | "account-missing"
  | "account-pending"
  | "account-deactivated"
  | "account-suspended"
  | "password-reset-required"
  /** A code or link that is not valid (any more). */
  | "challenge-invalid";

/** What the guard of sessions publishes. Its records are truth by themselves, so nobody inside a transaction can subscribe to these. */
export const sessionEvents = {
  /** `newDevice` when the log-in showed no device that was trusted before; nobody knows it of those of version 1. */
  "session-started": personalEvent<{ methods: readonly string[]; device: string | null; newDevice: boolean }>(2, {
    1: (payload) => ({ ...payload, newDevice: false }),
  })("device"),
  "session-refreshed": event(),
  "session-revoked": event<{ cause: SessionRevocation }>(),
  /** A refresh token was used again after its time: it or its successor is in the wrong hands, and the session has ended. */
  "refresh-token-replayed": event(),
  "log-in-succeeded": event<{ methods: readonly string[] }>(),
  "log-in-failed": event<{ cause: LogInRefusal }>(),
  /** Somebody signed up with an address that is another user's already, who is the subject. Only where enumeration protection is on. */
  "sign-up-repeated": event(),
} as const;

export type SessionPayloads = PayloadMap<typeof sessionEvents>;
