import { memory } from "denizen/memory";
import type { Store } from "denizen/ports";
import { sql } from "drizzle-orm";
import { open, servers } from "./drivers.js";
import type { Driver, Opened, OpenOptions, TestedDatabase, TestedTransaction } from "./drivers.js";

export type Place = "memory" | Driver;

/** Where every rule about sessions is tested: in memory, and on PostgreSQL over both drivers that have pools. */
export const places: readonly Place[] = ["memory", ...servers];

/** Where a rule is tested that lies above the drivers, and races nobody: in memory, and over one of them. */
export const stores: readonly Place[] = ["memory", "postgres.js"];

/** Rounds of every race: one in `npm test`, as many as RACE_ROUNDS says elsewhere. */
export const ROUNDS = Number(process.env["RACE_ROUNDS"] ?? 1);
export const rounds = Array.from({ length: ROUNDS }, (_, round) => round);

/** 50 calls released at once, in every round. */
export const fifty = <Value>(call: (index: number) => PromiseLike<Value>): Promise<readonly Value[]> =>
  Promise.all(Array.from({ length: 50 }, (_, index) => call(index)));

export interface World {
  readonly store: Store<TestedTransaction>;
  /** Its PostgreSQL, where it has one. */
  readonly opened: Opened | undefined;
  /** The same data as another process sees it: on PostgreSQL over connections of its own. */
  another(): Promise<Store<TestedTransaction>>;
  close(): Promise<void>;
}

export async function worldOn(place: Place, options: OpenOptions = { connections: 10 }): Promise<World> {
  // Nobody can take a transaction of a host's own from it.
  if (place === "memory") return inMemory(memory({ lockTimeout: 5000 }));
  const opened = await open(place, options);
  const others: Opened[] = [];
  return {
    store: opened.store,
    opened,
    another: async () => {
      const other = await open(place, { url: opened.url, connections: 2 });
      others.push(other);
      return other.store;
    },
    close: async () => {
      await Promise.all(others.map((other) => other.close()));
      await opened.close();
    },
  };
}

const inMemory = (store: Store<TestedTransaction>): World => ({
  store,
  opened: undefined,
  another: () => Promise.resolve(store),
  close: () => Promise.resolve(),
});

/** The PostgreSQL of a world that has one. */
export function postgresOf({ opened }: World): Opened {
  if (opened === undefined) throw new Error("this world is in memory");
  return opened;
}

const rowsOf = (result: unknown): readonly Readonly<Record<string, unknown>>[] => {
  const rows: unknown = Array.isArray(result) ? result : Reflect.get(Object(result), "rows");
  // Every driver gives its rows as objects.
  return rows as readonly Readonly<Record<string, unknown>>[];
};

export const rowsIn = async (database: TestedDatabase, text: string): Promise<readonly Readonly<Record<string, unknown>>[]> =>
  rowsOf(await database.execute(sql.raw(text)));

/** Every row of every table whose name begins with `denizen_`, by table, but those of the migrations. */
export async function dump(database: TestedDatabase): Promise<Readonly<Record<string, readonly string[]>>> {
  const tables = await rowsIn(
    database,
    "select tablename as name from pg_tables where tablename like 'denizen\\_%' and tablename not like '%migrations' order by 1",
  );
  const dumped = await Promise.all(
    tables.map(async ({ name }) => {
      const rows = await rowsIn(database, `select to_jsonb(t)::text as row from ${String(name)} t order by 1`);
      return [String(name), rows.map(({ row }) => String(row))] as const;
    }),
  );
  return Object.fromEntries(dumped);
}

/** Every table by the hash of its rows, for which `where` is true of `row`: equal ones are equal row for row. */
export async function fingerprint(database: TestedDatabase, where = "true"): Promise<Readonly<Record<string, unknown>>> {
  const tables = await rowsIn(
    database,
    "select tablename as name from pg_tables where tablename like 'denizen\\_%' and tablename not like '%migrations' order by 1",
  );
  const hashes = tables.map(
    ({ name }) => `select '${String(name)}' as name, count(*)::int as rows, md5(string_agg(row::text, ',' order by row::text)) as hash
      from (select to_jsonb(t) as row from ${String(name)} t) r where ${where}`,
  );
  const rows = await rowsIn(database, hashes.join(" union all "));
  return Object.fromEntries(rows.map(({ name, ...hash }) => [String(name), hash]));
}

export interface Logged {
  readonly type: string;
  readonly publisher: string;
  readonly subject: string | null;
  readonly actor: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly personal: unknown;
}

/** The events in the log of which `where` is true, oldest first: what is still there when everybody has gone home. */
export async function logged(database: TestedDatabase, where: string): Promise<readonly Logged[]> {
  const columns = "type, publisher, subject, actor, payload, personal";
  const rows = await rowsIn(database, `select to_jsonb(e)::text as row from (select ${columns}, seq from denizen_events where ${where}) e`);
  // The columns of that statement.
  const events = rows.map(({ row }) => JSON.parse(String(row)) as Logged & { readonly seq: number });
  return events.sort((one, other) => one.seq - other.seq).map(({ seq: _, ...event }) => event);
}
