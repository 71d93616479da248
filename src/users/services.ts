import type { Engine } from "../engine.js";
import type { PhoneParser } from "../ports/phone-parser.js";
import type { Methods } from "../types.js";
import type { AttributesSchema } from "./attributes.js";

/** What the users context was configured with, beside what every unit of work needs. */
export interface UserServices {
  readonly engine: Engine;
  readonly methods: Methods;
  readonly attributes: AttributesSchema | undefined;
  readonly phoneParser: PhoneParser;
  readonly attempts: AttemptsPolicy;
  /** Names the counter of somebody unknown without keeping what he typed. */
  stranger(text: string): Promise<string>;
}

/** How many guesses at one factor of one user are evaluated within a window. */
export interface AttemptsPolicy {
  readonly limit: number;
  /** Milliseconds. */
  readonly window: number;
}
