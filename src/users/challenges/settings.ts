import { withDefaults } from "../../kernel/defaults.js";
import { field } from "../../kernel/hostile.js";
import { isWhole } from "../../kernel/whole.js";
import type { ChallengePurpose } from "./events.js";
import { FORMS } from "./forms.js";

/** How long codes and links can be used, in milliseconds. */
export interface ChallengesConfig {
  /** Of a code that is typed. Default, and most: 10 minutes (OWASP ASVS 5.0 §6.6.2). */
  readonly code?: number;
  /** Of the link of each purpose. Default: 10 minutes to log in or to change an address, an hour to reset a password, a day to verify an address, 3 days to take a change back, a week for an invitation. */
  readonly links?: { readonly [Purpose in LinkedPurpose]?: number };
  /** How soon the next one of a purpose can be asked for. Default: a minute. */
  readonly coolDown?: number;
}

export type LinkedPurpose = Exclude<ChallengePurpose, "verify-phone">;

export interface ChallengeSettings {
  readonly code: number;
  readonly links: { readonly [Purpose in LinkedPurpose]: number };
  readonly coolDown: number;
}

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

const LINKS: ChallengeSettings["links"] = {
  "verify-email": DAY,
  "change-email": 10 * MINUTE,
  "revert-email": 3 * DAY,
  "reset-password": 60 * MINUTE,
  "log-in": 10 * MINUTE,
  invitation: 7 * DAY,
};

export function challengeSettings(config: ChallengesConfig = {}): ChallengeSettings {
  const { code = 10 * MINUTE, coolDown = MINUTE, links } = config;
  return { code, coolDown, links: withDefaults(LINKS, links) };
}

/** Everything that is wrong with the settings, whatever they are. */
export function problemsOfChallenges(challenges: unknown): readonly string[] {
  if (challenges === undefined) return [];
  if (typeof challenges !== "object" || challenges === null) return ["challenges must be an object of settings"];
  const links = field(challenges, "links");
  const unless = (value: unknown, name: string, least: number, most: number): readonly string[] =>
    value === undefined || isWhole(value, least, most)
      ? []
      : [`challenges.${name} must be a whole number of milliseconds from ${least} to ${most}`];
  return [
    ...unless(field(challenges, "code"), "code", 1000, 10 * MINUTE),
    ...unless(field(challenges, "coolDown"), "coolDown", 1, DAY),
    ...(links === undefined || (typeof links === "object" && links !== null) ? [] : ["challenges.links must be an object"]),
    ...Object.entries(FORMS).flatMap(([purpose, forms]) =>
      forms.includes("link") ? unless(field(links, purpose), `links.${purpose}`, MINUTE, 30 * DAY) : [],
    ),
  ];
}
