import type { Timestamp } from "../../kernel/clock.js";
import { event, personalEvent } from "../../kernel/event.js";
import type { PayloadMap } from "../../kernel/event.js";

/** What somebody is asked to prove, or to decide, by a code or a link that was sent to him. */
export type ChallengePurpose =
  "verify-email" | "verify-phone" | "change-email" | "revert-email" | "reset-password" | "log-in" | "invitation";

/** By what it is sent. */
export type Channel = "email" | "phone";

/**
 * A code and a link that are on their way, or wait to be used. Neither is kept: both are derived from the application's keys and this
 * id, by whoever sends them and by whoever checks them.
 */
export type Challenge = {
  readonly id: string;
  readonly purpose: ChallengePurpose;
  readonly channel: Channel;
  /** Exactly where it goes; undefined when its user was forgotten. */
  readonly address?: string | undefined;
  /** What it is void without: see `bindingOf`. */
  readonly binding: string;
  /** Id of the key it is derived from. */
  readonly key: string;
  readonly issuedAt: Timestamp;
  /** Null where there is no code to type. */
  readonly codeExpiresAt: Timestamp | null;
  /** Null where there is no link to follow. */
  readonly linkExpiresAt: Timestamp | null;
};

/** What the guard of challenges publishes: one for each user, under his id. */
export const challengeEvents = {
  /** Voids the earlier one of its purpose. A worker hears it and sends. */
  "challenge-issued": personalEvent<{
    challenge: string;
    purpose: ChallengePurpose;
    channel: Channel;
    address: string;
    binding: string;
    key: string;
    codeExpiresAt: Timestamp | null;
    linkExpiresAt: Timestamp | null;
  }>()("address", "binding"),
  /** Used, in the commit of what it was for. */
  "challenge-spent": event<{ challenge: string; purpose: ChallengePurpose }>(),
  /** All of them, with their user. */
  "challenges-voided": event(),
} as const;

export type ChallengeEvents = typeof challengeEvents;
export type ChallengePayloads = PayloadMap<ChallengeEvents>;
