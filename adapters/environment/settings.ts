import type { StandardSchemaV1 } from "@standard-schema/spec";
import { ConfigurationError } from "denizen";

/** `process.env`, or what another runtime has in its place. It is handed in: nothing here looks for it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The settings that a schema finds in the environment, frozen and of its type: `object({ PORT: wholeNumber(), … })` of zod or zod/mini,
 * or another Standard Schema that answers at once. An empty variable counts as missing, so that defaults apply to it too.
 *
 * Throws one `ConfigurationError` that names every variable which is missing or wrong, with what is expected of it and without what it
 * holds: a check's own message that repeats the variable is replaced. Settings that `secretText()` and `keyRing()` have read are masked in
 * whatever is printed.
 */
export function settingsFromEnvironment<Schema extends StandardSchemaV1<unknown, object>>(
  schema: Schema,
  environment: Environment,
): Readonly<StandardSchemaV1.InferOutput<Schema>> {
  try {
    // The schema's output: the standard gives its type beside the schema, not in the answer.
    return Object.freeze(read(schema, environment)) as Readonly<StandardSchemaV1.InferOutput<Schema>>;
  } catch (thrown) {
    if (thrown instanceof ConfigurationError) throw thrown;
    // It may show what it stumbled over, and is left out for that.
    throw new ConfigurationError([
      "environment: the schema must be a Standard Schema, as those of zod are, and must not throw; the environment must be as process.env is",
    ]);
  }
}

function read(schema: StandardSchemaV1<unknown, object>, environment: Environment): object {
  const values = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value !== ""));
  const outcome = schema["~standard"].validate(values);
  if ("then" in outcome) {
    // A promise of zod is one of a schema that has thrown, or that waits for a check. Nobody else hears its rejection.
    outcome.then(undefined, () => undefined);
    throw new ConfigurationError(["environment: the schema must answer at once and must not throw: none of its checks is asynchronous"]);
  }
  if (outcome.issues === undefined) return outcome.value;
  throw new ConfigurationError(outcome.issues.map((issue) => `environment: ${problemOf(issue, values)}`));
}

function problemOf({ path, message }: StandardSchemaV1.Issue, values: Environment): string {
  const [name, ...inside] = (path ?? []).map((segment) => String(typeof segment === "object" ? segment.key : segment));
  if (name === undefined) return message;
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  if (value === undefined) return `${name} is missing: ${message}`;
  const place = inside.map((segment) => `[${segment}]`).join("");
  return `${name}${place}: ${isShownIn(message, value) ? "it is not what is expected" : message}`;
}

/** Whether somebody's own message repeats the value. A few letters are found in any sentence, and are nobody's secret. */
const isShownIn = (message: string, value: unknown): boolean => typeof value === "string" && value.length >= 4 && message.includes(value);
