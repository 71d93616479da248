import { err, invalidArgument, ok } from "denizen";
import type { Result } from "denizen";
import { withDeadline } from "denizen/ports";
import { is, Placeholder } from "drizzle-orm";
import type { SQL, SQLWrapper } from "drizzle-orm";
import { PgTransaction } from "drizzle-orm/pg-core";
import type { PgColumn } from "drizzle-orm/pg-core";
import { manners } from "../database.js";
import { conflict, failureOf, isLost, storeError, unavailable } from "../failure.js";
import { inTurn } from "../in-turn.js";
import { statement } from "../sql.js";
import { meaningOf, unitClosed } from "./errors.js";
import type { Meaning, TableFailure } from "./errors.js";
import { inSavepoint, isOpen } from "./savepoint.js";
import type { Shape } from "./shape.js";
import { databaseOf } from "./unit.js";
import type { Connected } from "./unit.js";

/** One column of an answer, and where it stands in a row of it. */
export interface Field {
  readonly path: string[];
  readonly field: PgColumn | SQL;
}

export interface Question<E> {
  readonly say: (database: Connected) => SQLWrapper;
  readonly answer: readonly Field[];
  readonly writes: boolean;
  /** Whether the text may be another one every time, so that preparing it by name would only fill the connection. */
  readonly raw: boolean;
  readonly meaning: Meaning<E>;
}

/** A database that nobody has said more of. */
const UNKNOWN = { prepared: false, timeout: 30_000 };

/** How often the table of a prepared text has changed since: a connection of node-postgres would refuse the name of before for ever. */
const editions = new Map<string, number>();

/** Says one statement. What it writes in a transaction is in a savepoint, so that a failure leaves the unit as it was. */
export async function ask<E>(
  unit: unknown,
  { name: table }: Shape,
  { say, answer, writes, raw, meaning }: Question<E>,
): Promise<Result<readonly object[], E | TableFailure>> {
  const found = await databaseOf(unit);
  if (found.isErr()) return err(found.error);
  const database = found.value;
  if (!isOpen(database)) return err(unitClosed());
  const { prepared, timeout } = manners.get(database) ?? UNKNOWN;
  // Encoding a value may throw: a custom type's function that does not take it.
  const query = encoded(() => database.execute(say(database)).getQuery());
  if (query === undefined || query.params.some((param) => param === undefined || is(param, Placeholder)))
    return err(invalidArgument("values", "have what cannot be encoded"));
  const edition = editions.get(query.sql) ?? 0;
  const name = prepared && !raw ? `${statement(query.sql).name}_${edition}` : undefined;
  const run = ({ _: { session } }: Connected): Promise<unknown> => session.prepareQuery(query, [...answer], name, true).execute();
  try {
    const inTransaction = is(database, PgTransaction);
    const said = () => (inTransaction && writes ? inSavepoint(database, run) : run(database));
    // Until it is done, also when nobody waits for it any more, it is its turn.
    const answered = await withDeadline(() => (inTransaction ? inTurn(database, said) : said()), timeout);
    if (answered.timedOut) return err(unavailable("the database did not answer in time"));
    // Drizzle makes its rows by the fields that it is given; what answers none is a command.
    return ok(Array.isArray(answered.value) ? (answered.value as readonly object[]) : []);
  } catch (thrown) {
    const failure = failureOf(thrown);
    if (!isOpen(database)) return err(failure.code !== "" && isLost(failure) ? storeError(failure) : unitClosed());
    if (name === undefined || failure.routine !== "RevalidateCachedQuery") return err(meaningOf(thrown, table, meaning));
    editions.set(query.sql, edition + 1);
    return err(conflict());
  }
}

function encoded<Query>(make: () => Query): Query | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}
