import { ConfigurationError } from "denizen";
import { configured } from "denizen/ports";
import type { Environment } from "./settings.js";

/** One for each value that NODE_ENV may have; others than these three may be added. */
export interface Configurations {
  readonly development: unknown;
  readonly production: unknown;
  readonly test: unknown;
}

/**
 * The configuration that `NODE_ENV` names; that of `development` when it is missing or empty. They may be schemas for
 * `settingsFromEnvironment`, so that each environment asks for its own variables, or functions, so that only the one that is meant is made.
 *
 * Throws `ConfigurationError` when there is none of that name: a slip must not start production as something else.
 */
export function byEnvironment<const All extends Configurations>(environment: Environment, configurations: All): All[keyof All] {
  return configured("environment", () => {
    const { NODE_ENV } = environment;
    const named = NODE_ENV === undefined || NODE_ENV === "" ? "development" : NODE_ENV;
    const name = Object.keys(configurations).find((key) => key === named);
    if (name === undefined)
      throw new ConfigurationError([`environment: NODE_ENV must be one of ${Object.keys(configurations).join(", ")}, or missing`]);
    // `find` has just found it among the names.
    return configurations[name as keyof All];
  });
}
