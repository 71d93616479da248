import { field, holds } from "./hostile.js";

/** An expected failure, as data: a kebab-case `code` to switch on, a sentence for the log, and the values that were wrong. */
export interface DomainError<Code extends string = string> {
  readonly code: Code;
  readonly message: string;
}

/** Builds a plain, frozen error. Details never hold a secret: whoever logs the error logs them. */
export function domainError<const Code extends string, const Details extends object = object>(
  code: Code,
  message: string,
  details?: Details,
): DomainError<Code> & Readonly<Details> {
  // Details cannot be proven to be the `Details` of a caller who passed none; an empty object is what he asked for.
  return Object.freeze({ code, message, ...details }) as DomainError<Code> & Readonly<Details>;
}

/** Whether a value caught or received from elsewhere has the shape of a `DomainError`. */
export function isDomainError(value: unknown): value is DomainError {
  return holds(
    () =>
      typeof value === "object" &&
      value !== null &&
      "code" in value &&
      typeof value.code === "string" &&
      "message" in value &&
      typeof value.message === "string",
  );
}

/** What something that was thrown says; it may be anything. */
export function messageOf(thrown: unknown): string {
  const message: unknown = field(thrown, "message");
  return typeof message === "string" ? message : "something that is no error";
}

/** A wrong call that the compiler would have refused: an argument of a type no signature accepts. */
export type InvalidArgument = DomainError<"invalid-argument"> & { readonly argument: string; readonly reason: string };

export const invalidArgument = (argument: string, reason: string): InvalidArgument =>
  domainError("invalid-argument", `${argument} ${reason}`, { argument, reason });

/** The one thing denizen throws: a wiring mistake, found while the application is built, naming every problem at once. */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";
  readonly problems: readonly string[];

  constructor(problems: readonly string[], options?: { readonly cause: unknown }) {
    super(`denizen is not configured correctly:\n${problems.map((problem) => `  - ${problem}`).join("\n")}`, options);
    this.problems = problems;
  }
}

/** Makes something out of a configuration; whatever goes wrong over it, whatever it is, is a `ConfigurationError`. */
export function configured<Made>(what: string, make: () => Made): Made {
  try {
    return make();
  } catch (cause) {
    if (holds(() => cause instanceof ConfigurationError)) throw cause;
    const reason = holds(() => cause instanceof Error) ? (cause as Error).message : "what it was given cannot be read";
    throw new ConfigurationError([`${what}: ${reason}`], { cause });
  }
}
