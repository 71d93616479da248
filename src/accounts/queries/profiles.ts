import { isTimestamp } from "../../kernel/clock.js";
import { invalidArgument } from "../../kernel/error.js";
import type { InvalidArgument } from "../../kernel/error.js";
import { field } from "../../kernel/hostile.js";
import { err, ok } from "../../kernel/result.js";
import type { Result } from "../../kernel/result.js";
import type { ProfileFilter, ProfileRow, ProfileSort } from "../../ports/queries.js";
import type { CommandContext } from "../context.js";
import { pageFor } from "./list.js";
import type { List, ListError } from "./list.js";
import { isAnyText } from "./page.js";
import type { Page, PageInput } from "./page.js";

/** Filters, order and page of the list of profiles. */
export interface ProfilesInput extends PageInput<ProfileSort> {
  /** Whether the primary e-mail is verified; false also for who has none. */
  readonly emailVerified?: boolean;
  readonly phoneVerified?: boolean;
}

/** For administrators: what all users of the tenant have said of themselves. */
export const profiles = (context: CommandContext, input: unknown): Promise<Result<Page<ProfileRow>, ListError>> =>
  pageFor(context, input, list);

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

const list: List<ProfileRow, ProfileFilter, ProfileSort> = {
  sorts: { createdAt: isTimestamp, username: isAnyText, name: isAnyText },
  filterIn,
  read: (queries, query) => queries.profiles(query),
  valueOf,
};
