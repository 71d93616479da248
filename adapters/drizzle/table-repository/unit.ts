import { err, invalidArgument, ok } from "denizen";
import type { InvalidArgument, Result, ResultAsync, UnitError } from "denizen";
import type { StoreError } from "denizen/ports";
import type { PgDatabase, PgQueryResultHKT } from "drizzle-orm/pg-core";
import type { Database } from "../database.js";
import { unavailable } from "../failure.js";
import { isOpen } from "./savepoint.js";

/**
 * Where a repository reads and writes: a unit of work, whose transaction is begun with the first statement; what a subscriber
 * inside the transaction is given; or a database or transaction of Drizzle's.
 */
export type TableUnit = { transaction(): ResultAsync<Database, StoreError | UnitError> } | { readonly tx: Database } | Database;

/** What every driver's database and transaction are. */
export type Connected = Pick<PgDatabase<PgQueryResultHKT>, "_" | "transaction" | "execute" | "insert" | "update" | "delete">;

type UnitOfWork = { transaction(): PromiseLike<Result<unknown, StoreError | UnitError>> };

/** The database to speak to; the unit's own error when it has none to give. */
export async function databaseOf(unit: unknown): Promise<Result<Connected, StoreError | UnitError | InvalidArgument>> {
  if (typeof unit !== "object" || unit === null) return notAUnit();
  if (isConnected(unit)) return ok(unit);
  if ("transaction" in unit && typeof unit.transaction === "function") {
    // A unit of work is and answers so; anything else throws here or below, and is told to be none.
    const begun = await (unit as UnitOfWork).transaction();
    if (begun.isErr()) return err(begun.error);
    if (!isConnected(begun.value)) return notAUnit();
    // The unit has not ended, and its transaction has.
    return isOpen(begun.value) ? ok(begun.value) : err(unavailable("the connection to the database was lost"));
  }
  return "tx" in unit && isConnected(unit.tx) ? ok(unit.tx) : notAUnit();
}

/** By `in`, which also a transaction answers that has ended. */
const isConnected = (value: unknown): value is Connected =>
  typeof value === "object" && value !== null && "_" in value && "execute" in value;

const notAUnit = () => err(invalidArgument("unit", "must be a unit of work on PostgreSQL, { tx }, or a database of Drizzle's"));
