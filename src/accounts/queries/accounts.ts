import { isTimestamp } from "../../kernel/clock.js";
import { invalidArgument } from "../../kernel/error.js";
import type { InvalidArgument } from "../../kernel/error.js";
import { field } from "../../kernel/hostile.js";
import { err, ok } from "../../kernel/result.js";
import type { Result } from "../../kernel/result.js";
import type { AccountFilter, AccountRow, AccountSort } from "../../ports/queries.js";
import type { CommandContext } from "../context.js";
import { isRoleName } from "../roles.js";
import type { AccountStatus } from "../state.js";
import { pageFor } from "./list.js";
import type { List, ListError } from "./list.js";
import type { Page, PageInput } from "./page.js";

/** Filters, order and page of the list of accounts. */
export interface AccountsInput<Role extends string> extends PageInput<AccountSort> {
  readonly status?: AccountStatus;
  /** Whoever holds it, in whatever scope. */
  readonly role?: Role;
}

/** For administrators: all accounts of the tenant. */
export const accounts = (context: CommandContext, input: unknown): Promise<Result<Page<AccountRow>, ListError>> =>
  pageFor(context, input, list);

const STATUSES: readonly unknown[] = ["pending", "active", "deactivated", "suspended"] satisfies readonly AccountStatus[];

const isStatus = (value: unknown): value is AccountStatus => STATUSES.includes(value);

function filterIn(input: unknown): Result<AccountFilter, InvalidArgument> {
  const [status, role] = [field(input, "status"), field(input, "role")];
  if (status !== undefined && !isStatus(status)) return err(invalidArgument("status", `must be one of ${STATUSES.join(", ")}`));
  if (role !== undefined && !isRoleName(role)) return err(invalidArgument("role", "must be the name of a role"));
  return ok({ ...(status === undefined ? {} : { status }), ...(role === undefined ? {} : { role }) });
}

const list: List<AccountRow, AccountFilter, AccountSort> = {
  sorts: { openedAt: isTimestamp, status: isStatus },
  filterIn,
  read: (queries, query) => queries.accounts(query),
  valueOf: (row, sort) => row[sort],
};
