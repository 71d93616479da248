export interface InboxOptions {
  /** Who handles the messages: each consumer sees each message once. 1 to 128 characters. */
  readonly consumer: string;
  /** The table, with its schema where it is not on the search path. `denizen_inbox` by default. */
  readonly table?: string;
}

export interface Settings {
  readonly consumer: string;
  /** Quoted. */
  readonly table: string;
}

/** A wiring mistake, as denizen's own of that name; a consumer is a service that need not have denizen. */
export class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`the inbox cannot be configured like this:\n${problems.map((problem) => `  - ${problem}`).join("\n")}`);
    this.problems = problems;
  }
}

const NAME = /^[a-z_]\w{0,62}(?:\.[a-z_]\w{0,62})?$/i;

/** Throws one `ConfigurationError` that names every problem. */
export function settingsOf(options: InboxOptions): Settings {
  if (typeof options !== "object" || options === null) throw new ConfigurationError(["inbox: the options must be an object"]);
  const { consumer, table = "denizen_inbox" } = options;
  const problems = [
    ...Object.keys(options)
      .filter((name) => !["consumer", "table"].includes(name))
      .map((name) => `inbox: there is no option ${JSON.stringify(name)}`),
    ...(isText(consumer, 128) ? [] : ["inbox: consumer must be a text of 1 to 128 characters"]),
    ...(typeof table === "string" && NAME.test(table) ? [] : ["inbox: table must be a name, or a schema and a name"]),
  ];
  if (problems.length > 0) throw new ConfigurationError(problems);
  return { consumer, table: table.replaceAll(/\w+/g, (name) => `"${name}"`) };
}

/** PostgreSQL has no U+0000 in its texts. */
export const isText = (value: unknown, longest: number): value is string =>
  typeof value === "string" && value.length >= 1 && value.length <= longest && !value.includes("\0");
