import { invalidArgument } from "../../kernel/error.js";
import type { InvalidArgument } from "../../kernel/error.js";
import { field } from "../../kernel/hostile.js";
import { err, ok } from "../../kernel/result.js";
import type { Result } from "../../kernel/result.js";
import type { AccountFilter, AccountRow, AccountSort } from "../../ports/queries.js";
import type { StoreError } from "../../ports/store.js";
import type { CommandContext } from "../context.js";
import type { CursorInvalid } from "../errors.js";
import type { NotAuthorized } from "../permissions.js";
import type { PresenceError } from "../presence.js";
import { isRoleName } from "../roles.js";
import type { AccountStatus } from "../state.js";
import { administratorsOnly } from "./access.js";
import { isInstant, pageIn, pageOf, storeLimit } from "./page.js";
import type { Page, PageInput } from "./page.js";

/** Filters, order and page of the list of accounts. */
export interface AccountsInput<Role extends string> extends PageInput<AccountSort> {
  readonly status?: AccountStatus;
  /** Whoever holds it, in whatever scope. */
  readonly role?: Role;
}

export type ListError = PresenceError | NotAuthorized | StoreError | CursorInvalid | InvalidArgument;

/** For administrators: all accounts of the tenant. */
export async function accounts(context: CommandContext, input: unknown): Promise<Result<Page<AccountRow>, ListError>> {
  const page = pageIn(input, { openedAt: isInstant, status: isStatus });
  if (page.isErr()) return err(page.error);
  const filter = filterIn(input);
  if (filter.isErr()) return err(filter.error);
  const allowed = await administratorsOnly(context);
  if (allowed.isErr()) return err(allowed.error);
  const { sort, direction, from } = page.value;
  const { tenant } = context.scope;
  const query = { tenant, filter: filter.value, sort, direction, from, limit: storeLimit(page.value) };
  const listed = await context.engine.store.queries.accounts(query);
  return listed.map((rows) => pageOf(page.value, rows, (row, by) => row[by]));
}

const STATUSES: readonly unknown[] = ["pending", "active", "deactivated", "suspended"] satisfies readonly AccountStatus[];

const isStatus = (value: unknown): value is AccountStatus => STATUSES.includes(value);

function filterIn(input: unknown): Result<AccountFilter, InvalidArgument> {
  const [status, role] = [field(input, "status"), field(input, "role")];
  if (status !== undefined && !isStatus(status)) return err(invalidArgument("status", `must be one of ${STATUSES.join(", ")}`));
  if (role !== undefined && !isRoleName(role)) return err(invalidArgument("role", "must be the name of a role"));
  return ok({ ...(status === undefined ? {} : { status }), ...(role === undefined ? {} : { role }) });
}
