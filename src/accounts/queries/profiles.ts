import { invalidArgument } from "../../kernel/error.js";
import type { InvalidArgument } from "../../kernel/error.js";
import { field } from "../../kernel/hostile.js";
import { err, ok } from "../../kernel/result.js";
import type { Result } from "../../kernel/result.js";
import type { ProfileFilter, ProfileRow, ProfileSort } from "../../ports/queries.js";
import type { CommandContext } from "../context.js";
import { administratorsOnly } from "./access.js";
import type { ListError } from "./accounts.js";
import { isAnyText, isInstant, pageIn, pageOf, storeLimit } from "./page.js";
import type { Page, PageInput } from "./page.js";

/** Filters, order and page of the list of profiles. */
export interface ProfilesInput extends PageInput<ProfileSort> {
  /** Whether the primary e-mail is verified; false also for who has none. */
  readonly emailVerified?: boolean;
  readonly phoneVerified?: boolean;
}

/** For administrators: what all users of the tenant have said of themselves. */
export async function profiles(context: CommandContext, input: unknown): Promise<Result<Page<ProfileRow>, ListError>> {
  const page = pageIn(input, { createdAt: isInstant, username: isAnyText, name: isAnyText });
  if (page.isErr()) return err(page.error);
  const filter = filterIn(input);
  if (filter.isErr()) return err(filter.error);
  const allowed = await administratorsOnly(context);
  if (allowed.isErr()) return err(allowed.error);
  const { sort, direction, from } = page.value;
  const { tenant } = context.scope;
  const query = { tenant, filter: filter.value, sort, direction, from, limit: storeLimit(page.value) };
  const listed = await context.engine.store.queries.profiles(query);
  return listed.map((rows) => pageOf(page.value, rows, valueOf));
}

function valueOf({ createdAt, username, name }: ProfileRow, sort: ProfileSort): string {
  switch (sort) {
    case "createdAt":
      return createdAt;
    case "username":
      return username ?? "";
    case "name":
      return name?.display ?? "";
  }
}

function filterIn(input: unknown): Result<ProfileFilter, InvalidArgument> {
  const filter: Record<string, boolean> = {};
  for (const name of ["emailVerified", "phoneVerified"] as const) {
    const value = field(input, name);
    if (value === undefined) continue;
    if (typeof value !== "boolean") return err(invalidArgument(name, "must be true or false"));
    filter[name] = value;
  }
  return ok(filter);
}
