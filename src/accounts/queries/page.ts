import { domainError, invalidArgument } from "../../kernel/error.js";
import type { InvalidArgument } from "../../kernel/error.js";
import { field } from "../../kernel/hostile.js";
import { findUnstorable } from "../../kernel/json.js";
import { err, ok } from "../../kernel/result.js";
import type { Result } from "../../kernel/result.js";
import { isWhole } from "../../kernel/whole.js";
import type { Listed, ListQuery } from "../../ports/queries.js";
import type { CursorInvalid } from "../errors.js";

/** Which page of a list: after the cursor of the one before (cheap at any depth), or past so many rows (which counts them all). */
export interface PageInput<Sort extends string> {
  readonly sort?: Sort;
  readonly direction?: "ascending" | "descending";
  /** Rows on the page: 1 to 100, 20 when left out. */
  readonly limit?: number;
  /** The page's `next`, as it was given for the same sort and direction. Not together with `offset`. */
  readonly after?: string;
  /** 0 to 1 000 000. */
  readonly offset?: number;
}

export interface Page<Row> {
  readonly items: readonly Row[];
  /** Where the next page begins; null on the last one, and for pages by offset. */
  readonly next: string | null;
  /** How many there are in all; null for pages by cursor. */
  readonly total: number | null;
}

export interface PageRequest<Sort extends string> {
  readonly sort: Sort;
  readonly direction: "ascending" | "descending";
  readonly limit: number;
  readonly from: ListQuery<unknown, Sort>["from"];
}

const LARGEST_PAGE = 100;
const LARGEST_OFFSET = 1_000_000;

/** What the value of a row may be in a sort's cursor; the first sort is the default. */
export type Sorts<Sort extends string> = { readonly [Name in Sort]: (value: string) => boolean };

export const isAnyText = (): boolean => true;

/** Reads a page from whatever was passed. Sorts are literals; anything else is refused. */
export function pageIn<Sort extends string>(
  input: unknown,
  sorts: Sorts<Sort>,
): Result<PageRequest<Sort>, InvalidArgument | CursorInvalid> {
  // The keys of an object literal are those of its type.
  const names = Object.keys(sorts) as Sort[];
  const [wanted = names[0]] = [field(input, "sort")];
  const sort = names.find((name) => name === wanted);
  if (sort === undefined) return err(invalidArgument("sort", `must be one of ${names.join(", ")}`));
  const extent = extentIn(input, "ascending");
  if (extent.isErr()) return err(extent.error);
  const { direction, limit } = extent.value;
  const [after, offset] = [field(input, "after"), field(input, "offset")];
  if (offset !== undefined) {
    if (after !== undefined) return err(invalidArgument("offset", "must not be given together with after"));
    if (!isWhole(offset, 0, LARGEST_OFFSET)) return err(invalidArgument("offset", `must be a whole number from 0 to ${LARGEST_OFFSET}`));
    return ok({ sort, direction, limit, from: { offset } });
  }
  const cursor = cursorIn(after, [sort, direction]);
  if (cursor.isErr()) return err(cursor.error);
  return cursor.value !== null && !sorts[sort](cursor.value.value)
    ? err(cursorInvalid())
    : ok({ sort, direction, limit, from: { after: cursor.value } });
}

/** How a page is read, and how much of it. */
export function extentIn(
  input: unknown,
  usual: PageRequest<string>["direction"],
): Result<Pick<PageRequest<string>, "direction" | "limit">, InvalidArgument> {
  const [direction = usual, limit = 20] = [field(input, "direction"), field(input, "limit")];
  if (direction !== "ascending" && direction !== "descending") return err(invalidArgument("direction", "must be ascending or descending"));
  if (!isWhole(limit, 1, LARGEST_PAGE)) return err(invalidArgument("limit", `must be a whole number from 1 to ${LARGEST_PAGE}`));
  return ok({ direction, limit });
}

/** Where a page begins; null for the first one. */
export function cursorIn(after: unknown, list: readonly string[]): Result<Cursor | null, CursorInvalid> {
  if (after === undefined) return ok(null);
  const cursor = read(after, list);
  return cursor === undefined ? err(cursorInvalid()) : ok(cursor);
}

const cursorInvalid = (): CursorInvalid => domainError("cursor-invalid", "this cursor is none of this list's");

/** One more row than the page holds tells whether there is a next page. */
export const storeLimit = ({ limit, from }: PageRequest<string>): number => ("offset" in from ? limit : limit + 1);

export function pageOf<Row extends { readonly id: string }, Sort extends string>(
  { sort, direction, limit }: PageRequest<Sort>,
  { rows, total }: Listed<Row>,
  valueOf: (row: Row, sort: Sort) => string,
): Page<Row> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const next = rows.length > limit && last !== undefined ? cursorOf([sort, direction], { value: valueOf(last, sort), id: last.id }) : null;
  return { items, next, total };
}

/** Without tildes, which part the parts. */
const encoded = (part: string): string => encodeURIComponent(part).replaceAll("~", "%7E");

export interface Cursor {
  readonly value: string;
  readonly id: string;
}

export const cursorOf = (list: readonly string[], { value, id }: Cursor): string => [...list, value, id].map(encoded).join("~");

function read(text: unknown, list: readonly string[]): Cursor | undefined {
  if (typeof text !== "string" || text.length > LONGEST_CURSOR) return undefined;
  try {
    const [sort, direction, value, id, ...rest] = text.split("~").map(decodeURIComponent);
    const valid = sort === list[0] && direction === list[1] && value !== undefined && id !== undefined && rest.length === 0;
    return valid && findUnstorable([value, id]) === undefined ? { value, id } : undefined;
  } catch {
    // What somebody else wrote need not decode.
    return undefined;
  }
}

const LONGEST_CURSOR = 4096;
