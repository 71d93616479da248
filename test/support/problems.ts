import { expect } from "vitest";
import { Application, ConfigurationError } from "denizen";
import { memory } from "denizen/memory";

/** What an application says of settings that are wrong; nothing where there is one. */
export const problemsOf = (config: object): readonly string[] => {
  try {
    expect(new Application({ store: memory(), ...config })).toBeInstanceOf(Application);
    return [];
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(ConfigurationError);
    return thrown instanceof ConfigurationError ? thrown.problems : [];
  }
};
