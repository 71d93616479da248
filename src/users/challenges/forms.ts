import type { ChallengePurpose, Channel } from "./events.js";

/** A code is typed where it was asked for; a link is followed, and proves by itself whose it is. */
export type ChallengeForm = "code" | "link";

/** In which forms a challenge goes out by e-mail; by phone it is a code always. */
export const FORMS: { readonly [Purpose in ChallengePurpose]: readonly ChallengeForm[] } = {
  "verify-email": ["code", "link"],
  "verify-phone": ["code"],
  "change-email": ["code", "link"],
  "revert-email": ["link"],
  "reset-password": ["code", "link"],
  "log-in": ["code", "link"],
  invitation: ["link"],
};

export const formsOf = (purpose: ChallengePurpose, channel: Channel): readonly ChallengeForm[] =>
  FORMS[purpose].filter((form) => channel === "email" || form === "code");

export const isPurpose = (value: unknown): value is ChallengePurpose => typeof value === "string" && Object.hasOwn(FORMS, value);
