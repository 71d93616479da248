import { err, ok, ResultAsync } from "denizen";
import type { Result } from "denizen";
import type { StoreError } from "denizen/ports";
import { checkDatabase, runOn } from "./database.js";
import type { Database } from "./database.js";
import { failureOf, storeError } from "./failure.js";
import { migrations } from "./migrations.js";
import type { Migration } from "./migrations.js";
import { recalibration } from "./positions.js";
import { namesOf } from "./names.js";
import type { Names, Naming } from "./names.js";

/**
 * Brings denizen's tables up to date, in one transaction; callers that come at the same time wait for each other. Answers
 * the ids of the steps that it took: none when there was nothing to do. Throws a `ConfigurationError` for a database that is
 * none of Drizzle's and for names that cannot be.
 */
export function migrate(database: Database, naming: Naming = {}): ResultAsync<readonly string[], StoreError> {
  checkDatabase(database);
  return new ResultAsync(run(database, namesOf(naming), migrations(naming)));
}

async function run(database: Database, names: Names, steps: readonly Migration[]): Promise<Result<readonly string[], StoreError>> {
  const { schema, quoted } = names;
  try {
    const taken: string[] = [];
    await database.transaction(async (tx) => {
      const say = (text: string, ...params: readonly string[]) => runOn(tx, false)({ text, name: "" }, params);
      await say("select pg_advisory_xact_lock(hashtext($1::text))", quoted.migrations);
      if (schema !== undefined) await say(`create schema if not exists "${schema}"`);
      await say(
        `create table if not exists ${quoted.migrations} (id text primary key, at timestamp with time zone not null default now())`,
      );
      const done = new Set((await say(`select id from ${quoted.migrations}`)).map((row) => row["id"]));
      for (const { id, sql } of steps.filter((step) => !done.has(step.id))) {
        // One at a time: a driver that prepares everything takes no more than one.
        for (const text of sql.split(/;\s*\n/).filter((part) => part.trim() !== "")) await say(text);
        await say(`insert into ${quoted.migrations} (id) values ($1::text)`, id);
        taken.push(id);
      }
    });
    // The first to look whether the log is this cluster's: whoever writes then need not. Into one that is empty a dump may be restored yet.
    const on = runOn(database, false);
    const logged = await on({ text: `select 1 as one from ${quoted.events} limit 1`, name: "" }, []);
    if (logged.length > 0) await recalibration(names)(on);
    return ok(taken);
  } catch (thrown) {
    return err(storeError(failureOf(thrown)));
  }
}
