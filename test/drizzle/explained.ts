import { drizzle as drizzlePostgresJs } from "drizzle-orm/postgres-js";
import postgresJs from "postgres";
import type { Sql } from "postgres";
import type { Store } from "denizen/ports";
import { drizzle } from "denizen/drizzle";
import type { Opened } from "../support/drivers.js";

/** A store on a connection of its own to a database, which writes down every statement that it says. */
export function overheard({ url }: Opened): { readonly client: Sql; readonly store: Store<unknown>; readonly said: string[] } {
  const client = postgresJs(url, { max: 1, onnotice: () => undefined });
  const said: string[] = [];
  return { client, said, store: drizzle(drizzlePostgresJs(client, { logger: { logQuery: (query) => said.push(query) } })) };
}

/** The plans of prepared statements as they run after their first few times: such a plan knows no parameter. */
export async function plansOf(
  client: Sql,
  queries: Iterable<string>,
): Promise<readonly { readonly query: string; readonly lines: readonly string[] }[]> {
  const connection = await client.reserve();
  await connection.unsafe("set plan_cache_mode = force_generic_plan");
  const plans = [];
  for (const [index, query] of [...queries].entries()) {
    const parameters = Math.max(...[...query.matchAll(/\$(\d+)/g)].map(([, number]) => Number(number)));
    await connection.unsafe(`prepare own${index} as ${query}`);
    const plan = await connection.unsafe(`explain execute own${index}(${Array.from({ length: parameters }, () => "null").join(", ")})`);
    plans.push({ query, lines: plan.map((line) => String(line["QUERY PLAN"])) });
    await connection.unsafe(`deallocate own${index}`);
  }
  await connection.unsafe("reset plan_cache_mode");
  connection.release();
  return plans;
}

/** What a plan reads a whole table of denizen's for: one that grows. */
export const wholeTables = (lines: readonly string[]): readonly string[] =>
  lines.filter((line) => /Seq Scan on denizen_(?!migrations|log_epoch|subscribers|cursors)/.test(line));
