import { ConfigurationError } from "denizen";

/** What is wrong, as far as a `ConfigurationError` says so; any other error is the test's. */
export function errorOf(make: () => unknown): ConfigurationError | undefined {
  try {
    make();
  } catch (error) {
    if (error instanceof ConfigurationError) return error;
    throw error;
  }
  return undefined;
}

export const problemsOf = (make: () => unknown): readonly string[] => errorOf(make)?.problems ?? [];
