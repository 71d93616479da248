import { ConfigurationError } from "denizen";
import { configured } from "denizen/ports";
import type { Store } from "denizen/ports";
import { accountsMapping } from "./accounts-mapping.js";
import { checkDatabase } from "./database.js";
import type { Database, TransactionOf } from "./database.js";
import type { Mapping } from "./mapping.js";
import { Mappings } from "./mappings.js";
import { namesOf } from "./names.js";
import type { Naming } from "./names.js";
import { statements } from "./statements.js";
import { drizzleStore } from "./store.js";
import { denizenTables } from "./tables.js";
import { usersMapping } from "./users-mapping.js";

export interface DrizzleOptions extends Naming {
  /** Tables of their own for aggregates of the host's, by kind; the others are kept as documents. */
  readonly mappings?: Readonly<Record<string, Mapping<never>>>;
  /** Milliseconds that one statement may take, from its call to its answer. Default 30 000. */
  readonly timeout?: number;
  /** Milliseconds that a transaction may wait for a connection; then `store-busy`. Default 5000. */
  readonly acquireTimeout?: number;
  /** Whether statements are prepared by name. Default true; false behind a transaction pooler that does not keep them. */
  readonly preparedStatements?: boolean;
  /**
   * Whether commits tell workers in other processes at once, by a NOTIFY of its own after them, at most every 5 ms. Default true;
   * without it, and behind a transaction pooler, workers find out when they look, every second.
   */
  readonly wakeUps?: boolean;
}

/** For `drizzle` and `postgres`, which differ in who owns the connections. */
export const openStore = <Db extends Database>(
  database: Db,
  options: DrizzleOptions,
  close: () => Promise<void>,
): Store<TransactionOf<Db> & Database> => configured("denizen/drizzle", () => open(database, options, close));

function open<Db extends Database>(database: Db, options: DrizzleOptions, close: () => Promise<void>): Store<TransactionOf<Db> & Database> {
  const { timeout = 30_000, acquireTimeout = 5_000, preparedStatements = true, wakeUps = true, mappings = {} } = options;
  checkDatabase(database);
  const problems = [
    ...(isMilliseconds(timeout) ? [] : ["timeout must be a whole number of milliseconds"]),
    ...(isMilliseconds(acquireTimeout) ? [] : ["acquireTimeout must be a whole number of milliseconds"]),
    ...["user", "account"].filter((kind) => kind in mappings).map((kind) => `mappings.${kind} is denizen's own`),
  ];
  if (problems.length > 0) throw new ConfigurationError(problems);
  const tables = denizenTables(options);
  const own = { user: usersMapping(tables), account: accountsMapping(tables) };
  return drizzleStore(database, {
    statements: statements(namesOf(options), new Mappings({ ...mappings, ...own })),
    timeout,
    acquireTimeout,
    prepared: preparedStatements,
    wakesUp: wakeUps,
    close,
  });
}

const isMilliseconds = (value: unknown): boolean => typeof value === "number" && Number.isInteger(value) && value > 0 && value < 2 ** 31;
