import type { Engine } from "../engine.js";
import type { Lockout } from "../ports/attempts.js";
import type { PhoneParser } from "../ports/phone-parser.js";
import type { Methods } from "../types.js";
import type { AttributesSchema } from "./attributes.js";
import type { Standing } from "./challenges/binding.js";
import type { ChallengeSecrets } from "./challenges/secrets.js";
import type { ChallengeSettings } from "./challenges/settings.js";

/** What the users context was configured with, beside what every unit of work needs. */
export interface UserServices {
  readonly engine: Engine;
  readonly methods: Methods;
  readonly attributes: AttributesSchema | undefined;
  readonly phoneParser: PhoneParser;
  readonly lockout: Lockout;
  readonly challenges: ChallengeSettings;
  readonly secrets: ChallengeSecrets;
  /** What of those read alongside voids a challenge when it changes. */
  readonly standing: Standing;
  /** Kinds of aggregates that are read along with a user who is proved: `account`, where there are accounts. */
  readonly alongside: readonly string[];
  /** Names the counter of somebody unknown without keeping what he typed. */
  stranger(text: string): Promise<string>;
}
