import type { InvalidArgument } from "../../kernel/error.js";
import { err } from "../../kernel/result.js";
import type { Result, ResultAsync } from "../../kernel/result.js";
import type { Listed, ListQuery, Queries } from "../../ports/queries.js";
import type { StoreError } from "../../ports/store.js";
import type { CommandContext } from "../context.js";
import type { CursorInvalid } from "../errors.js";
import type { NotAuthorized } from "../permissions.js";
import type { PresenceError } from "../presence.js";
import { administratorsOnly } from "./access.js";
import { pageIn, pageOf, storeLimit } from "./page.js";
import type { Page, Sorts } from "./page.js";

export type ListError = PresenceError | NotAuthorized | StoreError | CursorInvalid | InvalidArgument;

/** What differs between lists: what they can be sorted and filtered by, where they are read, and a row's place in a sort. */
export interface List<Row, Filter, Sort extends string> {
  readonly sorts: Sorts<Sort>;
  filterIn(input: unknown): Result<Filter, InvalidArgument>;
  read(queries: Queries, query: ListQuery<Filter, Sort>): ResultAsync<Listed<Row>, StoreError>;
  valueOf(row: Row, sort: Sort): string;
}

/** A page of a list of everybody, for administrators. */
export async function pageFor<Row extends { readonly id: string }, Filter, Sort extends string>(
  context: CommandContext,
  input: unknown,
  list: List<Row, Filter, Sort>,
): Promise<Result<Page<Row>, ListError>> {
  const page = pageIn(input, list.sorts);
  if (page.isErr()) return err(page.error);
  const filter = list.filterIn(input);
  if (filter.isErr()) return err(filter.error);
  const allowed = await administratorsOnly(context);
  if (allowed.isErr()) return err(allowed.error);
  const { sort, direction, from } = page.value;
  const { tenant } = context.scope;
  const query = { tenant, filter: filter.value, sort, direction, from, limit: storeLimit(page.value) };
  const listed = await list.read(context.engine.store.queries, query);
  return listed.map((rows) => pageOf(page.value, rows, (row, by) => list.valueOf(row, by)));
}
