import { ConfigurationError } from "denizen";
import { configured } from "denizen/ports";

/** Where denizen's tables are. Give the same to `denizenTables`, `migrate` and the store. */
export interface Naming {
  /** A schema of its own; the connection's `search_path` decides when left out. */
  readonly schema?: string;
  /** What every table's name begins with. Default `denizen_`. */
  readonly prefix?: string;
}

const TABLES = [
  "aggregates",
  "identifiers",
  "events",
  "commits",
  "vault",
  "attempts",
  "migrations",
  "users",
  "user_emails",
  "user_phones",
  "user_credentials",
  "accounts",
  "account_roles",
  "sessions",
  "log_epoch",
  "subscribers",
  "cursors",
  "deliveries",
] as const;

export type TableName = (typeof TABLES)[number];

/** Quoted names for SQL, and the bare ones by which constraints are recognised. */
export interface Names {
  readonly schema: string | undefined;
  readonly prefix: string;
  readonly quoted: Readonly<Record<TableName, string>>;
  /** `aggregates` → `denizen_aggregates_pkey` */
  primaryKey(table: TableName): string;
  /** What `LISTEN` listens to. */
  readonly channel: string;
}

// Lower-case and short: nothing to quote wrongly, and room for a table's own name within PostgreSQL's 63 bytes.
const IDENTIFIER = /^[a-z_][a-z0-9_]{0,30}$/;

/** Throws a `ConfigurationError` for names that would have to be quoted everywhere. */
export function namesOf(naming: Naming = {}): Names {
  const { schema, prefix = "denizen_" } = configured("schema and prefix", () => ({ ...naming }));
  const problems = [
    ...(schema === undefined || (typeof schema === "string" && IDENTIFIER.test(schema))
      ? []
      : ["schema must be lower-case letters, digits and underscores, 31 at most"]),
    ...(prefix === "" || (typeof prefix === "string" && IDENTIFIER.test(prefix))
      ? []
      : ["prefix must be lower-case letters, digits and underscores, 31 at most"]),
  ];
  if (problems.length > 0) throw new ConfigurationError(problems);
  const quote = (table: TableName): string => `${schema === undefined ? "" : `"${schema}".`}"${prefix}${table}"`;
  return {
    schema,
    prefix,
    // `fromEntries` forgets which keys it was given.
    quoted: Object.fromEntries(TABLES.map((table) => [table, quote(table)])) as Record<TableName, string>,
    primaryKey: (table) => `${prefix}${table}_pkey`,
    // Where two of them meet, whoever listens asks once in vain. Never longer than PostgreSQL's 63 bytes, and never empty.
    channel: (schema === undefined ? prefix : `${schema}_${prefix}`) || "denizen",
  };
}
