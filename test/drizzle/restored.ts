import { sql } from "drizzle-orm";
import { createDatabase } from "../../examples/support/postgres.js";
import { open } from "../support/drivers.js";
import type { Driver, Opened, TestedDatabase } from "../support/drivers.js";

/** The rows of a query, on any driver. */
export async function rowsOf(database: TestedDatabase, text: string): Promise<readonly Record<string, unknown>[]> {
  const result: unknown = await database.execute(sql.raw(text));
  const rows: unknown = Array.isArray(result) ? result : Reflect.get(Object(result), "rows");
  return Array.isArray(rows) ? rows : [];
}

/** What `pg_dump` and `psql` do with the rows of denizen's tables and their sequence. */
async function copy(from: TestedDatabase, to: TestedDatabase): Promise<void> {
  for (const { name } of await rowsOf(from, "select tablename::text as name from pg_tables where tablename like 'denizen\\_%'")) {
    const table = sql.raw(String(name));
    const [dumped] = await rowsOf(from, `select coalesce(json_agg(t), '[]')::text as rows from ${String(name)} t`);
    await to.execute(sql`truncate ${table}`);
    await to.execute(sql`insert into ${table} select * from json_populate_recordset(null::${table}, ${dumped?.["rows"]}::text::json)`);
  }
  const [sequence] = await rowsOf(from, "select last_value::text as value from denizen_events_seq_seq");
  await to.execute(sql`select setval('denizen_events_seq_seq', ${sequence?.["value"]}::text::bigint)`);
}

/** A log that is written in one cluster and restored in another. */
export async function restored(
  clusters: { readonly from: string; readonly to: string },
  driver: Driver,
  write: (opened: Opened) => Promise<void>,
): Promise<Opened> {
  await using source = await createDatabase(clusters.from);
  const target = await createDatabase(clusters.to);
  const from = await open("postgres.js", { url: source.url, migrates: true });
  await write(from);
  const to = await open(driver, { url: target.url, migrates: true });
  await copy(from.database, to.database);
  await from.close();
  return {
    ...to,
    close: async () => {
      await to.close();
      await target[Symbol.asyncDispose]();
    },
  };
}

/** Uses up so many ids of transactions. */
export const burn = (database: TestedDatabase, count: number) =>
  rowsOf(database, `do $$ begin for n in 1..${count} loop perform pg_current_xact_id(); commit; end loop; end $$`);
