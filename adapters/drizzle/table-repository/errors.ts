import { domainError } from "denizen";
import type { CursorInvalid, DomainError, InvalidArgument, UnitError } from "denizen";
import type { ConcurrencyConflict, StoreError, TransactionBroken } from "denizen/ports";
import { conflict, failureOf, isLostRace, storeError } from "../failure.js";

/** What every method can answer. Nothing was done, except that a write of `store-unavailable` may have been. */
export type TableFailure = StoreError | UnitError | ConcurrencyConflict | TransactionBroken | InvalidArgument;

/** A row is in the way by a unique or exclusion constraint. */
export type RowExists = DomainError<"row-exists"> & { readonly table: string; readonly constraint: string };

/** The database does not take these values; `constraint` and `column` are empty where it does not name them. */
export type RowInvalid = DomainError<"row-invalid"> & { readonly table: string; readonly constraint: string; readonly column: string };

/** Another row refers to this one. */
export type RowInUse = DomainError<"row-in-use"> & { readonly table: string; readonly constraint: string };
export type RowNotFound = DomainError<"row-not-found"> & { readonly table: string };

/** More than one row is what was asked for as one. */
export type MultipleRows = DomainError<"multiple-rows"> & { readonly table: string };

/** Somebody else uses the table now, or something depends on it. */
export type TableInUse = DomainError<"table-in-use"> & { readonly table: string };

export type CreateRowError = TableFailure | RowExists | RowInvalid;
export type RetrieveRowError = TableFailure | RowNotFound | MultipleRows;
export type UpdateRowError = RetrieveRowError | RowExists | RowInvalid;
export type DeleteRowError = RetrieveRowError | RowInUse;
export type ListRowsError = TableFailure | CursorInvalid;

/** What a failed statement means that has a meaning of its own; undefined for what means the same everywhere. */
export type Meaning<E> = (failure: ReturnType<typeof failureOf>, table: string) => E | undefined;

export const unitClosed = (): UnitError => domainError("unit-closed", "this unit of work has ended: open another one");

export function meaningOf<E>(thrown: unknown, table: string, meaning: Meaning<E>): E | Exclude<TableFailure, InvalidArgument> {
  const failure = failureOf(thrown);
  if (failure.code === "25P02") return domainError("transaction-broken", "a statement of this transaction had failed before");
  return isLostRace(failure) ? conflict() : (meaning(failure, table) ?? storeError(failure));
}

/** 23505 unique, 23P01 exclusion; other integrity constraints; 22 data exceptions; 54 more than fits. */
export const ofWriting: Meaning<RowExists | RowInvalid> = ({ code, constraint, column }, table) => {
  if (code === "23505" || code === "23P01") return domainError("row-exists", "there is such a row already", { table, constraint });
  if (!/^(22|23|54)/.test(code)) return undefined;
  return domainError("row-invalid", `the database does not take these values: ${code}`, { table, constraint, column });
};

export const ofDeleting: Meaning<RowInUse | InvalidArgument> = (failure, table) =>
  failure.code.startsWith("23")
    ? domainError("row-in-use", "another row refers to this one", { table, constraint: failure.constraint })
    : ofReading(failure, table);

/** What a column turns out not to be comparable with: the checks before know the types of Drizzle, and not all of PostgreSQL's. */
export const ofReading: Meaning<InvalidArgument> = ({ code }) =>
  code.startsWith("22")
    ? domainError("invalid-argument", "where has a value that its column cannot have", { argument: "where", reason: code })
    : undefined;

/** 55P03 locked, 55006 used by this transaction, 2BP01 something depends on it. */
export const ofDropping: Meaning<TableInUse> = ({ code }, table) =>
  ["55P03", "55006", "2BP01"].includes(code) ? domainError("table-in-use", "the table is in use", { table }) : undefined;
